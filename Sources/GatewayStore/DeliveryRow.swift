// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Database {
    /// The next pending deliveries of a webhook, earliest first, due or not.
    func dueDeliveries(webhook: Int64, limit: Int) throws -> [(delivery: DueDelivery, dueAt: Date)] {
        let statement = try self.cachedStatement(
            sql: """
                SELECT delivery.n, delivery.id, delivery.webhook, webhook.url, webhook.secret, webhook.timeout,
                    delivery.topic, delivery.time, delivery.event, delivery.sent, delivery.attempts, delivery.since,
                    delivery.due_at
                FROM delivery INDEXED BY delivery_due JOIN webhook ON webhook.n = delivery.webhook
                WHERE delivery.webhook = ? AND delivery.state = 'pending'
                ORDER BY delivery.due_at, delivery.n LIMIT ?
                """)
        return try Row.fetchAll(statement, arguments: [webhook, limit]).map { row in
            let delivery = DueDelivery(
                n: row[0], id: row[1], webhook: row[2], url: row[3], secret: row[4], timeout: row[5],
                event: try WebhookEvent(topic: row[6], time: row[7], body: row[8]), sent: row[9], attempts: row[10],
                since: Date(microseconds: row[11]))
            return (delivery, Date(microseconds: row[12]))
        }
    }

    func deliveries(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [(n: Int64, record: DeliveryRecord)] {
        let statement = try self.cachedStatement(
            sql: """
                SELECT delivery.n, delivery.id, webhook.id, delivery.topic, delivery.time, delivery.event,
                    delivery.conversation, delivery.state, delivery.attempts, delivery.due_at, delivery.attempted_at,
                    delivery.finished_at, delivery.status, delivery.error_code, delivery.error_message, delivery.excerpt
                FROM delivery JOIN webhook ON webhook.n = delivery.webhook WHERE \(condition)
                """)
        return try Row.fetchAll(statement, arguments: arguments).map { ($0[0], try DeliveryRecord($0)) }
    }
}

extension DeliveryRecord {
    fileprivate init(_ row: Row) throws {
        let state: String = row[7]
        guard let state = DeliveryState(rawValue: state) else {
            throw StoreError(.corrupt, "The database holds “\(state)” where a delivery's state is expected.")
        }
        let (due, attempted, finished): (Int64, Int64?, Int64?) = (row[9], row[10], row[11])
        let (code, message): (String?, String?) = (row[13], row[14])
        self.init(
            id: row[1], webhook: row[2], event: try WebhookEvent(topic: row[3], time: row[4], body: row[5]),
            conversation: row[6], state: state, attempts: row[8],
            dueAt: state == .pending ? Date(microseconds: due) : nil,
            attemptedAt: attempted.map { Date(microseconds: $0) }, finishedAt: finished.map { Date(microseconds: $0) },
            status: row[12], error: nil, excerpt: row[15])
        if let code, let message { self.error = StoredError(code: code, message: message) }
    }
}

extension WebhookEvent {
    fileprivate init(topic: String, time: Int64, body: Data) throws {
        guard let topic = EventTopic(rawValue: topic) else {
            throw StoreError(.corrupt, "The database holds an event “\(topic)” that this version does not know.")
        }
        self.init(topic: topic, time: Date(microseconds: time), body: body)
    }
}
