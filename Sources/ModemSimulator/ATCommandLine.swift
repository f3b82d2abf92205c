// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A command line as V.250 §5.2 takes it apart: `AT`, then commands, of which the extended ones end at `;`.
struct ATCommandLine: Equatable {
    var invocations: [ATInvocation]

    /// `line` without its CR. `nil` when there is no `AT` in it: the modem stays silent then (V.250 §5.2.1).
    ///
    /// What stands before `AT` is dropped, as a modem that looks for the attention sequence does.
    init?(_ line: [UInt8]) {
        guard let start = Self.attention(in: line) else { return nil }
        let text = String(decoding: line[(start + 2)...], as: UTF8.self)
        var parser = Parser(characters: Array(text.filter { $0 >= " " || $0 == "\t" }))
        self.invocations = parser.invocations()
    }

    private static func attention(in line: [UInt8]) -> Int? {
        guard line.count >= 2 else { return nil }
        for index in 0..<(line.count - 1) {
            let pair = (line[index] & 0xDF, line[index + 1] & 0xDF)
            if pair == (UInt8(ascii: "A"), UInt8(ascii: "T")) { return index }
        }
        return nil
    }
}

/// One command of a line: name, form and arguments.
struct ATInvocation: Equatable {
    /// The four forms of V.250 §5.4.
    enum Form: Equatable {
        case execute
        case read
        case test
        case write
    }

    /// Upper case: `+CSQ`, `E`, `&F`, `D`.
    var name: String
    var form: Form
    var arguments: [ATArgument]

    /// Argument `index` as a number; `nil` when it is missing, empty or no number.
    func integer(_ index: Int) -> Int? {
        self.arguments.indices.contains(index) ? Int(self.arguments[index].text) : nil
    }

    /// Argument `index` as text without its quotes; `nil` when it is missing or empty.
    func string(_ index: Int) -> String? {
        guard self.arguments.indices.contains(index), !self.arguments[index].isEmpty else { return nil }
        return self.arguments[index].text
    }
}

struct ATArgument: Equatable {
    var text: String
    var isQuoted: Bool

    /// Left out between two commas, which keeps the value as it is.
    var isEmpty: Bool { self.text.isEmpty && !self.isQuoted }
}

private struct Parser {
    let characters: [Character]
    var position = 0

    init(characters: [Character]) {
        self.characters = characters
    }

    private var current: Character? {
        self.position < self.characters.count ? self.characters[self.position] : nil
    }

    mutating func invocations() -> [ATInvocation] {
        var found: [ATInvocation] = []
        while let character = self.current {
            if character == " " || character == ";" {
                self.position += 1
            } else if "+^*$".contains(character) {
                found.append(self.extended())
            } else {
                found.append(self.basic())
            }
        }
        return found
    }

    /// `+NAME`, `+NAME?`, `+NAME=?` or `+NAME=value,value`.
    private mutating func extended() -> ATInvocation {
        let text = self.untilSemicolon()
        guard let end = text.firstIndex(where: { $0 == "=" || $0 == "?" }) else {
            return ATInvocation(name: Self.name(text[...]), form: .execute, arguments: [])
        }
        let name = Self.name(text[..<end])
        let rest = text[text.index(after: end)...]
        if text[end] == "?" { return ATInvocation(name: name, form: .read, arguments: []) }
        if rest.allSatisfy({ $0 == "?" || $0 == " " }), rest.contains("?") {
            return ATInvocation(name: name, form: .test, arguments: [])
        }
        return ATInvocation(name: name, form: .write, arguments: Self.arguments(rest))
    }

    /// `E0`, `&F`, `D<number>;`, `S3?`, `S3=13` (V.250 §5.3).
    private mutating func basic() -> ATInvocation {
        var name = ""
        if let character = self.current, character == "&" || character == "\\" {
            name.append(character)
            self.position += 1
        }
        guard let letter = self.current else { return ATInvocation(name: name, form: .execute, arguments: []) }
        name += letter.uppercased()
        self.position += 1
        if name == "D" {
            let dialled = String(self.characters[self.position...])
            self.position = self.characters.count
            return ATInvocation(name: "D", form: .write, arguments: [ATArgument(text: dialled, isQuoted: false)])
        }
        let digits = self.digits()
        if name == "S" { return self.register(digits) }
        let arguments = digits.isEmpty ? [] : [ATArgument(text: digits, isQuoted: false)]
        return ATInvocation(name: name, form: arguments.isEmpty ? .execute : .write, arguments: arguments)
    }

    private mutating func register(_ number: String) -> ATInvocation {
        let name = "S" + number
        if self.current == "?" {
            self.position += 1
            return ATInvocation(name: name, form: .read, arguments: [])
        }
        guard self.current == "=" else { return ATInvocation(name: name, form: .execute, arguments: []) }
        self.position += 1
        return ATInvocation(name: name, form: .write, arguments: [ATArgument(text: self.digits(), isQuoted: false)])
    }

    private mutating func digits() -> String {
        var digits = ""
        while let character = self.current, character.isDecimalDigit {
            digits.append(character)
            self.position += 1
        }
        return digits
    }

    private mutating func untilSemicolon() -> String {
        var text = ""
        var isQuoted = false
        while let character = self.current {
            self.position += 1
            if character == "\"" { isQuoted.toggle() }
            if character == ";", !isQuoted { break }
            text.append(character)
        }
        return text
    }

    private static func name(_ text: Substring) -> String {
        text.filter { $0 != " " }.uppercased()
    }

    private static func arguments(_ text: Substring) -> [ATArgument] {
        var arguments: [ATArgument] = []
        var argument = ATArgument(text: "", isQuoted: false)
        var isQuoted = false
        for character in text {
            switch character {
            case "\"":
                isQuoted.toggle()
                argument.isQuoted = true
            case "," where !isQuoted:
                arguments.append(argument)
                argument = ATArgument(text: "", isQuoted: false)
            case " " where !isQuoted: continue
            default: argument.text.append(character)
            }
        }
        arguments.append(argument)
        return arguments
    }
}
