// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// Facts about the database, for `/api/health`.
package struct StoreHealth: Sendable, Equatable {
    /// It can be read, and the last write worked.
    package var ok: Bool
    /// What is wrong, in a sentence.
    package var problem: String?
    /// `PRAGMA synchronous` of the writing connection; 2 is FULL.
    package var synchronous: Int
    /// Writers waiting for the next transaction.
    package var waitingWriters: Int
    /// How long the last transaction took, fdatasync included.
    package var lastCommit: Duration?
    /// Octets of the database file and its write-ahead log.
    package var size: Int64
    /// Status reports that fitted no message of ours.
    package var unmatchedReports: Int
}

/// Outgoing messages not yet at their end.
package struct QueueFacts: Sendable, Equatable {
    package var queued: Int
    package var sending: Int
    package var uncertain: Int
    package var oldestQueued: Date?

    package init(queued: Int = 0, sending: Int = 0, uncertain: Int = 0, oldestQueued: Date? = nil) {
        self.queued = queued
        self.sending = sending
        self.uncertain = uncertain
        self.oldestQueued = oldestQueued
    }
}

extension GatewayStore {
    package func health() async -> StoreHealth {
        let condition = self.writer.condition
        var health = StoreHealth(
            ok: condition.lastFailure == nil, problem: condition.lastFailure, synchronous: -1,
            waitingWriters: condition.waiting, lastCommit: condition.lastCommit, size: self.size, unmatchedReports: 0)
        do {
            health.synchronous = try await self.synchronousSetting()
            health.unmatchedReports = try await self.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM report WHERE matched = 0") ?? 0
            }
        } catch {
            health.ok = false
            health.problem = String(describing: error)
        }
        return health
    }

    package func queueFacts() async throws -> QueueFacts {
        let counts = self.journal.counts.byState
        let oldest = try await self.read {
            try Int64.fetchOne(
                $0,
                sql: """
                    SELECT created_at FROM message WHERE \(MessageCounts.openIndex) AND state = 'queued'
                    ORDER BY n LIMIT 1
                    """)
        }
        return QueueFacts(
            queued: counts[.queued] ?? 0, sending: counts[.sending] ?? 0, uncertain: counts[.uncertain] ?? 0,
            oldestQueued: oldest.map { Date(microseconds: $0) })
    }

    private var size: Int64 {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: self.path + suffix)
            return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
        }
    }
}
