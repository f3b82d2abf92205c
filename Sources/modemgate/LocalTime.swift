// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import Glibc

/// Times of the API and of people.
enum LocalTime {
    /// `2026-01-31 23:59:59` in this machine's time zone; the text itself when it is no ISO 8601 time.
    static func text(_ iso8601: String) -> String {
        guard let date = Self.date(iso8601) else { return iso8601.printable() }
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return iso8601 }
        let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec].map(Self.twoDigits)
        return "\(parts.tm_year + 1900)-\(fields[0])-\(fields[1]) \(fields[2]):\(fields[3]):\(fields[4])"
    }

    static func date(_ iso8601: String) -> Date? {
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? fractional.parse(iso8601)) ?? (try? Date.ISO8601FormatStyle().parse(iso8601))
    }

    /// What a user may write for a moment: ISO 8601 with zone, local `2026-01-31` or `2026-01-31 23:59[:59]`, or how
    /// long from now (`90s`, `30m`, `24h`, `7d`).
    ///
    /// - Parameter ahead: from now into the future; otherwise into the past.
    static func iso8601(fromUser text: String, now: Date, ahead: Bool = false) -> String? {
        if let date = Self.date(text) { return Self.utc(date) }
        if let seconds = Self.seconds(text) {
            return Self.utc(now.addingTimeInterval(ahead ? Double(seconds) : -Double(seconds)))
        }
        return Self.local(text).map(Self.utc)
    }

    static func utc(_ date: Date) -> String {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date)
    }

    private static func seconds(_ text: String) -> Int? {
        let units = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard text.count <= 7, let unit = text.last.flatMap({ units[String($0)] }), let number = Int(text.dropLast()),
            number >= 0
        else { return nil }
        return number * unit
    }

    private static func local(_ text: String) -> Date? {
        let fields = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == " " || $0 == "T" || $0 == ":" }
        let numbers = fields.compactMap { field in field.utf8.count <= 4 ? Int32(field) : nil }
        guard numbers.count == fields.count, numbers.count == 3 || numbers.count == 5 || numbers.count == 6 else {
            return nil
        }
        let all = numbers + Array(repeating: 0, count: 6 - numbers.count)
        let ranges: [ClosedRange<Int32>] = [1970...9999, 1...12, 1...31, 0...23, 0...59, 0...60]
        guard zip(all, ranges).allSatisfy({ $1.contains($0) }) else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (all[0] - 1900, all[1] - 1, all[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (all[3], all[4], all[5], -1)
        let seconds = mktime(&parts)
        // mktime makes 3 March of 31 February.
        return parts.tm_mday == all[2] ? Date(timeIntervalSince1970: Double(seconds)) : nil
    }

    private static func twoDigits(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
