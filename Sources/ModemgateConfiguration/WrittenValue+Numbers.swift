// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import ATProtocol
internal import Foundation

extension WrittenValue {
    /// Digits and nothing else, not in quotes.
    func number(in range: ClosedRange<Int>, instead: String? = nil) throws(ConfigurationError) -> Int {
        guard case .scalar(let text, let plain) = self.content, !self.isEmpty else {
            throw self.problem("expected a number, found \(self.kind)")
        }
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
            throw self.problem("\"\(text.shortened)\" is not a whole number", suggestion: "write digits, such as 10")
        }
        guard plain else {
            throw self.problem("expected a number, found text", suggestion: "write \(text.shortened) without quotes")
        }
        guard let number = Int(text), range.contains(number) else {
            throw self.problem(
                "\(text.shortened) is out of range",
                suggestion: "from \(range.lowerBound) to \(range.upperBound)" + (instead.map { "; \($0)" } ?? ""))
        }
        return number
    }

    /// Of parts or messages in a time. A limit of none would be a message that waits until it expires.
    func limit() throws(ConfigurationError) -> Int {
        try self.number(in: 1...10_000_000, instead: "without the setting there is no limit")
    }

    /// `21:00-08:00`, of 24 hours.
    func quietHours() throws(ConfigurationError) -> GatewayConfiguration.QuietHours {
        let text = try self.text("hours such as 21:00-08:00")
        let sides = text.split(separator: "-", omittingEmptySubsequences: false).map {
            Self.minutes(String($0).trimmed)
        }
        guard sides.count == 2, let start = sides[0], let end = sides[1] else {
            throw self.problem(
                "\"\(text.shortened)\" is not a part of the day", suggestion: "write 21:00-08:00, from 00:00 to 23:59")
        }
        guard start != end else {
            throw self.problem(
                "\(text.shortened) is the whole day: nothing would ever be sent", suggestion: "remove the setting")
        }
        return GatewayConfiguration.QuietHours(start: start, end: end)
    }

    private static func minutes(_ text: String) -> Int? {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2,
            fields.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit) }),
            fields[1].utf8.count == 2, let hour = Int(fields[0]), let minute = Int(fields[1]),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    /// A name of the IANA time zone database that this system knows.
    func timeZone() throws(ConfigurationError) -> String {
        let text = try self.text("a time zone such as Europe/Paris")
        // Foundation also takes offsets and abbreviations, and opens a file of that name: names only.
        let isName = text.utf8.allSatisfy {
            $0.isDigit || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || "/_+-".utf8.contains($0)
        }
        if isName, text == "UTC" || text.contains("/"), !text.hasPrefix("/"), TimeZone(identifier: text) != nil {
            return text
        }
        let known = TimeZone.knownTimeZoneIdentifiers
        let city = known.first {
            $0.split(separator: "/").last.map { Spelling.folded(String($0)) } == Spelling.folded(text)
        }
        throw self.problem(
            "\"\(text.shortened)\" is not a time zone of this system",
            suggestion: (city ?? Spelling.nearest(to: text, among: known)).map { "did you mean \"\($0)\"?" }
                ?? "write a name of the IANA database, such as Europe/Paris or UTC")
    }

    /// A USSD request as it is dialled, TS 22.030 §6.5.3: at most 182 characters (TS 23.038 §5).
    func ussdCode() throws(ConfigurationError) -> String {
        let text = try self.text("a code such as *100#")
        do throws(USSDStringError) {
            _ = try USSDString(code: text)
        } catch {
            throw self.problem(
                "\"\(text.shortened)\" cannot be sent: \(error.description)", suggestion: "write a code such as *100#")
        }
        return text
    }

    /// A reply within a USSD session.
    func ussdReply() throws(ConfigurationError) -> String {
        let text = try self.shortText(limit: 182)
        do throws(USSDStringError) {
            _ = try USSDString(reply: text)
        } catch {
            throw self.problem("\"\(text.shortened)\" cannot be sent: \(error.description)")
        }
        return text
    }

    /// A regular expression with one group, of the kind that `BalancePattern` knows.
    func amountPattern() throws(ConfigurationError) -> String {
        let text = try self.shortText(limit: 256)
        do throws(BalancePatternError) {
            _ = try BalancePattern(text)
        } catch {
            throw self.problem(
                "\"\(text.shortened)\": \(error.message)",
                suggestion: "put the amount, and nothing else, in parentheses: Balance: ([0-9.,]+)")
        }
        return text
    }
}
