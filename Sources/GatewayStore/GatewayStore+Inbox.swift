// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// One PDU that a modem handed over.
package struct Reception: Sendable, Equatable {
    /// UUID version 7.
    package var id: String
    package var modem: String
    /// Service centre address and TPDU in hexadecimal, as the modem printed it.
    package var pdu: String
    package var receivedAt: Date
    /// TP-SCTS in ISO 8601, when the PDU has a valid one.
    package var timestamp: String?

    package init(modem: String, pdu: String, receivedAt: Date) {
        self.id = MessageID.make(at: receivedAt)
        self.modem = modem
        self.pdu = pdu
        self.receivedAt = receivedAt
    }

    init(_ row: Row) {
        self.id = row[0]
        self.modem = row[1]
        self.pdu = row[2]
        self.receivedAt = Date(microseconds: row[3])
        self.timestamp = row[4]
    }

    static let columns = "id, modem, pdu, received_at, timestamp"
}

/// A received message about to be shown.
package struct IncomingDraft: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        /// `Reception.id`.
        package var reception: String
        package var number: Int

        package init(reception: String, number: Int) {
            self.reception = reception
            self.number = number
        }
    }

    package var modem: String
    package var peer: String
    package var own: String?
    package var text: String?
    package var data: Data?
    package var encoding: String?
    package var messageClass: Int?
    package var incomplete: Bool = false
    package var error: StoredError?
    package var parts: [Part]

    package init(modem: String, peer: String, parts: [Part]) {
        self.modem = modem
        self.peer = peer
        self.parts = parts
    }
}

package enum ReceptionOutcome: Sendable, Equatable {
    /// Durable, with the messages that this PDU made complete or brought to an end.
    case stored([StoredMessage])
    /// The same PDU, octet for octet, is stored already from this modem.
    case repeated
}

extension GatewayStore {
    /// Stores a PDU with what it brings about, in one transaction.
    ///
    /// - Parameter isRepeatedPart: it repeats a part of a message that still waits for others; kept, not shown.
    package func receive(
        _ reception: Reception, showing drafts: [IncomingDraft], isRepeatedPart: Bool = false
    ) async throws -> ReceptionOutcome {
        try await self.write { transaction in
            guard try transaction.insert(reception, isRepeatedPart: isRepeatedPart) else { return .repeated }
            return .stored(try drafts.map { try transaction.show($0, at: reception.receivedAt) })
        }
    }

    /// Shows messages whose missing parts are not waited for any longer.
    package func show(_ drafts: [IncomingDraft]) async throws -> [StoredMessage] {
        let now = self.now().storable
        return try await self.write { transaction in try drafts.map { try transaction.show($0, at: now) } }
    }

    /// `true` when this PDU of this modem is stored, octet for octet.
    package func isKnown(modem: String, pdu: String) async throws -> Bool {
        try await self.read { database in
            try Bool.fetchOne(
                try database.cachedStatement(
                    sql: "SELECT EXISTS (SELECT 1 FROM reception WHERE modem = ? AND pdu = ?)"),
                arguments: [modem, pdu]) ?? false
        }
    }

    /// Parts of messages not complete yet, oldest first.
    package func waitingReceptions(modem: String) async throws -> [Reception] {
        try await self.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Reception.columns) FROM reception WHERE state = 'waiting' AND modem = ?
                    ORDER BY received_at, rowid
                    """,
                arguments: [modem]
            ).map(Reception.init)
        }
    }
}

extension Transaction {
    fileprivate func insert(_ reception: Reception, isRepeatedPart: Bool) throws -> Bool {
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

    fileprivate func show(_ draft: IncomingDraft, at now: Date) throws -> StoredMessage {
        var message = StoredMessage(
            id: MessageID.make(at: now), direction: .incoming, peer: draft.peer, state: .received,
            createdAt: now.storable)
        message.own = draft.own
        message.modem = draft.modem
        message.text = draft.text
        message.data = draft.data
        message.encoding = draft.encoding
        message.messageClass = draft.messageClass
        message.incomplete = draft.incomplete
        message.error = draft.error
        var received: [Date] = []
        for part in draft.parts {
            guard let reception = try self.reception(part.reception) else { continue }
            received.append(reception.receivedAt)
            message.parts.append(StoredPart(number: part.number, state: .received, pdu: reception.pdu))
            message.parts[message.parts.count - 1].timestamp = reception.timestamp
        }
        message.receivedAt = received.max() ?? now.storable
        let n = try self.insert(message)
        try self.considerOptOut(message)
        let shown = try self.database.cachedStatement(
            sql: "UPDATE reception SET state = 'shown', message = ? WHERE id = ?")
        for part in draft.parts { try shown.execute(arguments: [n, part.reception]) }
        return message
    }

    private func reception(_ id: String) throws -> Reception? {
        let statement = try self.database.cachedStatement(
            sql: "SELECT \(Reception.columns) FROM reception WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(Reception.init)
    }
}
