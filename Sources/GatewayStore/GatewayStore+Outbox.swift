// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

extension GatewayStore {
    /// Stores messages, all or none, and returns them once that is durable.
    package func accept(
        _ drafts: [OutgoingDraft], modem choice: ModemChoice, own: [String: String] = [:]
    ) async throws -> [StoredMessage] {
        let now = self.now().storable
        return try await self.write { transaction in
            try drafts.map { draft in
                let modem = transaction.choose(choice)
                let reference = draft.isConcatenated ? try transaction.nextReference(for: draft.peer) : 0
                var message = StoredMessage(
                    id: MessageID.make(at: now), direction: .outgoing, peer: draft.peer, state: .queued, createdAt: now)
                message.modem = modem
                message.own = modem.flatMap { own[$0] }
                message.parts = try draft.pdus(reference).enumerated().map { index, pdu in
                    StoredPart(number: index + 1, state: .queued, pdu: pdu)
                }
                message.take(draft)
                try transaction.insert(message, report: draft.report)
                return message
            }
        }
    }

    /// One step of a modem's sender, in one transaction: what became of the last part, and which is next.
    ///
    /// The next part is `sending` when this returns, before anything of it reaches the modem.
    package func advance(
        modem: String, finished: (assignment: Assignment, result: SubmitResult)?, takeNext: Bool
    ) async throws -> NextSubmission {
        let now = self.now().storable
        return try await self.write { transaction in
            if let finished {
                try transaction.finish(finished.assignment, finished.result, modem: modem, at: now)
            }
            guard takeNext else { return .idle(until: nil) }
            return try transaction.takeNext(modem: modem, at: now)
        }
    }

    /// After a crash: parts that were being handed over have an unknown outcome and are not sent again.
    ///
    /// - Parameter longestRetry: retries further off than this come from a clock that was wrong; they are due now.
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
                sql: "SELECT n FROM message WHERE waiting = 1 AND expires_at IS NOT NULL AND expires_at <= ?",
                arguments: [now.microseconds])
            for n in overdue { try transaction.expire(n, at: now) }
            let next = try Int64.fetchOne(
                transaction.database,
                sql: "SELECT min(expires_at) FROM message WHERE waiting = 1 AND expires_at IS NOT NULL")
            return next.map { Date(microseconds: $0) }
        }
    }

    /// Takes back what has not been sent of a message.
    ///
    /// - Throws: `StoreError` with `notFound`, or `notCancellable` when nothing of it waits any more.
    package func cancel(id: String) async throws -> StoredMessage {
        let now = self.now().storable
        return try await self.write { transaction in
            guard let record = try transaction.database.messageRecords("id = ?", [id]).first else {
                throw StoreError(.notFound, "There is no message \(id).")
            }
            guard record.message.isWaiting else {
                throw StoreError(
                    .notCancellable,
                    "The message is \(record.message.state.rawValue); only what is still queued can be cancelled.")
            }
            return try transaction.change(record.n, at: now) { $0.message.stopSending(.cancelled) }
        }
    }
}

extension StoredMessage {
    fileprivate mutating func take(_ draft: OutgoingDraft) {
        self.text = draft.text
        self.data = draft.data
        self.encoding = draft.encoding
        self.messageClass = draft.messageClass
        self.batch = draft.batch
        self.token = draft.token
        self.expiresAt = draft.expiresAt?.storable
    }
}

extension Duration {
    var timeInterval: TimeInterval {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
