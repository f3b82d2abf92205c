// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// How long messages are kept. `nil`: for ever.
package struct RetentionRules: Sendable, Equatable {
    /// Received messages, from when they came.
    package var received: Duration?
    /// Outgoing messages, from the last that happened to them.
    package var sent: Duration?
    /// Messages altogether; the oldest go first.
    package var maximumMessages: Int?

    package init(received: Duration? = nil, sent: Duration? = nil, maximumMessages: Int? = nil) {
        self.received = received
        self.sent = sent
        self.maximumMessages = maximumMessages
    }

    /// What was received is known as such for so long at least, whatever was deleted: a PDU that lies in a modem that was
    /// away is not shown a second time.
    package static let receptions: Duration = .seconds(30 * 86_400)
}

extension GatewayStore {
    /// Messages looked at in one transaction of pruning.
    package static let pruningBatch = 200

    /// Deletes a message that is over: received, or an outgoing one of which nothing waits or is being sent.
    ///
    /// - Returns: the message as it was.
    /// - Throws: `StoreError` with `notFound` or `notDeletable`.
    package func delete(id: String) async throws -> StoredMessage {
        try await self.write { transaction in
            guard let record = try transaction.database.messageRecords("id = ?", [id]).first else {
                throw StoreError(.notFound, "There is no message \(id).")
            }
            guard !record.message.isUnderWay else {
                throw StoreError(
                    .notDeletable,
                    "The message is \(record.message.state.rawValue); cancel it, or wait until it is sent, and delete it "
                        + "then.")
            }
            try transaction.delete(record.n, record.message.direction, record.message.state)
            return record.message
        }
    }

    /// Applies the rules, in transactions of ``pruningBatch`` messages.
    ///
    /// - Returns: how many messages went.
    package func prune(_ rules: RetentionRules) async throws -> Int {
        let now = self.now()
        var pruned = 0
        if let limit = rules.received {
            pruned += try await self.prune(.incoming, before: now.addingTimeInterval(-limit.timeInterval))
        }
        if let limit = rules.sent {
            pruned += try await self.prune(.outgoing, before: now.addingTimeInterval(-limit.timeInterval))
        }
        if let limit = rules.maximumMessages { pruned += try await self.prune(keeping: max(0, limit)) }
        try await self.pruneOrphans(before: now.addingTimeInterval(-RetentionRules.receptions.timeInterval))
        return pruned
    }

    private func prune(_ direction: MessageDirection, before limit: Date) async throws -> Int {
        var position: Int64 = 0
        var pruned = 0
        while true {
            try Task.checkCancellation()
            let from = position
            let step = try await self.write { try $0.pruneBatch(direction, after: from, before: limit) }
            pruned += step.pruned
            guard let next = step.next else { return pruned }
            position = next
        }
    }

    private func prune(keeping limit: Int) async throws -> Int {
        var surplus = try await self.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") ?? 0 } - limit
        var position: Int64 = 0
        var pruned = 0
        while surplus > 0 {
            try Task.checkCancellation()
            let (from, most) = (position, surplus)
            let step = try await self.write { try $0.pruneBatch(after: from, most: most) }
            pruned += step.pruned
            surplus -= step.pruned
            guard let next = step.next else { break }
            position = next
        }
        return pruned
    }

    private func pruneOrphans(before limit: Date) async throws {
        for table in ["reception", "report"] {
            let isOrphan = table == "reception" ? "message IS NULL AND state <> 'waiting'" : "message IS NULL"
            while true {
                try Task.checkCancellation()
                let deleted = try await self.write { transaction in
                    try transaction.database.execute(
                        sql: """
                            DELETE FROM \(table) WHERE rowid IN (
                                SELECT rowid FROM \(table) WHERE \(isOrphan) AND received_at < ? LIMIT ?)
                            """, arguments: [limit.microseconds, Self.pruningBatch])
                    return transaction.database.changesCount
                }
                if deleted < Self.pruningBatch { break }
            }
        }
    }
}

extension StoredMessage {
    /// Something of it waits to be sent, or is being sent.
    fileprivate var isUnderWay: Bool {
        switch self.state {
        case .queued, .sending: true
        case .sent, .delivered, .failed, .expired, .cancelled, .uncertain, .received: self.isWaiting
        }
    }
}

extension Transaction {
    fileprivate struct PruningStep {
        var pruned = 0
        /// The number to go on after; `nil`: what follows is too young, or nothing.
        var next: Int64?
    }

    fileprivate func delete(_ n: Int64, _ direction: MessageDirection, _ state: MessageState) throws {
        let statement = try self.database.cachedStatement(sql: "DELETE FROM message WHERE n = ?")
        try statement.execute(arguments: [n])
        if direction == .outgoing { self.counts.remove(state) }
    }

    /// Rows go by number, which is the order of their creation.
    fileprivate func pruneBatch(
        _ direction: MessageDirection, after position: Int64, before limit: Date
    ) throws -> PruningStep {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT n, state, waiting, created_at,
                    max(created_at, ifnull(received_at, 0), ifnull(completed_at, 0), ifnull(send_at, 0),
                        ifnull(sent_at, 0), ifnull(delivered_at, 0))
                FROM message WHERE direction = ? AND n > ? ORDER BY n LIMIT ?
                """)
        let rows = try Row.fetchAll(
            statement, arguments: [direction.rawValue, position, GatewayStore.pruningBatch])
        var step = PruningStep()
        for row in rows where (row[4] as Int64) < limit.microseconds {
            step.pruned += try self.prune(row, direction)
        }
        if let last = rows.last, rows.count == GatewayStore.pruningBatch, (last[3] as Int64) < limit.microseconds {
            step.next = last[0]
        }
        return step
    }

    fileprivate func pruneBatch(after position: Int64, most: Int) throws -> PruningStep {
        let statement = try self.database.cachedStatement(
            sql: "SELECT n, state, waiting, direction FROM message WHERE n > ? ORDER BY n LIMIT ?")
        let rows = try Row.fetchAll(statement, arguments: [position, GatewayStore.pruningBatch])
        var step = PruningStep()
        for row in rows where step.pruned < most {
            step.pruned += try self.prune(row, row[3] == MessageDirection.incoming.rawValue ? .incoming : .outgoing)
        }
        if let last = rows.last, rows.count == GatewayStore.pruningBatch { step.next = last[0] }
        return step
    }

    /// - Parameter row: number, state, and whether something waits.
    private func prune(_ row: Row, _ direction: MessageDirection) throws -> Int {
        guard let state = MessageState(rawValue: row[1]), state != .queued, state != .sending, row[2] == false else {
            return 0
        }
        try self.delete(row[0], direction, state)
        return 1
    }
}
