// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A setting given on the command line.
package struct ConfigurationOverride: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case text(String)
        /// `MODEL:TTY` each.
        case modems([String])
    }

    /// The flag as the user typed it, for messages: `--listen`.
    var flag: String
    var key: String
    var value: Value

    /// - Parameter text: written as in the environment variable of that setting.
    package init(flag: String, key: String, text: String) {
        self.flag = flag
        self.key = key
        self.value = .text(text)
    }

    /// `--modem MODEL:TTY`, repeatable; together they replace the modems of file and environment.
    package init(flag: String, modems: [String]) {
        self.flag = flag
        self.key = "modems"
        self.value = .modems(modems)
    }
}

/// Texts from outside the file as written values.
enum SettingText {
    /// - Parameter form: how `text` stands for the value.
    static func value<Target>(
        _ text: String, form: Setting<Target>.Form, key: String, place: ConfigurationPlace
    ) throws(ConfigurationError) -> WrittenValue {
        let isFlow = Self.isFlow(text)
        switch form {
        case .scalar:
            return WrittenValue(content: .scalar(text, plain: true), place: place, key: key)
        case .list where !isFlow:
            let items = text.split(separator: ",").map { item in
                WrittenValue(content: .scalar(String(item).trimmed, plain: true), place: place, key: key)
            }
            return WrittenValue(content: .list(items), place: place, key: key)
        case .list, .yaml:
            guard text.utf8.count <= ConfigurationFile.limit else {
                throw ConfigurationError(place, key: key, "is too large", suggestion: "at most 1 MiB")
            }
            var yaml = YAMLText(text, place: place)
            let root = yaml.parse(key: key)
            guard yaml.problems.isEmpty else { throw ConfigurationError(yaml.problems) }
            return root ?? WrittenValue(content: .list([]), place: place, key: key)
        }
    }

    /// `[a, b]` or `{…}`, but not `[::1]:9000`: an IPv6 address in brackets begins like a list.
    private static func isFlow(_ text: String) -> Bool {
        let start = text.drop { $0 == " " }
        guard start.first == "[" else { return start.first == "{" }
        let inside = start.dropFirst().prefix { $0 != "]" }.utf8
        let isAddress = inside.allSatisfy {
            $0.isDigit || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "/")
        }
        return !isAddress || inside.count(where: { $0 == UInt8(ascii: ":") }) < 2
    }

    /// `MODEL:TTY`, the first colon divides: ttys of by-path names have colons of their own.
    static func modems(_ texts: [String], flag: String) throws(ConfigurationError) -> WrittenValue {
        let place = ConfigurationPlace.flag(name: flag)
        var items: [WrittenValue] = []
        for text in texts {
            guard let colon = text.firstIndex(of: ":") else {
                throw ConfigurationError(
                    place, "\"\(text.shortened)\" is not MODEL:TTY", suggestion: "write for example EC25:/dev/ttyUSB2")
            }
            let parts = [("model", String(text[..<colon])), ("tty", String(text[text.index(after: colon)...]))]
            let entries = parts.map { name, value in
                let written = WrittenValue(content: .scalar(value, plain: false), place: place, key: "modems.\(name)")
                return WrittenValue.Entry(name: name, place: place, value: written)
            }
            items.append(WrittenValue(content: .table(entries), place: place, key: "modems[\(items.count + 1)]"))
        }
        return WrittenValue(content: .list(items), place: place, key: "modems")
    }
}

extension String {
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(self.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
