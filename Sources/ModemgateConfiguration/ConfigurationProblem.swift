// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Where a setting was written: a line of the file, an environment variable, a flag, or nowhere.
package enum ConfigurationPlace: Sendable, Equatable, CustomStringConvertible {
    /// Line and column count from 1; columns count Unicode scalars. Both are 0 for the file as a whole.
    case file(path: String, line: Int, column: Int)
    /// The position is within the variable's text, 1:1 for values that are not YAML.
    case environment(name: String, line: Int, column: Int)
    case flag(name: String)
    case builtIn

    package var description: String {
        switch self {
        case .file(let path, let line, let column): line == 0 ? path : "\(path):\(line):\(column)"
        case .environment(let name, let line, let column):
            line == 1 && column == 1 ? "environment \(name)" : "environment \(name):\(line):\(column)"
        case .flag(let name): "option \(name)"
        case .builtIn: "default"
        }
    }

    /// The same source, another position in it. Flags and defaults have no positions.
    func at(line: Int, column: Int) -> Self {
        switch self {
        case .file(let path, _, _): .file(path: path, line: line, column: column)
        case .environment(let name, _, _): .environment(name: name, line: line, column: column)
        case .flag, .builtIn: self
        }
    }

    var line: Int {
        switch self {
        case .file(_, let line, _), .environment(_, let line, _): line
        case .flag, .builtIn: 0
        }
    }

    var column: Int {
        switch self {
        case .file(_, _, let column), .environment(_, _, let column): column
        case .flag, .builtIn: 0
        }
    }
}

/// One thing that is wrong with the configuration, and what to write instead.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    package var place: ConfigurationPlace
    /// The setting's full name, `http.listen`; empty for the file as a whole.
    package var key: String
    package var message: String
    /// What to do about it, without a full stop: `did you mean "listen"?`.
    package var suggestion: String?

    package init(_ place: ConfigurationPlace, key: String = "", _ message: String, suggestion: String? = nil) {
        self.place = place
        self.key = key
        self.message = message
        self.suggestion = suggestion
    }

    /// One line: `modemgate.yaml:12:3: http.listn: unknown setting; did you mean "listen"?`
    package var description: String {
        "\(self.place): \(self.key.isEmpty ? "" : self.key + ": ")\(self.message)"
            + (self.suggestion.map { "; \($0)" } ?? "")
    }
}

/// Everything that is wrong, in the order file, environment, flags, and there by position.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package var problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    init(_ place: ConfigurationPlace, key: String = "", _ message: String, suggestion: String? = nil) {
        self.problems = [ConfigurationProblem(place, key: key, message, suggestion: suggestion)]
    }

    package var description: String {
        self.problems.map(\.description).joined(separator: "\n")
    }
}
