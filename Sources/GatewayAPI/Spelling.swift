// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Names near a misspelt one.
enum Spelling {
    /// The known name that `name` was probably meant to be: the nearest, when at most a third of it is wrong.
    static func suggestion(for name: String, among known: [String]) -> String? {
        // Nobody misspells a name by hundreds of letters; the comparison is quadratic.
        guard name.count <= 64 else { return nil }
        let lowered = name.lowercased()
        let nearest = known.map { (name: $0, distance: self.distance(lowered, $0.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(1, nearest.name.count / 3) else { return nil }
        return nearest.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours from one to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
