// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why a text is not JSON, and where.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// From 1.
    package var line: Int
    /// Octets from the start of the line, from 1.
    package var column: Int
    package var message: String
}

/// Reads one JSON text, RFC 8259, strictly.
///
/// Foundation's decoder on Linux names no place, and takes trailing commas and a name given twice; an order to send a
/// message must not be read in two ways.
package struct JSONParser {
    /// Deep enough for every body of the API; a recursive reader must end before its stack does.
    private static let maximumDepth = 32
    /// No object of the API has as many; looking for a name given twice takes time with the square of it.
    private static let maximumMembers = 100

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipWhiteSpace()
        guard parser.index == bytes.count else { throw parser.error("nothing may follow the end of the value") }
        return value
    }

    private var current: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private func error(_ message: String) -> JSONSyntaxError {
        let before = self.bytes[..<min(self.index, self.bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = self.index >= self.bytes.count ? "the text ends too early: " : ""
        return JSONSyntaxError(line: line, column: before.count - lineStart + 1, message: end + message)
    }

    private mutating func skipWhiteSpace() {
        while let byte = self.current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.current == byte else { return false }
        self.index += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw self.error("no more than \(Self.maximumDepth) levels are read") }
        self.skipWhiteSpace()
        switch self.current {
        case UInt8(ascii: "{"): return .object(try self.object(depth: depth))
        case UInt8(ascii: "["): return .array(try self.array(depth: depth))
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try self.literal("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte): return try self.number()
        default: throw self.error("a value is expected here")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        for byte in text.description.utf8 {
            guard self.take(byte) else { throw self.error("`\(text)` is not spelt so") }
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        self.index += 1
        var object = JSONObject()
        self.skipWhiteSpace()
        if self.take(UInt8(ascii: "}")) { return object }
        while true {
            self.skipWhiteSpace()
            guard self.current == UInt8(ascii: "\"") else { throw self.error("a name in quotes is expected here") }
            let name = try self.string()
            guard object[name] == nil else { throw self.error("the name \(name.quoted) is given twice") }
            self.skipWhiteSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.error("a colon is expected after a name") }
            guard object.members.count < Self.maximumMembers else {
                throw self.error("an object has no more than \(Self.maximumMembers) members here")
            }
            object.append(name, try self.value(depth: depth + 1))
            self.skipWhiteSpace()
            if self.take(UInt8(ascii: "}")) { return object }
            guard self.take(UInt8(ascii: ",")) else { throw self.error("a comma or } is expected here") }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        self.index += 1
        var elements: [JSONValue] = []
        self.skipWhiteSpace()
        if self.take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try self.value(depth: depth + 1))
            self.skipWhiteSpace()
            if self.take(UInt8(ascii: "]")) { return elements }
            guard self.take(UInt8(ascii: ",")) else { throw self.error("a comma or ] is expected here") }
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = self.index
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        var isInteger = true
        if self.take(UInt8(ascii: ".")) {
            isInteger = false
            try self.digits()
        }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            isInteger = false
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw self.error("this number is too large") }
        return .number(number)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = self.index
        while let byte = self.current, Self.digits.contains(byte) { self.index += 1 }
        guard self.index > start else { throw self.error("a digit is expected here") }
    }
}

// MARK: Strings

extension JSONParser {
    private mutating func string() throws(JSONSyntaxError) -> String {
        self.index += 1
        var utf8: [UInt8] = []
        while let byte = self.current {
            self.index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: utf8, as: UTF8.self) else {
                    throw self.error("the string before this is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                try self.escape(into: &utf8)
            case ..<0x20:
                self.index -= 1
                throw self.error("a control character in a string must be escaped")
            default:
                utf8.append(byte)
            }
        }
        throw self.error("a string is not closed")
    }

    private mutating func escape(into utf8: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = self.current else { throw self.error("an escape is not finished") }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): utf8.append(byte)
        case UInt8(ascii: "b"): utf8.append(0x08)
        case UInt8(ascii: "f"): utf8.append(0x0C)
        case UInt8(ascii: "n"): utf8.append(0x0A)
        case UInt8(ascii: "r"): utf8.append(0x0D)
        case UInt8(ascii: "t"): utf8.append(0x09)
        case UInt8(ascii: "u"): utf8.append(contentsOf: String(Character(try self.escapedScalar())).utf8)
        default:
            self.index -= 1
            throw self.error("there is no such escape")
        }
    }

    /// `\uXXXX`, two of them for a scalar beyond the basic plane. A surrogate alone is no character (RFC 8259 §8.2).
    private mutating func escapedScalar() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try self.fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) else {
            throw self.error("half a surrogate pair is no character")
        }
        let second = try self.fourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw self.error("half a surrogate pair is no character") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw self.error("four hexadecimal digits are expected here")
            }
            value = value << 4 | UInt32(digit)
            self.index += 1
        }
        return value
    }
}
