// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation

/// The time a limit looks back over.
///
/// Minute, hour and day slide. They are counted in buckets, and a bucket counts as long as any of it may lie inside:
/// the limit is never exceeded in any such time, and place comes free one bucket late at most.
package enum UsageWindow: String, Sendable, CaseIterable {
    case minute, hour, day, month

    private static let second: Int64 = 1_000_000

    /// Microseconds looked back; `nil` for a calendar month.
    var length: Int64? {
        switch self {
        case .minute: 60 * Self.second
        case .hour: 3_600 * Self.second
        case .day: 86_400 * Self.second
        case .month: nil
        }
    }

    /// Microseconds of one bucket: 30, 30 and 48 of them are a handful of pages to read.
    private var bucket: Int64 {
        switch self {
        case .minute: 2 * Self.second
        case .hour: 120 * Self.second
        case .day: 1_800 * Self.second
        case .month: 0
        }
    }

    /// Where the bucket begins that `time` is counted in, in microseconds.
    func bucketStart(_ time: Date, zone: TimeZone) -> Int64 {
        guard self.length != nil else { return Self.month(of: time, zone).start.microseconds }
        let microseconds = max(0, time.microseconds)
        return microseconds - microseconds % self.bucket
    }

    /// The earliest bucket that still counts at `now`.
    func oldestStart(_ now: Date, zone: TimeZone) -> Int64 {
        guard let length = self.length else { return Self.month(of: now, zone).start.microseconds }
        return max(0, now.microseconds - length) - self.bucket + 1
    }

    /// When there is place for one more.
    ///
    /// - Parameter counts: what counts at `now`, by bucket, oldest first; `limit` or more in all.
    func freeAgain(_ counts: [(start: Int64, count: Int)], limit: Int, now: Date, zone: TimeZone) -> Date {
        guard let length = self.length else { return Self.month(of: now, zone).end }
        var total = counts.reduce(0) { $0 + $1.count }
        for bucket in counts {
            total -= bucket.count
            if total < limit { return Date(microseconds: bucket.start + self.bucket + length) }
        }
        // Nothing at all is allowed: asked again later, since the configuration may change.
        return now.addingTimeInterval(Double(length) / Double(Self.second))
    }

    private static func month(of time: Date, _ zone: TimeZone) -> DateInterval {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        // Every date has a month; should the calendar say otherwise, 30 days are as good.
        return calendar.dateInterval(of: .month, for: time) ?? DateInterval(start: time, duration: 30 * 86_400)
    }
}
