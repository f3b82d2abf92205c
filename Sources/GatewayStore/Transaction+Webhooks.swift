// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// An enabled webhook, as every transaction needs it. Kept in memory, so that without webhooks an event costs nothing more.
struct WebhookTarget: Sendable, Equatable {
    var n: Int64
    /// `nil`: all.
    var topics: Set<EventTopic>?

    static func all(_ database: Database) throws -> [Self] {
        try Row.fetchAll(database, sql: "SELECT n, topics FROM webhook WHERE enabled = 1 ORDER BY n").map { row in
            Self(n: row[0], topics: EventTopic.set(row[1]))
        }
    }

    func wants(_ topic: EventTopic) -> Bool { self.topics?.contains(topic) ?? true }
}

extension EventTopic {
    /// As it stands in `webhook.topics`. A topic this version does not know is passed over.
    static func set(_ text: String?) -> Set<EventTopic>? {
        text.map { Set($0.split(separator: " ").compactMap { EventTopic(rawValue: String($0)) }) }
    }

    static func text(_ topics: Set<EventTopic>?) -> String? {
        topics.map { topics in Self.allCases.filter(topics.contains).map(\.rawValue).joined(separator: " ") }
    }
}

extension Transaction {
    /// Notes the event for every webhook that wants it, in this transaction.
    func tellWebhooks(_ topic: EventTopic, of event: JournalEvent, conversation: String) throws {
        for target in self.targets where target.wants(topic) {
            let told = WebhookEvent(topic: topic, time: event.time, body: event.body)
            try self.insertDelivery(
                id: MessageID.make(at: event.time), of: told, to: target.n, conversation: conversation)
        }
    }

    func insertDelivery(id: String, of event: WebhookEvent, to webhook: Int64, conversation: String) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO delivery (id, webhook, topic, conversation, state, time, event, since, due_at)
                VALUES (?1, ?2, ?3, ?4, CASE WHEN EXISTS (
                    SELECT 1 FROM delivery WHERE webhook = ?2 AND conversation = ?4 AND state IN ('pending', 'blocked')
                ) THEN 'blocked' ELSE 'pending' END, ?5, ?6, ?5, ?5)
                """)
        try statement.execute(arguments: [
            id, webhook, event.topic.rawValue, conversation, event.time.microseconds, event.body,
        ])
        self.concernsDeliveries = true
    }

    /// Notes an attempt. A delivery that somebody removed or finished meanwhile stays as it is.
    func record(_ attempt: DeliveryAttempt, of n: Int64, sent: Data, at now: Date) throws {
        let place = try Row.fetchOne(
            try self.database.cachedStatement(
                sql: "SELECT webhook, conversation FROM delivery WHERE n = ? AND state = 'pending'"),
            arguments: [n])
        guard let place else { return }
        let (state, due): (DeliveryState, Date?) =
            switch attempt.verdict {
            case .delivered: (.delivered, nil)
            case .retry(let time): (.pending, time)
            case .dead, .gone: (.dead, nil)
            }
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE delivery SET state = ?, due_at = ifnull(?, due_at), attempts = attempts + 1, attempted_at = ?,
                    finished_at = ?, status = ?, error_code = ?, error_message = ?, excerpt = ?, sent = ?
                WHERE n = ?
                """)
        try statement.execute(arguments: [
            state.rawValue, due?.microseconds, now.microseconds, due == nil ? now.microseconds : nil, attempt.status,
            attempt.error?.code, attempt.error?.message, attempt.excerpt, state == .delivered ? nil : sent, n,
        ])
        if case .gone(let reason) = attempt.verdict {
            try self.setEnabled(false, reason: reason, webhook: place[0], at: now)
        }
        if due == nil { try self.unblock(webhook: place[0], conversation: place[1], at: now) }
    }

    /// The head of a conversation is done with: the next becomes due.
    func unblock(webhook: Int64, conversation: String, at now: Date) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE delivery SET state = 'pending', due_at = ?1 WHERE state = 'blocked' AND n = (
                    SELECT min(n) FROM delivery WHERE webhook = ?2 AND conversation = ?3 AND state = 'blocked')
                AND NOT EXISTS (
                    SELECT 1 FROM delivery WHERE webhook = ?2 AND conversation = ?3 AND state = 'pending')
                """)
        try statement.execute(arguments: [now.microseconds, webhook, conversation])
        if self.database.changesCount > 0 { self.concernsDeliveries = true }
    }

    func setEnabled(_ isEnabled: Bool, reason: String?, webhook: Int64, at now: Date) throws {
        try self.database.execute(
            sql: "UPDATE webhook SET enabled = ?, disabled_reason = ?, updated_at = ? WHERE n = ?",
            arguments: [isEnabled, reason, now.microseconds, webhook])
        try self.webhooksChanged()
    }

    func webhooksChanged() throws {
        self.targets = try WebhookTarget.all(self.database)
        self.concernsDeliveries = true
    }

    /// Takes a finished delivery up again, behind whatever of its conversation is still to be delivered.
    func resend(_ n: Int64, at now: Date) throws {
        let row = try Row.fetchOne(
            try self.database.cachedStatement(sql: "SELECT webhook, conversation FROM delivery WHERE n = ?"),
            arguments: [n])
        guard let row else { return }
        try self.database.cachedStatement(
            sql: """
                UPDATE delivery SET state = 'blocked', since = ?, due_at = ?, attempts = 0, finished_at = NULL,
                    status = NULL, error_code = NULL, error_message = NULL, excerpt = NULL
                WHERE n = ?
                """
        ).execute(arguments: [now.microseconds, now.microseconds, n])
        try self.unblock(webhook: row[0], conversation: row[1], at: now)
        self.concernsDeliveries = true
    }
}
