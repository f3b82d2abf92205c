// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// A message that goes again.
package struct Resent: Sendable, Equatable {
    package var message: StoredMessage
    /// Numbers of the parts that go again.
    package var parts: [Int]
}

/// How a message goes again.
package struct ResendOrder: Sendable {
    /// The recipient may get it twice.
    package var isConfirmed: Bool
    /// Not after then.
    package var expiresAt: Date
    /// The modem, when that is to be another than before.
    package var choice: ModemChoice?
    /// The numbers of the modems' SIMs.
    package var own: [String: String]
    /// The PDU with another concatenation reference.
    package var numbered: @Sendable (_ pdu: String, _ reference: UInt8) throws -> String

    package init(
        isConfirmed: Bool, expiresAt: Date, choice: ModemChoice? = nil, own: [String: String] = [:],
        numbered: @escaping @Sendable (_ pdu: String, _ reference: UInt8) throws -> String
    ) {
        self.isConfirmed = isConfirmed
        self.expiresAt = expiresAt
        self.choice = choice
        self.own = own
        self.numbered = numbered
    }
}

extension GatewayStore {
    /// Queues a message again under its id: what is missing of it, or all of it.
    ///
    /// - Throws: `StoreError` with `notFound`, `needsConfirmation`, `notResendable`.
    package func resend(id: String, _ order: ResendOrder) async throws -> Resent {
        let now = self.now().storable
        return try await self.write { transaction in
            guard let record = try transaction.database.messageRecords("id = ?", [id]).first else {
                throw StoreError(.notFound, "There is no message \(id).")
            }
            switch ResendDecision(record.message, confirmed: order.isConfirmed) {
            case .parts(let numbers, let all):
                let message = try transaction.resend(record, numbers, all: all, order, at: now)
                return Resent(message: message, parts: numbers)
            case .needsConfirmation:
                throw StoreError(
                    .needsConfirmation,
                    "The message was sent; sending it again lets the recipient have it twice. Confirm that with \"confirm\": true."
                )
            case .refused(let reason):
                throw StoreError(.notResendable, "The message cannot be sent again. \(reason)")
            }
        }
    }
}

extension Transaction {
    fileprivate func resend(
        _ record: MessageRecord, _ numbers: [Int], all: Bool, _ order: ResendOrder, at now: Date
    ) throws -> StoredMessage {
        if !all, order.choice != nil {
            throw StoreError(
                .notResendable,
                "The message cannot be sent again in part: the modem that sent the rest is gone. With \"confirm\": true all of it goes by another."
            )
        }
        // The recipient's phone must not take the parts for those it has of the earlier attempt.
        if all, record.message.parts.count > 1 { try self.renumber(record, order) }
        return try self.change(record.n, at: now) { record in
            if let modem = order.choice.flatMap({ self.choose($0) }) {
                record.message.modem = modem
                record.message.own = order.own[modem]
            }
            record.message.reopen(Set(numbers))
            record.message.expiresAt = order.expiresAt.storable
        }
    }

    private func renumber(_ record: MessageRecord, _ order: ResendOrder) throws {
        let reference = try self.nextReference(for: record.message.peer)
        let statement = try self.database.cachedStatement(
            sql: "UPDATE part SET pdu = ? WHERE message = ? AND number = ?")
        for part in record.message.parts {
            try statement.execute(arguments: [try order.numbered(part.pdu, reference), record.n, part.number])
        }
    }
}

extension StoredMessage {
    /// These parts are as if they had never been tried.
    fileprivate mutating func reopen(_ numbers: Set<Int>) {
        for index in self.parts.indices where numbers.contains(self.parts[index].number) {
            self.parts[index] = StoredPart(
                number: self.parts[index].number, state: .queued, pdu: self.parts[index].pdu)
        }
        self.resends += 1
        self.retryAt = nil
        self.hold = nil
    }
}
