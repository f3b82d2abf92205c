// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

extension GatewayStore {
    /// One step of a modem's sender, in one transaction: what became of the last part, and which is next.
    ///
    /// The next part is `sending` when this returns, before anything of it reaches the modem, and is counted.
    ///
    /// - Parameter onMove: told which other modems got messages.
    package func advance(
        modem: String, finished: (assignment: Assignment, result: SubmitResult)?, takeNext: Bool,
        terms: SendingTerms = SendingTerms(), onMove: (Set<String>) -> Void = { _ in }
    ) async throws -> NextSubmission {
        let now = self.now().storable
        let (next, moved) = try await self.write { transaction in
            var moved: Set<String> = []
            if let finished {
                try transaction.finish(finished.assignment, finished.result, modem: modem, at: now)
            }
            guard takeNext else { return (NextSubmission.idle(until: nil), moved) }
            return (try transaction.takeNext(modem: modem, terms, at: now, moved: &moved), moved)
        }
        if !moved.isEmpty { onMove(moved) }
        return next
    }

    /// After a crash: parts that were being handed over have an unknown outcome and are not sent again.
    ///
    /// - Parameter longestRetry: what waits longer than this, and was not ordered for later, does so by a clock that was
    ///   wrong, or for a limit that is looked at again: it is due now.
    /// - Returns: how many messages became uncertain.
    package func recoverInterrupted(longestRetry: Duration) async throws -> Int {
        let now = self.now().storable
        let latest = now.addingTimeInterval(longestRetry.timeInterval)
        return try await self.write { try $0.recoverInterrupted(at: now, latestRetry: latest) }
    }

    /// Messages whose validity has passed while they waited become `expired`.
    ///
    /// - Returns: when the next one will, if there is one.
    package func expireOverdue() async throws -> Date? {
        let now = self.now().storable
        return try await self.write { transaction in
            let overdue = try Int64.fetchAll(
                transaction.database,
                sql: """
                    SELECT n FROM message WHERE waiting = 1 AND expires_at IS NOT NULL AND expires_at <= ?
                    ORDER BY expires_at LIMIT \(Self.expiredAtOnce)
                    """,
                arguments: [now.microseconds])
            for n in overdue { try transaction.expire(n, at: now) }
            let next = try Int64.fetchOne(
                transaction.database,
                sql: "SELECT min(expires_at) FROM message WHERE waiting = 1 AND expires_at IS NOT NULL")
            return next.map { Date(microseconds: $0) }
        }
    }

    /// Messages that expire in one transaction, so that sending goes on between two of them.
    private static let expiredAtOnce = 500
}

extension Duration {
    var timeInterval: TimeInterval {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
