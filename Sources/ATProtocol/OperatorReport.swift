// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `+COPS?` (TS 27.007 §7.3).
///
/// Seen: `+COPS: 0,0,"T-Mobile EIOTCLUB",7` (SIM7600A-H: network and SIM name), `+COPS: 1,0,"Cell C  Cell C",7`
/// (SIM7600G-H LE20B03: the name twice, two spaces), `+COPS: 0,2,"310260",7`, `+COPS: 0` (QDC507, not registered).
package struct OperatorReport: Sendable, Equatable {
    package let name: String?
    /// Mobile country and network code, 5 or 6 digits.
    package let plmn: String?
    package let accessTechnology: AccessTechnology?

    /// `nil` when the line has no mode at all.
    package init?(answer line: String) {
        let fields = ATFields(line)
        guard fields.integer(0) != nil else { return nil }
        let text = fields.string(2)
        let isNumeric = text.map(Self.isPLMN) ?? false
        self.plmn = isNumeric ? text : nil
        self.name = isNumeric ? nil : text.flatMap(Self.single)
        self.accessTechnology = fields.integer(3).flatMap(AccessTechnology.init)
    }

    private static func isPLMN(_ text: String) -> Bool {
        (5...6).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// `Cell C  Cell C` → `Cell C`: only when both halves are the same.
    private static func single(_ text: String) -> String? {
        let bytes = Array(text.trimmingSpaces.utf8)
        for gap in [1, 2] where bytes.count > gap && (bytes.count - gap).isMultiple(of: 2) {
            let half = (bytes.count - gap) / 2
            guard bytes[..<half] == bytes[(half + gap)...], bytes[half..<(half + gap)].allSatisfy({ $0 == 0x20 }) else {
                continue
            }
            return String(decoding: bytes[..<half], as: UTF8.self)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
