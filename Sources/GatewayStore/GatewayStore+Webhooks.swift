// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// The targets.
extension GatewayStore {
    /// Every event looks at each of them.
    package static let webhookLimit = 64

    /// - Throws: `StoreError` with `tooMany` or `invalidName`.
    package func createWebhook(_ draft: WebhookDraft) async throws -> WebhookRecord {
        let now = self.now().storable
        let id = MessageID.make(at: now)
        try Self.checkWebhookName(draft.name)
        return try await self.write { transaction in
            let count = try Int.fetchOne(transaction.database, sql: "SELECT count(*) FROM webhook") ?? 0
            guard count < Self.webhookLimit else {
                throw StoreError(.tooMany, "There are \(count) webhooks, the most there may be. Remove one first.")
            }
            try transaction.database.execute(
                sql: """
                    INSERT INTO webhook (id, name, url, topics, secret, enabled, timeout, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, draft.name, draft.url, EventTopic.text(draft.topics), draft.secret ?? "", draft.isEnabled,
                    draft.timeout, now.microseconds, now.microseconds,
                ])
            try transaction.webhooksChanged()
            return try transaction.database.webhook(id: id)
        }
    }

    /// Replaces everything but, where the draft has none, the secret.
    ///
    /// - Throws: `StoreError` with `notFound` or `invalidName`.
    package func updateWebhook(id: String, _ draft: WebhookDraft) async throws -> WebhookRecord {
        let now = self.now().storable
        try Self.checkWebhookName(draft.name)
        return try await self.write { transaction in
            _ = try transaction.database.webhook(id: id)
            try transaction.database.execute(
                sql: """
                    UPDATE webhook SET name = ?, url = ?, topics = ?, secret = ifnull(?, secret), enabled = ?,
                        disabled_reason = CASE WHEN ? THEN NULL ELSE disabled_reason END, timeout = ?, updated_at = ?
                    WHERE id = ?
                    """,
                arguments: [
                    draft.name, draft.url, EventTopic.text(draft.topics), draft.secret, draft.isEnabled,
                    draft.isEnabled, draft.timeout, now.microseconds, id,
                ])
            try transaction.webhooksChanged()
            return try transaction.database.webhook(id: id)
        }
    }

    /// Oldest first.
    package func webhooks() async throws -> [WebhookRecord] {
        try await self.read { try $0.webhooks("1 ORDER BY webhook.n") }
    }

    /// - Throws: `StoreError.Code.notFound`.
    package func webhook(id: String) async throws -> WebhookRecord {
        try await self.read { try $0.webhook(id: id) }
    }

    /// Removes a webhook with all its deliveries, a piece at a time: there may be many, and modems write meanwhile.
    ///
    /// - Returns: the webhook as it was.
    /// - Throws: `StoreError.Code.notFound`.
    package func removeWebhook(id: String) async throws -> WebhookRecord {
        let now = self.now().storable
        let (record, n) = try await self.write { transaction in
            let record = try transaction.database.webhook(id: id)
            let n = try Int64.fetchOne(
                transaction.database, sql: "SELECT n FROM webhook WHERE id = ?", arguments: [id])
            try transaction.setEnabled(false, reason: "It is being removed.", webhook: n ?? 0, at: now)
            return (record, n ?? 0)
        }
        var isRemoved = false
        while !isRemoved {
            isRemoved = try await self.write { transaction in
                try transaction.database.execute(
                    sql: """
                        DELETE FROM delivery WHERE n IN (SELECT n FROM delivery WHERE webhook = ? LIMIT \(Self.batch))
                        """,
                    arguments: [n])
                guard transaction.database.changesCount < Self.batch else { return false }
                try transaction.database.execute(sql: "DELETE FROM webhook WHERE n = ?", arguments: [n])
                try transaction.webhooksChanged()
                return true
            }
        }
        return record
    }

    /// One element after commits that made a delivery due; for one consumer.
    package func observeDeliveries() -> AsyncStream<Void> { self.journal.observeDeliveries() }

    package func webhookFacts() async throws -> WebhookFacts {
        try await self.read { database in
            let open = "state IN ('pending', 'blocked')"
            let row = try Row.fetchOne(database, sql: "SELECT count(*), min(time) FROM delivery WHERE \(open)")
            let dead = try Int.fetchOne(database, sql: "SELECT count(*) FROM delivery WHERE state = 'dead'")
            let oldest: Int64? = row?[1]
            return WebhookFacts(
                pending: row?[0] ?? 0, dead: dead ?? 0, oldestPending: oldest.map { Date(microseconds: $0) })
        }
    }

    /// Rows changed or removed by one transaction of housekeeping.
    static let batch = 500

    private static func checkWebhookName(_ name: String?) throws {
        guard let name else { return }
        guard (1...64).contains(name.unicodeScalars.count), !name.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw StoreError(.invalidName, "A webhook's name has 1 to 64 characters and no control characters.") }
    }
}

extension Database {
    func webhooks(_ condition: String, _ arguments: StatementArguments = []) throws -> [WebhookRecord] {
        try Row.fetchAll(
            self,
            sql: """
                SELECT id, name, url, topics, enabled, disabled_reason, timeout, created_at, updated_at,
                    (SELECT count(*) FROM delivery WHERE webhook = webhook.n AND state IN ('pending', 'blocked')),
                    (SELECT count(*) FROM delivery WHERE webhook = webhook.n AND state = 'dead')
                FROM webhook WHERE \(condition)
                """,
            arguments: arguments
        ).map { row in
            WebhookRecord(
                id: row[0], name: row[1], url: row[2], topics: EventTopic.set(row[3]), isEnabled: row[4],
                disabledReason: row[5], timeout: row[6], createdAt: Date(microseconds: row[7]),
                updatedAt: Date(microseconds: row[8]), pending: row[9], dead: row[10])
        }
    }

    func webhook(id: String) throws -> WebhookRecord {
        guard let record = try self.webhooks("id = ?", [id]).first else {
            throw StoreError(.notFound, "There is no webhook \(id.prefix(64)); GET /api/webhooks lists them.")
        }
        return record
    }
}
