// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The values of an information response: separated by commas, strings in quotation marks (V.250 §5.4.2).
///
/// Lenient on purpose: modems leave out the prefix, spaces and quotation marks.
package struct ATFields: Sendable, Equatable {
    private struct Field: Sendable, Equatable {
        let text: String
        let isQuoted: Bool
    }

    private let fields: [Field]

    /// - Parameter line: with or without its prefix: `+CSQ: 20,99`, `20,99`.
    package init(_ line: String) {
        self.init(values: line.valueAfterPrefix)
    }

    package init(values: String) {
        var fields: [Field] = []
        var text: [UInt8] = []
        var wasQuoted = false
        var isQuoted = false
        for byte in values.utf8 {
            switch byte {
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted:
                fields.append(Self.field(text, wasQuoted))
                text.removeAll(keepingCapacity: true)
                wasQuoted = false
            default:
                text.append(byte)
            }
        }
        fields.append(Self.field(text, wasQuoted))
        self.fields = values.allSatisfy { $0 == " " } ? [] : fields
    }

    private static func field(_ bytes: [UInt8], _ isQuoted: Bool) -> Field {
        let text = String(decoding: bytes, as: UTF8.self)
        return Field(text: isQuoted && text.first != " " ? text : text.trimmingSpaces, isQuoted: isQuoted)
    }

    package var count: Int { self.fields.count }

    /// The text of a field, without quotation marks; `nil` when there is no such field.
    package subscript(_ index: Int) -> String? {
        self.fields.indices.contains(index) ? self.fields[index].text : nil
    }

    /// The text of a field; `nil` when it is missing, empty or `-` (EC25 for "unknown").
    package func string(_ index: Int) -> String? {
        guard let text = self[index], !text.isEmpty, text != "-" else { return nil }
        return text
    }

    package func integer(_ index: Int) -> Int? {
        self[index].flatMap { Int($0) }
    }

    /// Hexadecimal digits, with or without `0x`.
    package func hexadecimal(_ index: Int) -> Int? {
        guard let text = self.string(index) else { return nil }
        let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
        return digits.first == "-" || digits.first == "+" ? nil : Int(digits, radix: 16)
    }

    package func isQuoted(_ index: Int) -> Bool {
        self.fields.indices.contains(index) && self.fields[index].isQuoted
    }
}
