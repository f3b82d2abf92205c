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
    package var kind: MessageKind = .message
    package var ports: MessagePorts?
    package var details: MessageDetails?
    /// Nobody has to read it.
    package var isReadFromStart = false
    /// TP-SCTS: of two indications the one sent later holds.
    package var sentAt: Date?
    /// Id of the message shown with gaps that this one is, with more parts; `parts` are then the new ones alone.
    package var completes: String?
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
    /// - Throws: `StoreError` with `notFound` when a message to be completed was deleted meanwhile; nothing is stored.
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
