// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Reads header fields in the binary form of WAP-230 §8.4, never beyond its octets. What ends too early is `nil`.
struct WSPReader {
    /// A field value as WAP-230 §8.4.1.2 tells the forms apart.
    enum Value: Equatable {
        /// A well-known value or a short integer, 0 … 127.
        case short(UInt8)
        case text([UInt8])
        case octets([UInt8])
    }

    /// Characters of one text: a notification's URL and subject are far shorter.
    static let maximumText = 2_048

    private var octets: ArraySlice<UInt8>

    init(_ octets: some Sequence<UInt8>) {
        self.octets = ArraySlice(octets)
    }

    var isAtEnd: Bool { self.octets.isEmpty }
    var next: UInt8? { self.octets.first }
    var rest: [UInt8] { Array(self.octets) }

    mutating func octet() -> UInt8? { self.octets.popFirst() }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= self.octets.count else { return nil }
        defer { self.octets.removeFirst(count) }
        return Array(self.octets.prefix(count))
    }

    /// Variable length unsigned integer, WAP-230 §8.1.2: at most five octets of seven bits.
    mutating func variableInteger() -> Int? {
        var value = 0
        for _ in 0..<5 {
            guard let octet = self.octet() else { return nil }
            value = value << 7 | Int(octet & 0x7F)
            if octet & 0x80 == 0 { return value }
        }
        return nil
    }

    /// Up to the octet 0, which is taken too; at the end of a cut PDU it may be missing.
    mutating func terminatedText() -> [UInt8] {
        let text = self.octets.prefix { $0 != 0 }
        self.octets.removeFirst(min(text.count + 1, self.octets.count))
        return Array(text)
    }

    mutating func value() -> Value? {
        switch self.next {
        case nil: return nil
        case .some(0...30):
            return self.octet().flatMap { self.take(Int($0)) }.map(Value.octets)
        case .some(31):
            _ = self.octet()
            return self.variableInteger().flatMap { self.take($0) }.map(Value.octets)
        case .some(32...127): return .text(self.terminatedText())
        case .some: return self.octet().map { .short($0 & 0x7F) }
        }
    }
}

extension WSPReader.Value {
    /// Integer-value, WAP-230 §8.4.2.3: short, or long with at most eight octets.
    var integer: Int? {
        switch self {
        case .short(let value): Int(value)
        case .octets(let octets): Self.integer(octets)
        case .text: nil
        }
    }

    static func integer(_ octets: [UInt8]) -> Int? {
        guard !octets.isEmpty, octets.count <= 8 else { return nil }
        return Int(exactly: octets.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// Text-string, or Encoded-string-value with a character set (OMA MMS encapsulation §7.2.9).
    var string: String? {
        switch self {
        case .short: return nil
        case .text(let text): return WSPCharacterSet.string(text, set: nil)
        case .octets(let octets):
            var reader = WSPReader(octets)
            guard let first = reader.next else { return nil }
            // Some servers leave the character set out.
            if 32...127 ~= first { return WSPCharacterSet.string(reader.rest, set: nil) }
            guard let set = reader.value()?.integer else { return nil }
            return WSPCharacterSet.string(reader.rest, set: set)
        }
    }
}

/// Character sets by their MIBenum of the IANA registry, those that notifications use.
enum WSPCharacterSet {
    static func string(_ octets: [UInt8], set: Int?) -> String {
        switch set {
        // UCS-2, UTF-16BE and UTF-16; big-endian, as everything of WSP.
        case 1000, 1013, 1015:
            let units = octets.count / 2 * 2
            return self.clean(UTF16Text.string(octets, from: 0, octets: units))
        case 4: return self.latin1(self.unquoted(octets))
        default:
            let text = self.unquoted(octets)
            return String(validating: text, as: UTF8.self).map(self.clean) ?? self.latin1(text)
        }
    }

    /// Without the terminator, and the octet 127 that quotes a first one above it (WAP-230 §8.4.2.1).
    private static func unquoted(_ octets: [UInt8]) -> [UInt8] {
        let text = octets.prefix { $0 != 0 }
        return Array(text.first == 127 ? text.dropFirst() : text)
    }

    private static func latin1(_ octets: [UInt8]) -> String {
        self.clean(String(String.UnicodeScalarView(octets.map { Unicode.Scalar($0) })))
    }

    /// No control characters, and no longer than anything real.
    private static func clean(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.lazy.filter { $0.value >= 32 }.prefix(WSPReader.maximumText)))
    }
}
