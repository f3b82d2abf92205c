// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// One count that a part is added to when it is handed over.
struct UsageCharge: Sendable, Equatable {
    var subject: String
    var window: UsageWindow
    /// Of the bucket, in microseconds.
    var start: Int64
}

/// Who is counted.
enum UsageSubject {
    static func sim(_ iccid: String?, modem: String) -> String { iccid.map { "sim:\($0)" } ?? "modem:\(modem)" }
    static func recipient(_ peer: String) -> String { "to:\(peer)" }
    static func token(_ name: String) -> String { "token:\(name)" }
}

extension Transaction {
    /// A limit that is reached.
    struct Exhaustion {
        var window: UsageWindow
        var limit: Int
        var until: Date
    }

    /// The limit that leaves no place for one more, and for longest.
    func exhausted(
        _ limits: SendingLimits, of subject: String, at now: Date, zone: TimeZone
    ) throws -> Exhaustion? {
        var longest: Exhaustion?
        for window in limits.windows {
            guard let limit = limits.limit(for: window) else { continue }
            let counts = try self.database.usage(of: subject, window, at: now, zone: zone)
            guard counts.reduce(0, { $0 + $1.count }) >= limit else { continue }
            let until = window.freeAgain(counts, limit: limit, now: now, zone: zone)
            if until > longest?.until ?? .distantPast {
                longest = Exhaustion(window: window, limit: limit, until: until)
            }
        }
        return longest
    }

    func charge(_ charges: [UsageCharge]) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO usage (subject, window, start, count) VALUES (?, ?, ?, 1)
                ON CONFLICT (subject, window, start) DO UPDATE SET count = count + 1
                """)
        for charge in charges {
            try statement.execute(arguments: [charge.subject, charge.window.rawValue, charge.start])
        }
    }

    func refund(_ charges: [UsageCharge]) throws {
        let statement = try self.database.cachedStatement(
            sql: "UPDATE usage SET count = count - 1 WHERE subject = ? AND window = ? AND start = ? AND count > 0")
        for charge in charges {
            try statement.execute(arguments: [charge.subject, charge.window.rawValue, charge.start])
        }
    }

    /// Forgets counts that no limit looks back to, some at a time. Months are kept for 13, to be looked at.
    func pruneUsage(at now: Date) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                DELETE FROM usage WHERE (subject, window, start) IN
                    (SELECT subject, window, start FROM usage WHERE window = ? AND start < ? LIMIT 2048)
                """)
        for window in UsageWindow.allCases {
            let age = 2 * (window.length ?? 200 * 86_400 * 1_000_000)
            try statement.execute(arguments: [window.rawValue, now.microseconds - age])
        }
    }
}

extension Database {
    /// What counts at `now`, by bucket, oldest first. A bucket ahead of now is of a clock that was wrong.
    func usage(
        of subject: String, _ window: UsageWindow, at now: Date, zone: TimeZone
    ) throws -> [(start: Int64, count: Int)] {
        let statement = try self.cachedStatement(
            sql: """
                SELECT start, count FROM usage WHERE subject = ? AND window = ? AND start BETWEEN ? AND ?
                ORDER BY start
                """)
        let first = window.oldestStart(now, zone: zone)
        return try Row.fetchAll(statement, arguments: [subject, window.rawValue, first, now.microseconds])
            .map { (start: $0[0], count: $0[1]) }
    }
}
