// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Transaction {
    /// Writes a new message with its parts and its event.
    ///
    /// - Returns: its row number.
    @discardableResult
    func insert(_ message: StoredMessage, report: Bool = false) throws -> Int64 {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO message (id, direction, peer, own, modem, state, text, data, encoding, error_code,
                    error_message, created_at, sent_at, delivered_at, received_at, expires_at, retry_at, batch, token,
                    message_class, incomplete, waiting, report, priority, send_at, reference, replace_type,
                    destination_port, source_port, route, wanted_sim, hold_code, hold_message, resends, kind, details,
                    read_at, completed_at)
                VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?, ?, ?, ?, ?)
                """)
        let values: [(any DatabaseValueConvertible)?] = [
            message.id, message.direction.rawValue, message.peer, message.own, message.modem, message.state.rawValue,
            message.text.map { Data($0.utf8) }, message.data, message.encoding, message.error?.code,
            message.error?.message,
            message.createdAt.microseconds, message.sentAt?.microseconds, message.deliveredAt?.microseconds,
            message.receivedAt?.microseconds, message.expiresAt?.microseconds, message.retryAt?.microseconds,
            message.batch, message.token, message.messageClass, message.incomplete, message.isWaiting, report,
            message.priority, message.sendAt?.microseconds, message.reference, message.replaceType,
            message.ports?.destination, message.ports?.source, try MessageEncoder.json(message.route),
            message.wantedSIM, message.hold?.code, message.hold?.message, message.resends, message.kind.rawValue,
            try MessageEncoder.json(message.details), message.readAt?.microseconds, message.completedAt?.microseconds,
        ]
        try statement.execute(arguments: StatementArguments(values))
        let n = self.database.lastInsertedRowID
        for part in message.parts { try self.insert(part, of: n) }
        if message.direction == .outgoing {
            self.counts.move(from: nil, to: message.state)
            if message.isWaiting, let modem = message.modem { self.counts.wait(modem, 1) }
        }
        let incoming = message.direction == .incoming
        try self.append(
            incoming ? .messageReceived : .messageStatus, body: try MessageEncoder.encode(message),
            at: message.receivedAt ?? message.createdAt,
            topic: incoming ? .messageReceived : EventTopic(reaching: message.state),
            conversation: message.peer)
        return n
    }

    /// Changes an outgoing message through its parts: `body` edits them, the rest follows.
    ///
    /// - Returns: the message after the change; without a change nothing is written.
    @discardableResult
    func change(_ n: Int64, at time: Date, _ body: (inout MessageRecord) throws -> Void) throws -> StoredMessage {
        let old = try self.database.messageRecord(n)
        var record = old
        try body(&record)
        record.message.fold()
        guard record.message != old.message else { return old.message }
        for (index, part) in record.message.parts.enumerated()
        where !old.message.parts.indices.contains(index) || part != old.message.parts[index] {
            try self.update(part, of: n)
        }
        try self.update(record.message, n)
        self.count(old.message, record.message)
        try self.append(
            .messageStatus, body: try MessageEncoder.encode(record.message), at: time,
            topic: record.message.state == old.message.state ? nil : EventTopic(reaching: record.message.state),
            conversation: record.message.peer)
        return record.message
    }

    private func count(_ old: StoredMessage, _ new: StoredMessage) {
        self.counts.move(from: old.state, to: new.state)
        if old.isWaiting, let modem = old.modem { self.counts.wait(modem, -1) }
        if new.isWaiting, let modem = new.modem { self.counts.wait(modem, 1) }
    }

    func insert(_ part: StoredPart, of n: Int64) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO part (message, number, state, pdu, reference, status, error_code, error_message, attempts,
                    submitted_at, sent_at, delivered_at, timestamp)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            n, part.number, part.state.rawValue, part.pdu, part.reference, part.status, part.error?.code,
            part.error?.message, part.attempts, part.submittedAt?.microseconds, part.sentAt?.microseconds,
            part.deliveredAt?.microseconds, part.timestamp,
        ])
    }

    private func update(_ part: StoredPart, of n: Int64) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE part SET state = ?, reference = ?, status = ?, error_code = ?, error_message = ?, attempts = ?,
                    submitted_at = ?, sent_at = ?, delivered_at = ?
                WHERE message = ? AND number = ?
                """)
        try statement.execute(arguments: [
            part.state.rawValue, part.reference, part.status, part.error?.code, part.error?.message, part.attempts,
            part.submittedAt?.microseconds, part.sentAt?.microseconds, part.deliveredAt?.microseconds, n, part.number,
        ])
    }

    private func update(_ message: StoredMessage, _ n: Int64) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE message SET state = ?, error_code = ?, error_message = ?, sent_at = ?, delivered_at = ?,
                    retry_at = ?, waiting = ?, modem = ?, own = ?, hold_code = ?, hold_message = ?, resends = ?,
                    expires_at = ?
                WHERE n = ?
                """)
        try statement.execute(arguments: [
            message.state.rawValue, message.error?.code, message.error?.message, message.sentAt?.microseconds,
            message.deliveredAt?.microseconds, message.retryAt?.microseconds, message.isWaiting, message.modem,
            message.own, message.hold?.code, message.hold?.message, message.resends, message.expiresAt?.microseconds, n,
        ])
    }
}

/// The JSON of the journal's message events.
enum MessageEncoder {
    private static let encoder = JSONEncoder()

    static func encode(_ message: StoredMessage) throws -> Data { try self.encoder.encode(message) }

    static func json<Value: Encodable>(_ value: Value?) throws -> Data? {
        try value.map { try self.encoder.encode($0) }
    }
}
