// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A command line taken apart: `AT+CSQ;+CREG?` holds two extended commands (V.250 §5.3, §5.4).
package struct ATCommandElement: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// `+CSQ`, `E0`, `D…`
        case execute
        /// `+CREG?`
        case read
        /// `+CREG=?`
        case test
        /// `+CREG=2`
        case write
    }

    /// Upper case, without spaces: `+CREG`, `E`, `&F`, `D`, `S0`.
    package let name: String
    package let form: Form
    /// After `=` or after the letter, as written; empty for `read` and `test`.
    package let argument: String

    /// The commands of a line in order. What is not understood becomes an element named after its first character, so
    /// that no text hides a command.
    package static func elements(of line: String) -> [Self] {
        var reader = Reader(bytes: Array(line.utf8))
        return reader.elements()
    }

    package var fields: ATFields {
        ATFields(values: self.argument)
    }
}

/// Spaces outside quotation marks mean nothing (V.250 §5.2.1): `at + cfun = 1 , 1` is a command.
private struct Reader {
    private let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) {
        var isQuoted = false
        self.bytes = bytes.filter { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return isQuoted || (byte != 0x20 && byte != 0x09)
        }
    }

    private var current: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    mutating func elements() -> [ATCommandElement] {
        var found: [ATCommandElement] = []
        if self.bytes.prefix(2).map({ $0 & 0xDF }) == Array("AT".utf8) { self.index = 2 }
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: ";"): self.index += 1
            // V.250 §5.4.1 and what makers added: + ^ * $ # % -.
            case let mark where "+^*$#%-!".utf8.contains(mark): found.append(self.extended())
            default: found.append(self.basic())
            }
        }
        return found
    }

    private mutating func extended() -> ATCommandElement {
        let text = self.untilSemicolon()
        guard let end = text.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "?") }) else {
            return ATCommandElement(name: Self.name(text), form: .execute, argument: "")
        }
        let name = Self.name(text[..<end])
        let rest = text[(end + 1)...]
        // With anything behind the question mark it is neither: a modem may read it as a setting.
        let isRead = text[end] == UInt8(ascii: "?") && rest.isEmpty
        if isRead { return ATCommandElement(name: name, form: .read, argument: "") }
        if rest.elementsEqual("?".utf8) { return ATCommandElement(name: name, form: .test, argument: "") }
        return ATCommandElement(name: name, form: .write, argument: String(decoding: rest, as: UTF8.self))
    }

    private mutating func basic() -> ATCommandElement {
        var name = [self.bytes[self.index] & 0x7F]
        self.index += 1
        if name[0] == UInt8(ascii: "&") || name[0] == UInt8(ascii: "\\"), let letter = self.current {
            name.append(letter)
            self.index += 1
        }
        if Self.name(name[...]) == "D" { return self.dial() }
        let digits = self.digits()
        if Self.name(name[...]) == "S" { return self.register(digits) }
        return ATCommandElement(
            name: Self.name(name[...]), form: .execute, argument: String(decoding: digits, as: UTF8.self))
    }

    /// The dial string ends at `;`, which belongs to it: it makes the call a voice call (TS 27.007 §6.2).
    private mutating func dial() -> ATCommandElement {
        var text = Array(self.untilSemicolon())
        if self.current == UInt8(ascii: ";") {
            text.append(UInt8(ascii: ";"))
            self.index += 1
        }
        return ATCommandElement(name: "D", form: .execute, argument: String(decoding: text, as: UTF8.self))
    }

    private mutating func register(_ number: ArraySlice<UInt8>) -> ATCommandElement {
        let name = "S" + String(decoding: number, as: UTF8.self)
        if self.current == UInt8(ascii: "?") {
            self.index += 1
            return ATCommandElement(name: name, form: .read, argument: "")
        }
        guard self.current == UInt8(ascii: "=") else {
            return ATCommandElement(name: name, form: .execute, argument: "")
        }
        self.index += 1
        return ATCommandElement(name: name, form: .write, argument: String(decoding: self.digits(), as: UTF8.self))
    }

    private mutating func digits() -> ArraySlice<UInt8> {
        let start = self.index
        while let byte = self.current, (0x30...0x39).contains(byte) { self.index += 1 }
        return self.bytes[start..<self.index]
    }

    private mutating func untilSemicolon() -> ArraySlice<UInt8> {
        let start = self.index
        var isQuoted = false
        while let byte = self.current, isQuoted || byte != UInt8(ascii: ";") {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            self.index += 1
        }
        return self.bytes[start..<self.index]
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).uppercased()
    }
}
