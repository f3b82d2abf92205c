// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Crypto
package import Foundation
internal import GRDB

/// A client's name for one request: however often it comes, it is carried out once.
package struct IdempotencyKey: Sendable, Equatable {
    let token: String
    let key: String
    let digest: Data

    /// - Parameters:
    ///   - key: 1 … 255 characters, unique for the token.
    ///   - token: name of the token that asks.
    ///   - request: the same octets for the same request.
    package init(_ key: String, token: String?, request: Data) {
        self.key = key
        self.token = token ?? ""
        self.digest = Data(SHA256.hash(data: request))
    }
}

/// The answer to a request with a key.
package struct KeyedAnswer: Sendable, Equatable {
    /// Octet for octet what the first request got.
    package var body: Data
    /// The request was carried out before; nothing was done now.
    package var isReplayed: Bool
    /// What was accepted now.
    package var messages: [StoredMessage]
}

extension GatewayStore {
    /// A key is known for a week, from the first request on.
    static let keyLifetime: TimeInterval = 7 * 86_400

    /// The answer that a request with this key got; `nil` when there was none.
    ///
    /// - Throws: `StoreError` with `keyReused` when that was another request.
    package func answer(for key: IdempotencyKey) async throws -> KeyedAnswer? {
        let now = self.now().storable
        return try await self.read { try $0.answer(for: key, at: now) }
    }

    /// As `accept(_:modem:own:)`, once for each key.
    ///
    /// - Parameter answer: what is to be answered now and, octet for octet, later; called inside the transaction.
    /// - Throws: `StoreError` with `keyReused`, `referenceTaken`.
    package func accept(
        _ drafts: [OutgoingDraft], own: [String: String] = [:], once key: IdempotencyKey,
        answer: @escaping @Sendable ([StoredMessage]) -> Data
    ) async throws -> KeyedAnswer {
        let now = self.now().storable
        return try await self.write { transaction in
            if let earlier = try transaction.database.answer(for: key, at: now) { return earlier }
            let messages = try drafts.map { try transaction.accept($0, nil, own: own, at: now) }
            let body = answer(messages)
            try transaction.keep(body, for: key, at: now)
            return KeyedAnswer(body: body, isReplayed: false, messages: messages)
        }
    }
}

extension Database {
    fileprivate func answer(for key: IdempotencyKey, at now: Date) throws -> KeyedAnswer? {
        let statement = try self.cachedStatement(
            sql: "SELECT digest, answer FROM idempotency WHERE token = ? AND key = ? AND created_at > ?")
        let oldest = now.addingTimeInterval(-GatewayStore.keyLifetime).microseconds
        guard let row = try Row.fetchOne(statement, arguments: [key.token, key.key, oldest]) else { return nil }
        guard row[0] == key.digest else {
            throw StoreError(
                .keyReused,
                "This Idempotency-Key was used for another request; take a new key for each message. Nothing was accepted."
            )
        }
        return KeyedAnswer(body: row[1], isReplayed: true, messages: [])
    }
}

extension Transaction {
    /// Keeps the answer, and drops those that are too old, the one of this key among them.
    fileprivate func keep(_ body: Data, for key: IdempotencyKey, at now: Date) throws {
        let oldest = now.addingTimeInterval(-GatewayStore.keyLifetime).microseconds
        try self.database.cachedStatement(sql: "DELETE FROM idempotency WHERE created_at <= ?")
            .execute(arguments: [oldest])
        try self.database.cachedStatement(
            sql: "INSERT INTO idempotency (token, key, digest, answer, created_at) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [key.token, key.key, key.digest, body, now.microseconds])
    }
}
