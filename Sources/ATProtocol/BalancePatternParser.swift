// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What a ``BalancePattern`` says.
indirect enum BalancePatternNode: Sendable, Equatable {
    case scalar(ScalarRanges)
    case lineStart
    case lineEnd
    case sequence([BalancePatternNode])
    case alternatives([BalancePatternNode])
    /// What is looked for.
    case group(BalancePatternNode)
    /// - `most`: `nil` for any number; `fewest`: as few as will do.
    case repeated(BalancePatternNode, least: Int, most: Int?, fewest: Bool)
}

/// Reads a pattern, character by character.
struct BalancePatternParser {
    /// Brackets within brackets.
    private static let depthLimit = 16
    /// In `{n,m}`.
    private static let countLimit = 200

    private let pattern: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    /// Groups that find something.
    private(set) var groups = 0

    init(_ source: String) {
        self.pattern = Array(source.unicodeScalars)
    }

    private var current: Unicode.Scalar? {
        self.position < self.pattern.count ? self.pattern[self.position] : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.current == scalar else { return false }
        self.position += 1
        return true
    }

    private func error(_ message: String) -> BalancePatternError {
        BalancePatternError("\(message) (character \(self.position + 1) of the pattern).")
    }

    mutating func parse() throws(BalancePatternError) -> BalancePatternNode {
        let node = try self.alternatives()
        guard self.current == nil else { throw self.error("A ) closes nothing") }
        return node
    }

    private mutating func alternatives() throws(BalancePatternError) -> BalancePatternNode {
        var nodes = [try self.sequence()]
        while self.take("|") { nodes.append(try self.sequence()) }
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence() throws(BalancePatternError) -> BalancePatternNode {
        var nodes: [BalancePatternNode] = []
        while let scalar = self.current, scalar != "|", scalar != ")" {
            let node = try self.atom(scalar)
            nodes.append(try self.quantified(node))
        }
        return .sequence(nodes)
    }

    private mutating func atom(_ scalar: Unicode.Scalar) throws(BalancePatternError) -> BalancePatternNode {
        self.position += 1
        switch scalar {
        case "(": return try self.brackets()
        case "[": return .scalar(try self.set())
        case "\\": return .scalar(try self.escape())
        case ".": return .scalar(ScalarRanges(ranges: [0x0A...0x0A], isNegated: true))
        case "^": return .lineStart
        case "$": return .lineEnd
        case "*", "+", "?", "{":
            self.position -= 1
            throw self.error("There is nothing that \(scalar) could repeat; a sign itself has \\ before it")
        default: return .scalar(ScalarRanges(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func brackets() throws(BalancePatternError) -> BalancePatternNode {
        self.depth += 1
        guard self.depth <= Self.depthLimit else { throw self.error("There are too many brackets within brackets") }
        var finds = true
        if self.take("?") {
            guard self.take(":") else { throw self.error("Behind (? only : is known") }
            finds = false
        }
        if finds { self.groups += 1 }
        let node = try self.alternatives()
        guard self.take(")") else { throw self.error("A ) is missing") }
        self.depth -= 1
        return finds ? .group(node) : node
    }

    // MARK: Repetition

    private mutating func quantified(_ node: BalancePatternNode) throws(BalancePatternError) -> BalancePatternNode {
        var least = 0
        var most: Int?
        if self.take("*") {
        } else if self.take("+") {
            least = 1
        } else if self.take("?") {
            most = 1
        } else if self.take("{") {
            (least, most) = try self.counts()
        } else {
            return node
        }
        let fewest = self.take("?")
        if let scalar = self.current, ["*", "+", "?", "{"].contains(scalar) {
            throw self.error("What is repeated already cannot be repeated by \(scalar)")
        }
        return .repeated(node, least: least, most: most, fewest: fewest)
    }

    private mutating func counts() throws(BalancePatternError) -> (Int, Int?) {
        guard let least = self.number() else { throw self.error("A number is missing behind {") }
        var most: Int? = least
        if self.take(",") { most = self.number() }
        guard self.take("}") else { throw self.error("A } is missing") }
        guard max(least, most ?? 0) <= Self.countLimit else {
            throw self.error("The most in { } is \(Self.countLimit)")
        }
        if let most, most < least { throw self.error("The numbers in { } are the wrong way round") }
        return (least, most)
    }

    /// At most six digits: more is over the limit anyway.
    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = self.current, ("0"..."9").contains(scalar), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            self.position += 1
        }
        return value
    }

    // MARK: Characters

    private static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    /// Networks part thousands with a no-break space.
    private static let spaces: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x2009...0x2009, 0x202F...0x202F,
    ]
    /// With the letters of Latin, Greek and Cyrillic.
    private static let word: [ClosedRange<UInt32>] = [
        0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x52F,
    ]

    /// What stands behind a backslash.
    private mutating func escape() throws(BalancePatternError) -> ScalarRanges {
        guard let scalar = self.current else { throw self.error("A \\ at the end means nothing") }
        self.position += 1
        switch scalar {
        case "d": return ScalarRanges(ranges: Self.digits)
        case "D": return ScalarRanges(ranges: Self.digits, isNegated: true)
        case "s": return ScalarRanges(ranges: Self.spaces)
        case "S": return ScalarRanges(ranges: Self.spaces, isNegated: true)
        case "w": return ScalarRanges(ranges: Self.word)
        case "W": return ScalarRanges(ranges: Self.word, isNegated: true)
        case "n": return ScalarRanges(ranges: [0x0A...0x0A])
        case "t": return ScalarRanges(ranges: [0x09...0x09])
        default:
            guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
                self.position -= 1
                throw self.error("\\\(scalar) is not known here")
            }
            return ScalarRanges(ranges: [scalar.value...scalar.value])
        }
    }

    /// `[0-9.,]`, `[^ ]`, behind the first bracket.
    private mutating func set() throws(BalancePatternError) -> ScalarRanges {
        var set = ScalarRanges(ranges: [], isNegated: self.take("^"))
        while !self.take("]") {
            let first = try self.member()
            guard first.ranges.count == 1, !first.isNegated, let low = first.ranges.first, low.count == 1,
                self.current == "-", self.position + 1 < self.pattern.count, self.pattern[self.position + 1] != "]"
            else {
                guard !first.isNegated else { throw self.error("\\D, \\S and \\W cannot stand in [ ]") }
                set.ranges += first.ranges
                continue
            }
            self.position += 1
            let last = try self.member()
            guard last.ranges.count == 1, !last.isNegated, let high = last.ranges.first, high.count == 1,
                low.lowerBound <= high.lowerBound
            else { throw self.error("A range in [ ] ends before it begins") }
            set.ranges.append(low.lowerBound...high.lowerBound)
        }
        guard !set.ranges.isEmpty else { throw self.error("[ ] holds nothing") }
        return set
    }

    private mutating func member() throws(BalancePatternError) -> ScalarRanges {
        guard let scalar = self.current else { throw self.error("A ] is missing") }
        self.position += 1
        if scalar == "\\" { return try self.escape() }
        return ScalarRanges(ranges: [scalar.value...scalar.value])
    }
}
