// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A local time with its zone, as TP-Service-Centre-Time-Stamp carries it (TS 23.040 §9.2.3.11): 1970 to 2069.
package struct Timestamp: Sendable, Hashable {
    /// 1970 to 2069, as two digits allow: 70 and above are of the last century.
    package var year: Int { Int(self.storedYear) }
    package var month: Int { Int(self.storedMonth) }
    package var day: Int { Int(self.storedDay) }
    package var hour: Int { Int(self.storedHour) }
    package var minute: Int { Int(self.storedMinute) }
    package var second: Int { Int(self.storedSecond) }
    /// What the local time is ahead of UTC, in quarters of an hour (-79 to 79).
    package var quartersAheadOfUTC: Int { Int(self.storedQuarters) }

    private let storedYear: UInt16
    private let storedMonth: UInt8
    private let storedDay: UInt8
    private let storedHour: UInt8
    private let storedMinute: UInt8
    private let storedSecond: UInt8
    private let storedQuarters: Int8

    /// Nil when there is no such time or the field cannot express it.
    @inline(__always)
    package init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, quartersAheadOfUTC quarters: Int
    ) {
        guard 1970...2069 ~= year, 1...12 ~= month, day >= 1, day <= Self.days(in: month, of: year),
            0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second, -79...79 ~= quarters
        else { return nil }
        self.storedYear = UInt16(year)
        self.storedMonth = UInt8(month)
        self.storedDay = UInt8(day)
        self.storedHour = UInt8(hour)
        self.storedMinute = UInt8(minute)
        self.storedSecond = UInt8(second)
        self.storedQuarters = Int8(quarters)
    }

    /// The local time at `unixTime` (seconds since 1970 UTC) in a zone ahead of UTC by so many quarters of an hour.
    package init?(unixTime: Int64, quartersAheadOfUTC quarters: Int = 0) {
        guard 0..<4_000_000_000 ~= unixTime, -79...79 ~= quarters else { return nil }
        let local = unixTime + Int64(quarters) * 900
        guard local >= 0 else { return nil }
        let days = Int(local / 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        let second = Int(local - Int64(days) * 86_400)
        self.init(
            year: year, month: month, day: day, hour: second / 3600, minute: second / 60 % 60, second: second % 60,
            quartersAheadOfUTC: quarters)
    }

    /// Seconds since 1970 UTC.
    package var unixTime: Int64 {
        let days = Int64(Self.days(fromCivil: self.year, self.month, self.day))
        let local = days * 86_400 + Int64(self.hour * 3600 + self.minute * 60 + self.second)
        return local - Int64(self.quartersAheadOfUTC) * 900
    }

    /// For example `2026-11-21T13:50:00+01:00`.
    package var iso8601: String {
        let minutes = abs(self.quartersAheadOfUTC) * 15
        let sign = self.quartersAheadOfUTC < 0 ? "-" : "+"
        return "\(self.year)-\(Self.two(self.month))-\(Self.two(self.day))"
            + "T\(Self.two(self.hour)):\(Self.two(self.minute)):\(Self.two(self.second))"
            + "\(sign)\(Self.two(minutes / 60)):\(Self.two(minutes % 60))"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension Timestamp {
    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 ? 29 : 28  // right from 1901 to 2099
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01; years are counted from March so that the leap day comes last.
    private static func days(fromCivil year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        // 719_468 days lie between 0000-03-01 and 1970-01-01.
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int) -> (Int, Int, Int) {
        // Between 1900-03-01 (day -25_508) and 2100-02-28 every fourth year has 366 days.
        let sinceMarch1900 = days + 25_508
        let year = (4 * sinceMarch1900 + 3) / 1461
        let dayOfYear = sinceMarch1900 - 1461 * year / 4
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (1900 + year + (month <= 2 ? 1 : 0), month, day)
    }
}
