// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation

/// What is being delivered, and when to look again.
struct DeliverySchedule: Sendable {
    /// By webhook.
    private(set) var inFlight: [Int64: Set<Int64>] = [:]
    /// Ended while the database was read: what was read may still show them as due.
    private var endedMeanwhile: Set<Int64> = []
    private var wakeTime: Date?

    /// The database is about to be read.
    mutating func reading() {
        self.endedMeanwhile.removeAll()
    }

    /// - Returns: `false` when it is under way, or was until a moment ago.
    mutating func begin(_ delivery: Int64, webhook: Int64) -> Bool {
        guard !self.endedMeanwhile.contains(delivery) else { return false }
        return self.inFlight[webhook, default: []].insert(delivery).inserted
    }

    mutating func end(_ delivery: Int64, webhook: Int64) {
        self.inFlight[webhook]?.remove(delivery)
        if self.inFlight[webhook]?.isEmpty == true { self.inFlight[webhook] = nil }
        self.endedMeanwhile.insert(delivery)
    }

    /// - Returns: `true` when nothing wakes early enough for `time` yet.
    mutating func needsWake(at time: Date, now: Date) -> Bool {
        if let wakeTime = self.wakeTime, wakeTime <= time { return false }
        self.wakeTime = time
        return true
    }

    mutating func woke(at time: Date) {
        if self.wakeTime == time { self.wakeTime = nil }
    }
}
