// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// What the webhooks were told, or are still to be told.
extension GatewayStore {
    /// The deliveries of enabled webhooks that are due, earliest first, and when the next one will be.
    ///
    /// - Parameters:
    ///   - inFlight: by webhook, what is being tried already.
    ///   - concurrency: most at the same time for one webhook, 1 or more.
    package func dueDeliveries(
        inFlight: [Int64: Set<Int64>], concurrency: Int
    ) async throws -> (due: [DueDelivery], next: Date?) {
        let now = self.now().storable
        let targets = self.journal.begin().targets
        guard !targets.isEmpty else { return ([], nil) }
        return try await self.read { database in
            var due: [DueDelivery] = []
            var next: Date?
            for target in targets {
                let busy = inFlight[target.n] ?? []
                let room = concurrency - busy.count
                guard room > 0 else { continue }
                let found = try database.dueDeliveries(webhook: target.n, limit: room + busy.count + 1)
                    .filter { !busy.contains($0.delivery.n) }
                let ready = found.prefix { $0.dueAt <= now }.prefix(room)
                due += ready.map(\.delivery)
                // What has no room comes when one of those in flight ends.
                guard ready.count < room, let later = found.dropFirst(ready.count).first else { continue }
                next = min(next ?? later.dueAt, later.dueAt)
            }
            return (due, next)
        }
    }

    /// - Parameter sent: the octets of the request's body, kept when they are to be sent again.
    package func finishDelivery(_ n: Int64, _ attempt: DeliveryAttempt, sent: Data) async throws {
        let now = self.now().storable
        try await self.write { try $0.record(attempt, of: n, sent: sent, at: now) }
    }

    /// Stores an event for one webhook, whatever its filter.
    ///
    /// - Parameter id: of the delivery, a `MessageID`.
    /// - Throws: `StoreError` with `notFound`, or `disabled`.
    package func addDelivery(id: String, webhook: String, topic: EventTopic, body: Data) async throws {
        let now = self.now().storable
        try await self.write { transaction in
            let record = try transaction.database.webhook(id: webhook)
            guard record.isEnabled else {
                throw StoreError(.disabled, "The webhook is disabled. Enable it first.")
            }
            let n = try Int64.fetchOne(
                transaction.database, sql: "SELECT n FROM webhook WHERE id = ?", arguments: [webhook])
            // A conversation of its own: it waits for nothing, and nothing waits for it.
            try transaction.insertDelivery(
                id: id, of: WebhookEvent(topic: topic, time: now, body: body), to: n ?? 0, conversation: id)
        }
    }

    /// Newest first.
    ///
    /// - Parameters:
    ///   - webhook: of this one alone.
    ///   - cursor: `next` of the page before.
    ///   - limit: 1 … `pageLimit`; other values are brought into that range.
    /// - Throws: `StoreError` with `notFound` or `invalidCursor`.
    package func deliveries(
        webhook: String? = nil, state: DeliveryState? = nil, cursor: String? = nil, limit: Int = 50
    ) async throws -> DeliveryPage {
        let limit = min(max(limit, 1), Self.pageLimit)
        let position = try cursor.map(Self.deliveryPosition)
        return try await self.read { database in
            var conditions: [String] = []
            var arguments = StatementArguments()
            if let webhook {
                _ = try database.webhook(id: webhook)
                conditions.append("delivery.webhook = (SELECT n FROM webhook WHERE id = ?)")
                arguments += [webhook]
            }
            if let state {
                conditions.append("delivery.state = ?")
                arguments += [state.rawValue]
            }
            if let position {
                conditions.append("delivery.n < ?")
                arguments += [position]
            }
            let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
            let found = try database.deliveries("\(condition) ORDER BY delivery.n DESC LIMIT \(limit + 1)", arguments)
            let page = found.prefix(limit)
            let next = found.count > limit ? page.last.map { "d" + String($0.n, radix: 36) } : nil
            return DeliveryPage(items: page.map(\.record), next: next)
        }
    }

    package func delivery(id: String) async throws -> DeliveryRecord? {
        try await self.read { try $0.deliveries("delivery.id = ?", [id]).first?.record }
    }

    /// Sends a dead or delivered one again, with the same id.
    ///
    /// - Throws: `StoreError` with `notFound`, or `notResendable` while it is still to be delivered.
    package func resendDelivery(id: String, webhook: String) async throws -> DeliveryRecord {
        let now = self.now().storable
        return try await self.write { transaction in
            let found = try transaction.database.deliveries("delivery.id = ? AND webhook.id = ?", [id, webhook]).first
            guard let found else { throw StoreError(.notFound, "This webhook has no delivery \(id.prefix(64)).") }
            guard found.record.finishedAt != nil else {
                throw StoreError(.notResendable, "The delivery is still to be made; it is tried again by itself.")
            }
            try transaction.resend(found.n, at: now)
            return try transaction.database.deliveries("delivery.n = ?", [found.n]).first?.record ?? found.record
        }
    }

    /// Sends everything dead again, of one webhook or of all, oldest first.
    ///
    /// - Returns: how many.
    /// - Throws: `StoreError.Code.notFound`.
    package func resendDeadDeliveries(webhook: String? = nil) async throws -> Int {
        if let webhook { _ = try await self.webhook(id: webhook) }
        let now = self.now().storable
        var total = 0
        while true {
            // What dies again meanwhile is not taken a second time.
            let count = try await self.write { transaction in
                let dead = try Int64.fetchAll(
                    transaction.database,
                    sql: """
                        SELECT n FROM delivery WHERE state = 'dead' AND finished_at <= ?1
                            AND (?2 IS NULL OR webhook = (SELECT n FROM webhook WHERE id = ?2))
                        ORDER BY n LIMIT \(Self.batch)
                        """,
                    arguments: [now.microseconds, webhook])
                for n in dead { try transaction.resend(n, at: now) }
                return dead.count
            }
            total += count
            if count < Self.batch { return total }
        }
    }

    private static func deliveryPosition(_ cursor: String) throws -> Int64 {
        guard cursor.hasPrefix("d"), let n = Int64(cursor.dropFirst(), radix: 36), n > 0 else {
            throw StoreError(
                .invalidCursor, "The cursor is not one of this list; take `next` of the answer before, or leave it out."
            )
        }
        return n
    }
}

// MARK: Housekeeping

extension GatewayStore {
    /// Deliveries made that are kept, so that somebody can look at them.
    package static let deliveredLimit = 100_000
    private static let deliveredAge: TimeInterval = 7 * 86_400
    private static let deadAge: TimeInterval = 30 * 86_400

    /// After a start: retries further off than `longestDelay` come from a clock that was wrong; they are due now.
    package func recoverDeliveries(longestDelay: Duration) async throws {
        let now = self.now().storable
        let latest = now.addingTimeInterval(longestDelay.timeInterval)
        try await self.write { transaction in
            try transaction.database.execute(
                sql: "UPDATE delivery SET due_at = ?, since = min(since, ?) WHERE state = 'pending' AND due_at > ?",
                arguments: [now.microseconds, now.microseconds, latest.microseconds])
        }
    }

    /// Removes what was kept long enough, and gives up what waits for a webhook disabled for longer than `maximumAge`.
    ///
    /// - Returns: `true` when there is more to do; each call is one short transaction.
    package func tidyDeliveries(maximumAge: Duration) async throws -> Bool {
        let now = self.now().storable
        let oldest = now.addingTimeInterval(-maximumAge.timeInterval).microseconds
        return try await self.write { transaction in
            var changed = try transaction.giveUpOnDisabled(before: oldest, at: now, limit: Self.batch)
            for (state, age) in [(DeliveryState.delivered, Self.deliveredAge), (.dead, Self.deadAge)] {
                let before = now.addingTimeInterval(-age).microseconds
                changed = max(changed, try transaction.removeDeliveries(state, before: before, limit: Self.batch))
            }
            let limit = try Int64.fetchOne(
                transaction.database,
                sql: """
                    SELECT finished_at FROM delivery WHERE state = 'delivered'
                    ORDER BY finished_at DESC LIMIT 1 OFFSET \(Self.deliveredLimit)
                    """)
            if let limit {
                changed = max(
                    changed, try transaction.removeDeliveries(.delivered, before: limit + 1, limit: Self.batch))
            }
            return changed == Self.batch
        }
    }
}

extension Transaction {
    fileprivate func removeDeliveries(_ state: DeliveryState, before time: Int64, limit: Int) throws -> Int {
        try self.database.execute(
            sql: """
                DELETE FROM delivery WHERE n IN (
                    SELECT n FROM delivery WHERE state = ? AND finished_at < ? ORDER BY finished_at LIMIT \(limit))
                """,
            arguments: [state.rawValue, time])
        return self.database.changesCount
    }

    fileprivate func giveUpOnDisabled(before time: Int64, at now: Date, limit: Int) throws -> Int {
        let disabled = try Int64.fetchAll(self.database, sql: "SELECT n FROM webhook WHERE enabled = 0")
        var count = 0
        for webhook in disabled where count < limit {
            let overdue = try Row.fetchAll(
                self.database,
                sql: """
                    SELECT n, conversation FROM delivery
                    WHERE webhook = ? AND state IN ('pending', 'blocked') AND since <= ? LIMIT \(limit - count)
                    """,
                arguments: [webhook, time])
            for row in overdue {
                try self.database.execute(
                    sql: """
                        UPDATE delivery SET state = 'dead', finished_at = ?, error_code = 'disabled',
                            error_message = 'The webhook was disabled for too long. Enable it and send this again.'
                        WHERE n = ?
                        """,
                    arguments: [now.microseconds, row[0] as Int64])
                try self.unblock(webhook: webhook, conversation: row[1], at: now)
            }
            count += overdue.count
        }
        return count
    }
}
