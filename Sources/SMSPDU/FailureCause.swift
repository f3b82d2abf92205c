// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// TP-Failure-Cause, TS 23.040 §9.2.3.22: why a report is negative.
package struct FailureCause: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let memoryCapacityExceeded = FailureCause(rawValue: 0xD3)
    package static let unspecified = FailureCause(rawValue: 0xFF)

    /// A cause has bit 7 set; the parameter indicator, which comes first in the positive form, has not. That tells
    /// the two forms of a report apart without the layer below.
    static func read(_ reader: inout OctetReader) throws(PDUError) -> FailureCause? {
        guard let next = reader.next, next >= 0x80 else { return nil }
        return FailureCause(rawValue: try reader.octet("TP-FCS"))
    }

    /// What a person reads.
    package var text: String {
        Self.texts[self.rawValue] ?? self.generalText
    }

    private var generalText: String {
        switch self.rawValue {
        case 0x80...0x8F: "TP-PID error \(self.rawValue)"
        case 0x90...0x9F: "TP-DCS error \(self.rawValue)"
        case 0xA0...0xAF: "TP-Command error \(self.rawValue)"
        case 0xE0...0xFE: "application specific \(self.rawValue)"
        default: "reserved \(self.rawValue)"
        }
    }

    private static let texts: [UInt8: String] = [
        0x80: "telematic interworking not supported",
        0x81: "short message type 0 not supported",
        0x82: "cannot replace short message",
        0x8F: "unspecified TP-PID error",
        0x90: "data coding scheme not supported",
        0x91: "message class not supported",
        0x9F: "unspecified TP-DCS error",
        0xA0: "command cannot be acted upon",
        0xA1: "command not supported",
        0xAF: "unspecified TP-Command error",
        0xB0: "TPDU not supported",
        0xC0: "service centre busy",
        0xC1: "no service centre subscription",
        0xC2: "service centre system failure",
        0xC3: "invalid SME address",
        0xC4: "destination SME barred",
        0xC5: "duplicate message rejected",
        0xC6: "TP-VPF not supported",
        0xC7: "TP-VP not supported",
        0xD0: "SIM storage full",
        0xD1: "no storage capability in the SIM",
        0xD2: "error in the mobile",
        0xD3: "memory capacity exceeded",
        0xD4: "SIM application toolkit busy",
        0xD5: "SIM data download error",
        0xFF: "unspecified error",
    ]
}
