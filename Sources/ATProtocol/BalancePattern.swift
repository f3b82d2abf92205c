// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A pattern with one group that finds an amount in the network's answer.
///
/// A regular expression of its own small kind: the network writes the text and the owner the pattern, and neither may
/// stop the gateway. All ways through the pattern are followed at once, character by character, so the time is the length
/// of the text times the length of the pattern, whatever they say; an expression that backtracks can take for ever.
///
/// There are: letters as they are, `.`, `[a-z]`, `[^…]`, `\d \D \s \S \w \W \n \t`, `\` before a sign, `( )`, `(?: )`,
/// `|`, `* + ? {2} {2,} {2,5}` with `?` behind them for the fewest, and `^` `$` for the ends of a line.
package struct BalancePattern: Sendable, Equatable {
    /// Characters of a pattern.
    static let lengthLimit = 256
    /// Steps of the program it becomes; `{n,m}` multiplies.
    static let programLimit = 4096
    /// Characters of a text that are looked at: USSD carries 182 at most.
    static let textLimit = 2048

    enum Instruction: Sendable, Equatable {
        case scalar(ScalarRanges)
        /// The first is tried first.
        case split(Int, Int)
        case jump(Int)
        /// The group begins.
        case open
        case close
        case lineStart
        case lineEnd
        case match
    }

    /// As it was written.
    package let source: String
    private let program: [Instruction]

    /// - Throws: with a sentence that says what is wrong, and where.
    package init(_ source: String) throws(BalancePatternError) {
        guard source.unicodeScalars.count <= Self.lengthLimit else {
            throw BalancePatternError("The pattern is longer than \(Self.lengthLimit) characters.")
        }
        var parser = BalancePatternParser(source)
        let node = try parser.parse()
        guard parser.groups == 1 else {
            throw BalancePatternError(
                "The pattern needs exactly one group in brackets, which finds the amount, such as ([0-9]+[.,][0-9]+); "
                    + "it has \(parser.groups). Brackets that find nothing begin with (?:")
        }
        var program: [Instruction] = []
        try Self.compile(node, into: &program)
        program.append(.match)
        self.source = source
        self.program = program
    }

    /// What the group found first, without spaces at its ends; `nil` when the pattern does not fit, or the group is empty.
    package func amount(in text: String) -> String? {
        let scalars = Array(text.unicodeScalars.prefix(Self.textLimit))
        var run = Run(program: self.program, text: scalars)
        guard let range = run.first() else { return nil }
        var found = scalars[range]
        while let first = found.first, first.properties.isWhitespace { found.removeFirst() }
        while let last = found.last, last.properties.isWhitespace { found.removeLast() }
        return found.isEmpty ? nil : String(String.UnicodeScalarView(found))
    }

    // MARK: From tree to program

    private static func compile(_ node: BalancePatternNode, into program: inout [Instruction])
        throws(BalancePatternError)
    {
        guard program.count < Self.programLimit else {
            throw BalancePatternError("The pattern repeats too much: write smaller numbers in { }.")
        }
        switch node {
        case .scalar(let ranges): program.append(.scalar(ranges))
        case .lineStart: program.append(.lineStart)
        case .lineEnd: program.append(.lineEnd)
        case .sequence(let nodes): for node in nodes { try Self.compile(node, into: &program) }
        case .group(let inner):
            program.append(.open)
            try Self.compile(inner, into: &program)
            program.append(.close)
        case .alternatives(let nodes): try Self.compile(alternatives: nodes[...], into: &program)
        case .repeated(let inner, let least, let most, let fewest):
            for _ in 0..<least { try Self.compile(inner, into: &program) }
            if let most {
                for _ in least..<most { try Self.compile(optional: inner, loops: false, fewest, into: &program) }
            } else {
                try Self.compile(optional: inner, loops: true, fewest, into: &program)
            }
        }
    }

    private static func compile(
        alternatives nodes: ArraySlice<BalancePatternNode>, into program: inout [Instruction]
    ) throws(BalancePatternError) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try Self.compile(node, into: &program)
                break
            }
            let split = program.count
            program.append(.match)
            try Self.compile(node, into: &program)
            jumps.append(program.count)
            program.append(.match)
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private static func compile(
        optional node: BalancePatternNode, loops: Bool, _ fewest: Bool, into program: inout [Instruction]
    ) throws(BalancePatternError) {
        let split = program.count
        program.append(.match)
        try Self.compile(node, into: &program)
        if loops { program.append(.jump(split)) }
        program[split] = fewest ? .split(program.count, split + 1) : .split(split + 1, program.count)
    }
}

/// A pattern that cannot be used.
package struct BalancePatternError: Error, Sendable, Equatable {
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}

/// Some characters: those in the ranges, or all others.
struct ScalarRanges: Sendable, Equatable {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        self.ranges.contains { $0.contains(scalar.value) } != self.isNegated
    }
}

// MARK: - Running

/// All ways through the program at once, the wanted ones first.
private struct Run {
    private struct Way {
        var instruction: Int
        var start: Int?
        var end: Int?
    }

    private let program: [BalancePattern.Instruction]
    private let text: [Unicode.Scalar]
    /// Where the next ways are; each instruction once, for what comes later is wanted less.
    private var next: [Way] = []
    private var visited: [Int]

    init(program: [BalancePattern.Instruction], text: [Unicode.Scalar]) {
        self.program = program
        self.text = text
        self.visited = Array(repeating: -1, count: program.count)
    }

    mutating func first() -> Range<Int>? {
        var ways: [Way] = []
        var found: Way?
        for position in 0...self.text.count {
            self.next = []
            for way in ways { self.follow(way, at: position) }
            // A match may begin here, unless an earlier one was found.
            if found == nil { self.follow(Way(instruction: 0), at: position) }
            ways = []
            for way in self.next {
                if self.program[way.instruction] == .match {
                    found = way
                    break
                }
                guard position < self.text.count, case .scalar(let ranges) = self.program[way.instruction],
                    ranges.contains(self.text[position])
                else { continue }
                ways.append(Way(instruction: way.instruction + 1, start: way.start, end: way.end))
            }
            if ways.isEmpty, found != nil { break }
        }
        guard let found, let start = found.start, let end = found.end, start <= end else { return nil }
        return start..<end
    }

    /// To the instructions that look at a character.
    private mutating func follow(_ way: Way, at position: Int) {
        var waiting = [way]
        while var way = waiting.popLast() {
            guard self.visited[way.instruction] != position else { continue }
            self.visited[way.instruction] = position
            switch self.program[way.instruction] {
            case .scalar, .match:
                self.next.append(way)
                continue
            case .jump(let target): way.instruction = target
            case .split(let first, let second):
                waiting.append(Way(instruction: second, start: way.start, end: way.end))
                way.instruction = first
            case .open:
                way.start = position
                way.end = nil
                way.instruction += 1
            case .close:
                way.end = position
                way.instruction += 1
            case .lineStart:
                guard position == 0 || self.text[position - 1] == "\n" else { continue }
                way.instruction += 1
            case .lineEnd:
                guard position == self.text.count || self.text[position] == "\n" else { continue }
                way.instruction += 1
            }
            waiting.append(way)
        }
    }
}
