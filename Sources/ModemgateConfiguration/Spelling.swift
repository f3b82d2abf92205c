// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Which known word a mistyped one was meant to be.
enum Spelling {
    /// The nearest of `words`: the same but for case and separators, the only one that
    /// begins so, else at most one edit per three letters.
    static func nearest(to word: String, among words: [String]) -> String? {
        let plain = Self.folded(word)
        if let same = words.first(where: { Self.folded($0) == plain }) { return same }
        let longer = words.filter { plain.count >= 3 && Self.folded($0).starts(with: plain) }
        if longer.count == 1 { return longer[0] }
        // Longer than every setting we have; the table below would grow with the square.
        guard plain.count <= 64 else { return nil }
        let near = words.map { (word: $0, distance: Self.distance(plain, Self.folded($0))) }
            .filter { $0.distance <= max(1, min(plain.count, $0.word.count) / 3) }
        return near.min { $0.distance < $1.distance }?.word
    }

    /// Lower case without `_`, `-` and blanks: `national_languages` is `nationalLanguages`.
    static func folded(_ word: String) -> [UInt8] {
        word.lowercased().utf8.filter { ![UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " ")].contains($0) }
    }

    /// Optimal string alignment: insertions, deletions, replacements and swapped neighbours cost one each.
    static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        if first.isEmpty || second.isEmpty { return max(first.count, second.count) }
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[second.count]
    }
}
