// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension GatewayStore {
    /// Stores messages, all or none, and returns them once that is durable.
    package func accept(
        _ drafts: [OutgoingDraft], modem choice: ModemChoice, own: [String: String] = [:]
    ) async throws -> [StoredMessage] {
        let now = self.now().storable
        return try await self.write { transaction in
            try drafts.map { draft in
                let modem = transaction.choose(choice)
                let reference = draft.isConcatenated ? try transaction.nextReference(for: draft.peer) : 0
                var message = StoredMessage(
                    id: MessageID.make(at: now), direction: .outgoing, peer: draft.peer, state: .queued, createdAt: now)
                message.modem = modem
                message.own = modem.flatMap { own[$0] }
                message.parts = try draft.pdus(reference).enumerated().map { index, pdu in
                    StoredPart(number: index + 1, state: .queued, pdu: pdu)
                }
                message.take(draft)
                try transaction.insert(message, report: draft.report)
                return message
            }
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

extension StoredMessage {
    fileprivate mutating func take(_ draft: OutgoingDraft) {
        self.text = draft.text
        self.data = draft.data
        self.encoding = draft.encoding
        self.messageClass = draft.messageClass
        self.batch = draft.batch
        self.token = draft.token
        self.expiresAt = draft.expiresAt?.storable
    }
}
