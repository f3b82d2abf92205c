// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Yams

/// YAML text as written values with their places.
///
/// Anchors with aliases and explicit tags are refused: a short file could otherwise stand for an endless one, and no
/// setting needs them. Nesting is limited to 1000 levels by the parser itself.
struct YAMLText {
    let place: ConfigurationPlace
    let text: String
    /// Keys already given an unmistakable spelling because they occur twice: new spelling → as written.
    private var renamedKeys: [String: String] = [:]
    private(set) var problems: [ConfigurationProblem] = []

    /// How many doubled keys of one file are told apart; each costs one more parse.
    static let duplicateLimit = 20

    init(_ text: String, place: ConfigurationPlace) {
        self.text = Self.normalized(text)
        self.place = place
    }

    /// - Returns: the root, `nil` for a text without content or one that is not YAML; then `problems` says why.
    mutating func parse(key: String = "") -> WrittenValue? {
        if let alias = Self.firstAlias(in: self.text) {
            self.report(alias, "references (&name … *name) are not read here", suggestion: "write the value out")
            return nil
        }
        do {
            guard let root = try self.composeTellingDuplicatesApart() else { return nil }
            return self.value(root, key: key)
        } catch let error as YamlError {
            self.report(error)
        } catch {
            self.problems.append(ConfigurationProblem(self.place, "cannot be read as YAML: \(error)"))
        }
        return nil
    }

    mutating func report(_ position: TextPosition, _ message: String, suggestion: String? = nil) {
        let place = self.place.at(line: position.line, column: position.column)
        self.problems.append(ConfigurationProblem(place, message, suggestion: suggestion))
    }
}

// MARK: - Duplicate keys

extension YAMLText {
    /// Yams gives up at the first doubled key, with the place of its first use. The first use is renamed with a
    /// private-use letter of the same width, so that everything else keeps its place and is still looked at.
    private mutating func composeTellingDuplicatesApart() throws -> Node? {
        var current = self.text
        while true {
            do {
                return try compose(yaml: current, .basic, .default, .utf8)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let position = TextPosition(line: context.mark.line, column: context.mark.column)
                guard let key = keys.first, self.renamedKeys.count < Self.duplicateLimit,
                    let renamed = self.rename(key, at: position, in: current)
                else {
                    self.report(position, "\"\((keys.first ?? "").shortened)\" is set twice", suggestion: "keep one")
                    return nil
                }
                current = renamed
            }
        }
    }

    /// - Returns: `nil` when the key is not written there letter by letter (a tag, an escape, nothing at all).
    private mutating func rename(_ key: String, at position: TextPosition, in text: String) -> String? {
        var scalars = text.unicodeScalars
        guard var index = position.index(in: text), index < scalars.endIndex,
            let mark = Unicode.Scalar(0xE000 + UInt32(self.renamedKeys.count)), let first = key.unicodeScalars.first
        else { return nil }
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        guard index < scalars.endIndex, scalars[index] == first, !"\\'\"".unicodeScalars.contains(first) else {
            return nil
        }
        scalars.replaceSubrange(index...index, with: [mark])
        var renamed = String(mark)
        renamed.unicodeScalars.append(contentsOf: key.unicodeScalars.dropFirst())
        self.renamedKeys[renamed] = self.renamedKeys[key] ?? key
        return String(scalars)
    }
}

// MARK: - Nodes

extension YAMLText {
    private mutating func value(_ node: Node, key: String) -> WrittenValue? {
        let place = node.mark.map { self.place.at(line: $0.line, column: $0.column) } ?? self.place
        let written: WrittenValue.Content?
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            written = Self.isTagged(node, .str) ? nil : .scalar(scalar.string, plain: plain)
        case .sequence(let sequence):
            let items = sequence.enumerated().compactMap { self.value($1, key: "\(key)[\($0 + 1)]") }
            written = Self.isTagged(node, .seq) ? nil : .list(items)
        case .mapping(let mapping):
            let entries = self.entries(mapping, key: key)
            written = Self.isTagged(node, .map) ? nil : .table(entries)
        case .alias:
            written = nil
        }
        guard let written else {
            self.problems.append(
                ConfigurationProblem(place, key: key, "tags are not read here", suggestion: "write the plain value"))
            return nil
        }
        return WrittenValue(content: written, place: place, key: key)
    }

    private mutating func entries(_ mapping: Node.Mapping, key: String) -> [WrittenValue.Entry] {
        var entries: [WrittenValue.Entry] = []
        var firstLines: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let place = keyNode.mark.map { self.place.at(line: $0.line, column: $0.column) } ?? self.place
            guard case .scalar(let scalar) = keyNode else {
                self.problems.append(
                    ConfigurationProblem(place, key: key, "the name of a setting must be a word"))
                continue
            }
            let name = self.renamedKeys[scalar.string] ?? scalar.string
            let full = key.isEmpty ? name.shortened : "\(key).\(name.shortened)"
            if let line = firstLines[name] {
                self.problems.append(
                    ConfigurationProblem(
                        place, key: full, "is set twice, first on line \(line)", suggestion: "keep one"))
                continue
            }
            firstLines[name] = place.line
            guard let value = self.value(valueNode, key: full) else { continue }
            entries.append(WrittenValue.Entry(name: name, place: place, value: value))
        }
        return entries
    }

    /// With the resolver that knows no rules a value without a tag is `str`, `seq` or `map`.
    private static func isTagged(_ node: Node, _ natural: Tag.Name) -> Bool {
        node.tag.description != Tag(natural).description
    }
}
