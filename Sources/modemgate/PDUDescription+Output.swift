// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import SMSPDU

/// The few shapes of JSON that the `pdu` commands print.
indirect enum PDUFieldValue: Encodable {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([PDUFieldValue])
    case object([String: PDUFieldValue])

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// One line, keys in alphabetical order.
    func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return CompactJSON.harmless(String(decoding: try encoder.encode(self), as: UTF8.self))
    }

    /// What a person reads.
    var plain: String {
        switch self {
        case .null: "none"
        case .bool(let value): value ? "yes" : "no"
        case .number(let value): "\(value)"
        case .string(let value): value.printable(keepingLines: true)
        case .array(let values): values.map(\.plain).joined(separator: "; ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.plain)" }.joined(separator: ", ")
        }
    }
}

extension PDUDescription {
    var json: PDUFieldValue {
        .object(Dictionary(self.fields.map { ($0.key, $0.value) }) { first, _ in first })
    }

    /// One field a line, what is absent or empty left out.
    var plain: String {
        var lines: [String] = []
        for (key, value) in self.fields where key != "pdu" {
            if case .null = value { continue }
            if case .array(let values) = value, values.isEmpty { continue }
            let name = key + ":"
            // A text may have lines of its own; they stay in the column of values.
            let text = value.plain.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: "\n" + String(repeating: " ", count: 20))
            lines.append(name.padding(toLength: 20, withPad: " ", startingAt: 0) + text)
        }
        return lines.joined(separator: "\n")
    }
}

extension PDUError {
    /// `{"error","field","offset"}`.
    var json: PDUFieldValue {
        .object([
            "error": .string(self.message), "field": .string(self.field), "offset": .number(Int64(self.offset)),
        ])
    }
}
