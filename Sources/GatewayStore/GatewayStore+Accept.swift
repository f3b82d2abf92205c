// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension GatewayStore {
    /// Stores messages, all or none, and returns them once that is durable.
    ///
    /// - Parameters:
    ///   - choice: for drafts that have none of their own.
    ///   - own: the numbers of the modems' SIMs.
    /// - Throws: `StoreError` with `referenceTaken`.
    package func accept(
        _ drafts: [OutgoingDraft], modem choice: ModemChoice? = nil, own: [String: String] = [:]
    ) async throws -> [StoredMessage] {
        let now = self.now().storable
        return try await self.write { transaction in
            try drafts.map { try transaction.accept($0, choice, own: own, at: now) }
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

extension Transaction {
    func accept(
        _ draft: OutgoingDraft, _ choice: ModemChoice?, own: [String: String], at now: Date
    ) throws -> StoredMessage {
        if let reference = draft.reference { try self.checkFree(reference, token: draft.token) }
        let modem = (draft.choice ?? choice).flatMap { self.choose($0) }
        let concatenation = draft.isConcatenated ? try self.nextReference(for: draft.peer) : 0
        var message = StoredMessage(
            id: MessageID.make(at: now), direction: .outgoing, peer: draft.peer,
            state: draft.refusal == nil ? .queued : .failed, createdAt: now)
        message.modem = modem
        message.own = modem.flatMap { own[$0] }
        message.error = draft.refusal
        message.parts = try draft.pdus(concatenation).enumerated().map { index, pdu in
            var part = StoredPart(number: index + 1, state: message.state, pdu: pdu)
            part.error = draft.refusal
            return part
        }
        message.take(draft)
        try self.insert(message, report: draft.report)
        return message
    }

    private func checkFree(_ reference: String, token: String?) throws {
        let statement = try self.database.cachedStatement(
            sql: "SELECT id FROM message WHERE ifnull(token, '') = ? AND reference = ?")
        guard let id = try String.fetchOne(statement, arguments: [token ?? "", reference]) else { return }
        throw StoreError(
            .referenceTaken, "The message \(id) has this reference already; nothing was accepted.", messageID: id)
    }
}

extension StoredMessage {
    fileprivate mutating func take(_ draft: OutgoingDraft) {
        self.text = draft.text
        self.data = draft.data
        self.encoding = draft.encoding
        self.messageClass = draft.messageClass
        self.ports = draft.ports
        self.batch = draft.batch
        self.token = draft.token
        self.reference = draft.reference
        self.replaceType = draft.replaceType
        self.priority = draft.priority
        self.route = draft.route
        self.wantedSIM = draft.wantedSIM
        self.expiresAt = draft.expiresAt?.storable
        self.sendAt = draft.sendAt?.storable
        // The queue takes it up when that time comes.
        self.retryAt = draft.refusal == nil ? self.sendAt : nil
    }
}
