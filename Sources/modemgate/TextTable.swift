// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Columns with a blank line's worth of room between them: two blanks.
struct TextTable {
    var header: [String]
    var rows: [[String]] = []

    init(_ header: String...) {
        self.header = header
    }

    /// - Parameter width: lines are cut there, with `…`; `nil`: never.
    func lines(width: Int? = nil) -> [String] {
        let all = [self.header] + self.rows
        let widths = self.header.indices.map { column in
            all.map { $0.indices.contains(column) ? $0[column].columns : 0 }.max() ?? 0
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                guard column < row.count - 1, column < widths.count else { continue }
                line += String(repeating: " ", count: widths[column] - cell.columns + 2)
            }
            return width.map { line.cut(toColumns: $0) } ?? line
        }
    }
}

extension String {
    /// Columns a terminal uses: wide East Asian characters and emoji two, combining marks none.
    var columns: Int {
        self.reduce(0) { $0 + $1.columns }
    }

    func cut(toColumns width: Int) -> String {
        guard self.columns > width else { return self }
        var used = 0
        let kept = self.prefix { character in
            used += character.columns
            return used < width
        }
        return kept + "…"
    }
}

extension Character {
    fileprivate var columns: Int {
        guard let first = self.unicodeScalars.first else { return 0 }
        if self.unicodeScalars.contains("\u{FE0F}") || first.properties.isEmojiPresentation { return 2 }
        // Unicode Standard Annex 11: the blocks whose characters are wide.
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
