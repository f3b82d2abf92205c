// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// Hours of the day in which a modem's sender rests, by the clock on the wall of a time zone.
package struct QuietHours: Sendable, Equatable {
    /// Minutes after midnight, 0 ..< 1440. Before `start` on the clock means past midnight; equal to it means never.
    package var start: Int
    package var end: Int
    package var zone: TimeZone

    package init(start: Int, end: Int, zone: TimeZone) {
        self.start = start
        self.end = end
        self.zone = zone
    }

    /// When they are over; `nil` outside of them.
    func end(at now: Date) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = self.zone
        let clock = calendar.dateComponents([.hour, .minute], from: now)
        guard let hour = clock.hour, let minute = clock.minute, self.contains(hour * 60 + minute) else { return nil }
        // Where the clock is put forward past the end, they are over at the next minute there is.
        return calendar.nextDate(
            after: now, matching: DateComponents(hour: self.end / 60, minute: self.end % 60, second: 0),
            matchingPolicy: .nextTime)
    }

    private func contains(_ minute: Int) -> Bool {
        self.start <= self.end
            ? (self.start..<self.end).contains(minute) : minute >= self.start || minute < self.end
    }
}
