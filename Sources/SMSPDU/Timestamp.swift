// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A local time with its zone, as TP-Service-Centre-Time-Stamp carries it (TS 23.040 §9.2.3.11): 1970 to 2069.
package struct Timestamp: Sendable, Hashable {
    /// From the low octet on: year of the century, month, day, hour, minute, second, and the quarters of an hour ahead
    /// of UTC as two's complement.
    private let fields: UInt64

    /// 1970 to 2069, as two digits allow: 70 and above are of the last century.
    package var year: Int { self.field(0) >= 70 ? 1900 + self.field(0) : 2000 + self.field(0) }
    package var month: Int { self.field(1) }
    package var day: Int { self.field(2) }
    package var hour: Int { self.field(3) }
    package var minute: Int { self.field(4) }
    package var second: Int { self.field(5) }
    /// What the local time is ahead of UTC, in quarters of an hour (-79 to 79).
    package var quartersAheadOfUTC: Int { Int(Int8(truncatingIfNeeded: self.fields >> 48)) }

    private func field(_ index: UInt64) -> Int { Int(self.fields >> (index &* 8) & 0xFF) }

    /// Nil when there is no such time or the field cannot express it.
    package init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, quartersAheadOfUTC quarters: Int
    ) {
        guard 1970...2069 ~= year, 0...99 ~= month, 0...99 ~= day, 0...99 ~= hour, 0...99 ~= minute, 0...99 ~= second,
            -79...79 ~= quarters
        else { return nil }
        let octets = [year % 100, month, day, hour, minute, second, abs(quarters)]
        self.init(fields: octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }, isBehind: quarters < 0)
    }

    /// Seven fields of 0 to 99 from the low octet on, the last without its sign; nil when there is no such time.
    @inline(__always)
    init?(fields: UInt64, isBehind: Bool) {
        // Bit 7 of an octet is set when its field is beyond 99, 12, 31, 23, 59, 59 or 79.
        let beyond = (fields &+ 0x0030_4444_6860_731C) & 0x0080_8080_8080_8080
        let month = Int(fields >> 8 & 0xFF)
        let day = Int(fields >> 16 & 0xFF)
        guard beyond == 0, month > 0, day > 0, day <= 28 || day <= Self.days(in: month, of: Int(fields & 0xFF)) else {
            return nil
        }
        let quarters = fields >> 48
        let signed = UInt64(UInt8(truncatingIfNeeded: isBehind ? 0 &- quarters : quarters))
        self.fields = fields & 0x0000_FFFF_FFFF_FFFF | signed << 48
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
    /// - Parameter year: with or without its century, as 1900 and 2000 are multiples of four.
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
