// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

/// Reading a written value as one type. Each refuses anything else with the place and what to write.
extension WrittenValue {
    func text(_ expected: String = "text") throws(ConfigurationError) -> String {
        guard case .scalar(let text, let plain) = self.content else {
            throw self.problem("expected \(expected), found \(self.kind)")
        }
        guard !self.isEmpty, !text.isEmpty else {
            throw self.problem("has no value", suggestion: "give one, or remove the setting")
        }
        guard !plain || (text != "true" && text != "false") else {
            throw self.problem("expected \(expected), found the truth value \(text)", suggestion: "put it in quotes")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw self.problem("contains a control character", suggestion: "remove it")
        }
        return text
    }

    func boolean() throws(ConfigurationError) -> Bool {
        guard case .scalar(let text, let plain) = self.content, !self.isEmpty else {
            throw self.problem("expected true or false, found \(self.kind)")
        }
        switch (text, plain) {
        case ("true", true): return true
        case ("false", true): return false
        case ("true", false), ("false", false):
            throw self.problem("expected true or false, found text", suggestion: "write \(text) without quotes")
        default:
            let meant = ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"]
            let word = meant[text.lowercased()] ?? Spelling.nearest(to: text, among: ["true", "false"])
            throw self.problem(
                "expected true or false, found \(self.kind)", suggestion: word.map { "write \($0)" })
        }
    }

    /// An empty section reads as an empty list: all its items are commented out.
    func list() throws(ConfigurationError) -> [WrittenValue] {
        if self.isEmpty { return [] }
        guard case .list(let items) = self.content else {
            throw self.problem(
                "expected a list, found \(self.kind)", suggestion: "write [a, b], or one \"- a\" per line")
        }
        return items
    }

    /// - Returns: the word as the list spells it.
    func word(of words: [String], what: String) throws(ConfigurationError) -> String {
        let text = try self.text(what)
        if let same = words.first(where: { $0.lowercased() == text.lowercased() }) { return same }
        let nearest = Spelling.nearest(to: text, among: words).map { "did you mean \"\($0)\"?" }
        throw self.problem(
            "\"\(text.shortened)\" is not \(what)",
            suggestion: nearest ?? "it is one of \(words.joined(separator: ", "))")
    }

    /// Absolute. A relative path in the file starts at the file's directory, elsewhere at the working directory.
    func path() throws(ConfigurationError) -> String {
        let text = try self.text("a path")
        guard !text.hasPrefix("~") else {
            throw self.problem("~ is not replaced here", suggestion: "write the whole path")
        }
        if text.hasPrefix("/") { return text }
        var base = FilePath.workingDirectory
        if case .file(let file, _, _) = self.place { base = FilePath.directory(of: FilePath.absolute(file)) }
        return FilePath.join(base, text)
    }

    /// Whole numbers with a unit, largest first: `90s`, `15m`, `1h30m`, `7d`.
    func duration(in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        let text = try self.text("a duration such as 30s, 15m, 24h or 7d")
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw self.problem("\(text.shortened) has no unit", suggestion: "did you mean \"\(text.shortened)s\"?")
        }
        guard let duration = Duration(configurationText: text) else {
            throw self.problem(
                "\"\(text.shortened)\" is not a duration", suggestion: "write 30s, 15m, 24h or 7d")
        }
        guard range.contains(duration) else {
            throw self.problem(
                "\(text.shortened) is out of range",
                suggestion: "from \(range.lowerBound.configurationText) to \(range.upperBound.configurationText)")
        }
        return duration
    }
}

extension Duration {
    /// - Returns: `nil` for anything but numbers of at most nine digits, each followed by its unit, largest unit first.
    init?(configurationText text: String) {
        var seconds = 0
        var digits = ""
        var allowed = Self.units[...]
        for letter in text {
            if letter.isASCII, letter.isNumber {
                digits.append(letter)
                continue
            }
            guard digits.utf8.count <= 9, let number = Int(digits),
                let unit = allowed.firstIndex(where: { $0.name == String(letter) })
            else { return nil }
            seconds += number * Self.units[unit].seconds
            allowed = Self.units[(unit + 1)...]
            digits = ""
        }
        guard digits.isEmpty, !text.isEmpty else { return nil }
        self = .seconds(seconds)
    }

    /// The largest unit that fits without a rest: `24h` is `1d`.
    package var configurationText: String {
        let seconds = self.components.seconds
        let unit = Self.units.first { seconds % Int64($0.seconds) == 0 && seconds != 0 } ?? (name: "s", seconds: 1)
        return "\(seconds / Int64(unit.seconds))\(unit.name)"
    }

    private static let units = [
        (name: "d", seconds: 86_400), (name: "h", seconds: 3600), (name: "m", seconds: 60), (name: "s", seconds: 1),
    ]
}

/// Paths as text, without asking the file system what they are.
enum FilePath {
    static var workingDirectory: String {
        guard let buffer = getcwd(nil, 0) else { return "/" }
        defer { free(buffer) }
        return String(cString: buffer)
    }

    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : self.join(self.workingDirectory, path)
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    static func join(_ directory: String, _ name: String) -> String {
        let relative = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
        return directory.hasSuffix("/") ? directory + relative : directory + "/" + relative
    }
}
