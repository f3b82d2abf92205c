// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// The field Retry-After of an answer, RFC 9110 §10.2.3: seconds or a date.
package enum RetryAfter: Sendable, Equatable {
    case seconds(Int)
    case date(Date)

    /// - Returns: `nil` for anything else; such a field counts as absent.
    package init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // What is too long for a number is far longer than anybody waits.
            guard !text.isEmpty else { return nil }
            self = .seconds(Int(text) ?? .max)
        } else {
            guard let date = Self.date(text) else { return nil }
            self = .date(date)
        }
    }

    /// Seconds from `now`, not below 0.
    func delay(from now: Date) -> Double {
        switch self {
        case .seconds(let seconds): Double(seconds)
        case .date(let date): max(0, date.timeIntervalSince(now))
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// IMF-fixdate, RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`. The obsolete forms are not read.
    private static func date(_ text: String) -> Date? {
        let fields = text.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[5] == "GMT", let month = self.months.firstIndex(of: String(fields[2])) else {
            return nil
        }
        let clock = fields[4].split(separator: ":", omittingEmptySubsequences: false)
        let numbers = ([fields[1], fields[3]] + clock).map { field in
            field.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(field) : nil
        }
        guard numbers.count == 5, let day = numbers[0], let year = numbers[1], let hour = numbers[2],
            let minute = numbers[3], let second = numbers[4], (1...31).contains(day), (1970...9999).contains(year),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = self.days(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// Days from 1970-01-01 in the Gregorian calendar; a year is taken to begin in March, so that its last day moves.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
