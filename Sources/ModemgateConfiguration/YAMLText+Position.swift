// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Yams

/// Line and column, both from 1, columns in Unicode scalars as libYAML counts them.
struct TextPosition: Equatable {
    var line: Int
    var column: Int

    func index(in text: String) -> String.Index? {
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(1, self.line) {
            guard let end = scalars[index...].firstIndex(where: \.isLineEnd) else { return nil }
            index = scalars.index(after: end)
        }
        return scalars.index(index, offsetBy: self.column - 1, limitedBy: scalars.endIndex)
    }
}

extension Unicode.Scalar {
    /// Line breaks of YAML 1.1 §5.4.
    fileprivate var isLineEnd: Bool {
        switch self {
        case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    fileprivate var isAnchorLetter: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}

extension YAMLText {
    /// CR LF as LF, without the byte order mark: then a line ends with one scalar and columns count from the margin.
    static func normalized(_ text: String) -> String {
        let mark = "\u{FEFF}"
        let start = text.unicodeScalars.first == mark.unicodeScalars.first ? mark.utf8.count : 0
        let bytes = Array(text.utf8.dropFirst(start))
        let (return13, newline) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        guard bytes.contains(return13) else { return String(decoding: bytes, as: UTF8.self) }
        let kept = bytes.indices.filter {
            bytes[$0] != return13 || $0 + 1 >= bytes.count || bytes[$0 + 1] != newline
        }
        return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
    }

    /// Where `*name` stands although `&name` stands somewhere: an alias, or so near to one that it is refused.
    /// Lines that begin with `#` are never YAML syntax.
    static func firstAlias(in text: String) -> TextPosition? {
        guard text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")) else { return nil }
        let anchors = Set(Self.names(after: "&", in: text).map(\.name))
        return Self.names(after: "*", in: text).first { anchors.contains($0.name) }?.position
    }

    private static func names(
        after sign: Unicode.Scalar, in text: String
    ) -> [(position: TextPosition, name: String)] {
        var found: [(position: TextPosition, name: String)] = []
        let lines = text.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
        for (number, line) in lines.enumerated() where line.first(where: { $0 != " " && $0 != "\t" }) != "#" {
            for (column, index) in line.indices.enumerated() where line[index] == sign {
                // Longer names are compared by their beginning: that refuses more, never less.
                let name = line[line.index(after: index)...].prefix(1000).prefix(while: \.isAnchorLetter)
                if name.isEmpty { continue }
                found.append((TextPosition(line: number + 1, column: column + 1), String(name)))
            }
        }
        return found
    }

    /// What libYAML found wrong, with the cause in words of this file where it can be told from the place.
    mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let position = TextPosition(line: mark.line, column: mark.column)
            let said = [context?.text, problem].compactMap(\.self).joined(separator: ": ")
            self.report(position, "not YAML: \(said)", suggestion: self.cause(at: position, problem: problem))
        case .reader(let problem, let offset, _, _):
            self.report(self.position(ofCharacter: offset ?? 0), "not YAML: \(problem)")
        default:
            self.report(TextPosition(line: 1, column: 1), "cannot be read as YAML: \(error)")
        }
    }

    private func cause(at position: TextPosition, problem: String) -> String? {
        if problem.contains("another document") { return "keep one document, without a second ---" }
        if problem.contains("mapping values are not allowed") {
            return "check the indentation, or put a value that contains a colon and a blank in quotes"
        }
        guard let index = position.index(in: self.text), index < self.text.endIndex else { return nil }
        switch self.text.unicodeScalars[index] {
        case "\t": return "indent with blanks, not with tabs"
        case "*", "&", "@", "`", "%", "!": return "put the value in quotes"
        default: break
        }
        let before = self.text.unicodeScalars[..<index].last
        return before == "*" || before == "&" ? "put the value in quotes" : nil
    }

    private func position(ofCharacter offset: Int) -> TextPosition {
        let before = self.text.prefix(offset).unicodeScalars
        let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
        return TextPosition(line: lines.count, column: (lines.last?.count ?? 0) + 1)
    }
}
