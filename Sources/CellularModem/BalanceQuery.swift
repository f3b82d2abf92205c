// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol

package import struct Foundation.Date

/// How a SIM's balance is asked for, and how often.
package struct BalanceQuery: Sendable, Equatable {
    /// Five minutes to 31 days: networks do not like to be asked more often, and a month is what is paid for.
    package static let interval: ClosedRange<Duration> = .seconds(300) ... .seconds(31 * 86_400)
    /// Menus are no deeper.
    package static let stepLimit = 8

    /// `*100#`.
    package let code: String
    /// Replies to the network's questions on the way to the balance, in order.
    package let steps: [String]
    package let every: Duration
    package let pattern: BalancePattern

    /// - Throws: with a sentence that says which value is wrong and why.
    package init(
        code: String, steps: [String] = [], every: Duration, pattern: String
    ) throws(BalanceQueryError) {
        do throws(USSDStringError) {
            _ = try USSDString(code: code)
        } catch {
            throw BalanceQueryError(.code, error.description)
        }
        do throws(USSDStringError) {
            for step in steps { _ = try USSDString(reply: step) }
        } catch {
            throw BalanceQueryError(.steps, error.description)
        }
        guard steps.count <= Self.stepLimit else {
            throw BalanceQueryError(.steps, "There are more than \(Self.stepLimit) steps.")
        }
        guard Self.interval.contains(every) else {
            throw BalanceQueryError(.every, "It must be from 5 minutes to 31 days.")
        }
        do throws(BalancePatternError) {
            self.pattern = try BalancePattern(pattern)
        } catch {
            throw BalanceQueryError(.pattern, error.message)
        }
        self.code = code
        self.steps = steps
        self.every = every
    }
}

/// A balance query that cannot be used.
package struct BalanceQueryError: Error, Sendable, Equatable {
    package enum Field: String, Sendable, Equatable { case code, steps, every, pattern }

    package let field: Field
    package let message: String

    init(_ field: Field, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// What a SIM's balance was.
package struct ModemBalance: Sendable, Equatable {
    /// What the pattern's group found, as the network wrote it: `24,84`.
    package var amount: String
    /// The network's whole answer.
    package var text: String
    package var at: Date

    package init(amount: String, text: String, at: Date) {
        self.amount = amount
        self.text = text
        self.at = at
    }

    /// The amount as a number; `nil` when it is none, or when it could be two: `1.000` is one thousand here and one there.
    package var number: Double? { Self.number(self.amount) }

    static func number(_ amount: String) -> Double? {
        var text = amount.filter { !" \u{A0}\u{202F}\u{2009}'".contains($0) }
        if text.first == "\u{2212}" { text = "-" + text.dropFirst() }
        let marks = text.filter { $0 == "." || $0 == "," }
        guard text.allSatisfy({ "+-0123456789.,".contains($0) }), text.utf8.count <= 18 else { return nil }
        if let last = text.lastIndex(where: { $0 == "." || $0 == "," }) {
            let decimals = text[text.index(after: last)...].count
            let mark = text[last]
            if marks.contains(where: { $0 != mark }) {
                // Both: the last one is the decimal mark, and stands once.
                guard marks.filter({ $0 == mark }).count == 1 else { return nil }
                text = Self.replacing(text, decimalAt: last)
            } else if marks.count > 1 {
                guard decimals == 3 else { return nil }
                text = text.filter { $0 != mark }
            } else {
                guard decimals != 3 else { return nil }
                text = Self.replacing(text, decimalAt: last)
            }
        }
        guard text.last?.isNumber == true else { return nil }
        return Double(text)
    }

    private static func replacing(_ text: String, decimalAt index: String.Index) -> String {
        text[..<index].filter { $0 != "." && $0 != "," } + "." + text[text.index(after: index)...]
    }
}
