// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct BalanceQueryTests {
    @Test(
        arguments: [
            (#"([0-9]+[.,][0-9]{2})"#, "Balance: 24,84 EUR", "24,84"), (#"balance is (\d+)"#, "Your balance is 7", "7"),
            (#"(-?\d+)"#, "Debt -12 EUR", "-12"), (#"(?:Solde|Crédit)\s*:\s*(\S+)"#, "Crédit :\u{A0}5,10 €", "5,10"),
            (#"^2 (.+)$"#, "1 one\n2 two\n3 three", "two"), (#"(a+?)a*"#, "caaat", "a"), (#"(a+)a*"#, "caaat", "aaa"),
            (#"(a{2,3})"#, "aaaaa", "aaa"), (#"(a{2,3}?)"#, "aaaaa", "aa"), (#"(a{2})b"#, "aaab", "aa"),
            (#"(a{2,})"#, "baaaa", "aaaa"), (#"x(a|ab)(?:c|bcd)$"#, "xabcd", "a"), (#"(ab|a)"#, "ab", "ab"),
            (#"([^ ]+) EUR"#, "is 5 EUR", "5"), (#"\((\w+)\)"#, "(Größe)", "Größe"), (#"([a-c\d-]+)"#, "zb-2z", "b-2"),
            (#"([]+)"#, "a", nil), (#"(x)"#, "abc", nil), (#"( *)"#, "   ", nil), (#"(\d+)"#, "", nil),
            (#"( 5 )"#, "x 5 y", "5"), (#"(?:(a)|b)+"#, "ab", "a"), (#"(.+)"#, "one\ntwo", "one"),
            (#"([\d.,]+)\s*€"#, "1.234,56 €", "1.234,56"),
        ] as [(String, String, String?)])
    func pattern(source: String, text: String, amount: String?) {
        let pattern = try? BalancePattern(source)
        // `[]` holds nothing, and is refused.
        #expect((pattern == nil) == (source == "([]+)"))
        #expect(pattern?.amount(in: text) == amount)
    }

    @Test(arguments: [
        "", "abc", "(a)(b)", "(?:a)", "(a", "a)", "(*)", "(a**)", "(a)+?+", "(?=a)b", "[a", "([z-a])", "(\\", "(\\q)",
        "(\\1)", "(a{3,2})", "(a{201})", "(a{)", "(a{1)", "([])", "(\\é)", "({2})",
        String(repeating: "(?:", count: 17) + "(a)" + String(repeating: ")", count: 17),
        "(" + String(repeating: "a", count: 256) + ")", "((?:(?:a{200}){200}){200})",
    ])
    func refusedPattern(source: String) {
        let error = #expect(throws: BalancePatternError.self) { _ = try BalancePattern(source) }
        #expect(error?.message.isEmpty == false)
    }

    /// Exponential, or of a high degree, for an expression that backtracks.
    @Test(arguments: [
        "((?:a*)*b)", "((?:a|a)*b)", "((?:a+)+b)", "(a*a*a*a*a*a*a*a*a*a*b)", "((?:a?){200}a{200}b)", "(.*.*.*.*=.*)",
        "((?:(?:)*)*b)",
    ])
    func timeIsBounded(source: String) throws {
        let pattern = try BalancePattern(source)
        #expect(pattern.amount(in: String(repeating: "a", count: 5000)) == nil)
    }

    @Test(
        arguments: [
            ("24,84", 24.84), ("24.84", 24.84), ("7", 7), ("-3,5", -3.5), ("1.234,56", 1234.56), ("1,234.56", 1234.56),
            ("1 234,5", 1234.5), ("1\u{A0}234", 1234), ("1.234.567", 1_234_567), ("1'234.50", 1234.5), ("+5", 5),
            ("1.000", nil), ("1,000", nil), ("1.23.45", nil), ("5 EUR", nil), ("", nil), ("-", nil), ("1.2,3.4", nil),
            ("1e9", nil), ("nan", nil), ("5,", nil), ("\u{2212}5", -5),
        ] as [(String, Double?)])
    func number(amount: String, number: Double?) {
        #expect(ModemBalance(amount: amount, text: "", at: Date(timeIntervalSince1970: 0)).number == number)
    }

    @Test(
        arguments: [
            ("*100#", [], 3600, "(a)", nil), ("*100", ["1", "2"], 300, "(a)", nil), ("100a", [], 3600, "(a)", .code),
            ("*100#", ["\u{1A}"], 3600, "(a)", .steps), ("*100#", [""], 3600, "(a)", .steps),
            ("*100#", ["1", "1", "1", "1", "1", "1", "1", "1", "1"], 3600, "(a)", .steps),
            ("*1#", [], 299, "(a)", .every),
            ("*1#", [], 31 * 86_400 + 1, "(a)", .every), ("*1#", [], 3600, "a", .pattern),
        ] as [(String, [String], Int, String, BalanceQueryError.Field?)])
    func query(row: (String, [String], Int, String, BalanceQueryError.Field?)) {
        do throws(BalanceQueryError) {
            _ = try BalanceQuery(code: row.0, steps: row.1, every: .seconds(row.2), pattern: row.3)
            #expect(row.4 == nil)
        } catch {
            #expect(error.field == row.4)
        }
    }
}
