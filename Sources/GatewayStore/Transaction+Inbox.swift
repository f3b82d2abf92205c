// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Transaction {
    func insert(_ reception: Reception, isRepeatedPart: Bool) throws -> Bool {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO reception (id, modem, pdu, state, received_at, timestamp) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (modem, pdu) DO NOTHING
                """)
        try statement.execute(arguments: [
            reception.id, reception.modem, reception.pdu, isRepeatedPart ? "repeated" : "waiting",
            reception.receivedAt.microseconds, reception.timestamp,
        ])
        return self.database.changesCount == 1
    }

    /// Makes the message that a draft describes, or completes the one it names.
    func show(_ draft: IncomingDraft, at now: Date) throws -> StoredMessage {
        if let id = draft.completes { return try self.complete(id, draft, at: now) }
        var message = StoredMessage(
            id: MessageID.make(at: now), direction: .incoming, peer: draft.peer, state: .received,
            createdAt: now.storable)
        message.own = draft.own
        message.modem = draft.modem
        message.take(draft)
        message.kind = draft.kind
        let parts = try self.parts(draft)
        message.parts = parts.map(\.part)
        let receivedAt = parts.map(\.receivedAt).max() ?? now.storable
        message.receivedAt = receivedAt
        if draft.isReadFromStart { message.readAt = receivedAt }
        let n = try self.insert(message)
        try self.considerOptOut(message)
        try self.markShown(draft, as: n)
        try self.note(draft, of: message, at: now)
        return message
    }

    /// A message shown with gaps gets parts that came late: the same id, told about again, and unread again.
    private func complete(_ id: String, _ draft: IncomingDraft, at now: Date) throws -> StoredMessage {
        guard let record = try self.database.messageRecords("id = ? AND incomplete = 1", [id]).first else {
            throw StoreError(.notFound, "The message \(id), of which a part came, was deleted.")
        }
        var message = record.message
        message.take(draft)
        // What a person was shown stays shown, and what was not to be shown stays so.
        if draft.kind != .silent, message.kind != .silent { message.kind = draft.kind }
        if message.kind != .silent { message.readAt = nil }
        if !message.incomplete { message.completedAt = now.storable }
        let added = try self.parts(draft).map(\.part)
        message.parts = (message.parts + added).sorted { $0.number < $1.number }
        try self.update(received: message, record.n)
        try self.considerOptOut(message)
        for part in added { try self.insert(part, of: record.n) }
        try self.markShown(draft, as: record.n)
        try self.note(draft, of: message, at: now)
        try self.append(
            .messageReceived, body: try MessageEncoder.encode(message), at: now, topic: .messageReceived,
            conversation: message.peer)
        return message
    }

    private func update(received message: StoredMessage, _ n: Int64) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE message SET text = CAST(? AS TEXT), data = ?, encoding = ?, message_class = ?, incomplete = ?, error_code = ?,
                    error_message = ?, kind = ?, details = ?, destination_port = ?, source_port = ?, read_at = ?,
                    completed_at = ?
                WHERE n = ?
                """)
        let values: [(any DatabaseValueConvertible)?] = [
            message.text.map { Data($0.utf8) }, message.data, message.encoding, message.messageClass,
            message.incomplete, message.error?.code, message.error?.message, message.kind.rawValue,
            try MessageEncoder.json(message.details), message.ports?.destination, message.ports?.source,
            message.readAt?.microseconds, message.completedAt?.microseconds, n,
        ]
        try statement.execute(arguments: StatementArguments(values))
    }

    private func parts(_ draft: IncomingDraft) throws -> [(part: StoredPart, receivedAt: Date)] {
        try draft.parts.compactMap { part in
            guard let reception = try self.reception(part.reception) else { return nil }
            var stored = StoredPart(number: part.number, state: .received, pdu: reception.pdu)
            stored.timestamp = reception.timestamp
            return (stored, reception.receivedAt)
        }
    }

    private func markShown(_ draft: IncomingDraft, as n: Int64) throws {
        let shown = try self.database.cachedStatement(
            sql: "UPDATE reception SET state = 'shown', message = ? WHERE id = ?")
        for part in draft.parts { try shown.execute(arguments: [n, part.reception]) }
    }

    private func reception(_ id: String) throws -> Reception? {
        let statement = try self.database.cachedStatement(
            sql: "SELECT \(Reception.columns) FROM reception WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(Reception.init)
    }

    /// Keeps what waits at the operator. An indication that the network sent before the one known changes nothing: a
    /// full SIM is read in no particular order.
    private func note(_ draft: IncomingDraft, of message: StoredMessage, at now: Date) throws {
        guard let indications = draft.details?.waiting, !indications.isEmpty else { return }
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO indication (modem, kind, active, count, network_time, changed_at, message)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (modem, kind) DO UPDATE SET active = excluded.active, count = excluded.count,
                    network_time = excluded.network_time, changed_at = excluded.changed_at, message = excluded.message
                WHERE network_time IS NULL OR excluded.network_time IS NULL
                    OR excluded.network_time >= network_time
                """)
        for indication in indications {
            try statement.execute(arguments: [
                draft.modem, indication.kind, indication.isActive, indication.count,
                draft.sentAt.map { Int64($0.timeIntervalSince1970) }, now.microseconds, message.id,
            ])
        }
    }
}

extension StoredMessage {
    /// Everything a later part may change, but the kind.
    fileprivate mutating func take(_ draft: IncomingDraft) {
        self.text = draft.text
        self.data = draft.data
        self.encoding = draft.encoding
        self.messageClass = draft.messageClass
        self.incomplete = draft.incomplete
        self.error = draft.error
        self.ports = draft.ports
        self.details = draft.details
    }
}
