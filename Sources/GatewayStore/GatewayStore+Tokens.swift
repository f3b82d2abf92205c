// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Crypto
package import Foundation
internal import GRDB
internal import PosixMutex

/// An access token as it may be shown: never its secret.
package struct TokenRecord: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var scopes: [String]
    package var createdAt: Date
    /// To the minute.
    package var lastUsedAt: Date?
}

/// All tokens, by the SHA-256 of their secret: there are few, and every request asks.
struct TokenCache: Sendable {
    var records: [Data: TokenRecord] = [:]

    init(_ database: Database) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT digest, id, name, scopes, created_at, last_used_at FROM token")
        for row in rows {
            let scopes: String = row[3]
            let used: Int64? = row[5]
            self.records[row[0]] = TokenRecord(
                id: row[1], name: row[2], scopes: scopes.split(separator: " ").map(String.init),
                createdAt: Date(microseconds: row[4]), lastUsedAt: used.map { Date(microseconds: $0) })
        }
    }
}

extension GatewayStore {
    /// Makes a token. Its secret is returned this once and kept nowhere.
    ///
    /// - Parameters:
    ///   - name: 1 … 64 characters, not yet taken.
    ///   - scopes: words without spaces; which ones exist is the API's affair.
    /// - Throws: `StoreError` with `nameTaken` or `invalidName`.
    package func createToken(name: String, scopes: [String]) async throws -> (secret: String, record: TokenRecord) {
        guard (1...64).contains(name.unicodeScalars.count), !name.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw StoreError(.invalidName, "A token's name has 1 to 64 characters and no control characters.") }
        guard scopes.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
            throw StoreError(.invalidName, "A scope is one word, for example sms:send.")
        }
        let secret = Self.makeSecret()
        let digest = Self.digest(secret)
        let now = self.now().storable
        let record = TokenRecord(id: MessageID.make(at: now), name: name, scopes: scopes, createdAt: now)
        try await self.write { transaction in
            let names = try Int.fetchOne(
                transaction.database, sql: "SELECT count(*) FROM token WHERE name = ?", arguments: [name])
            guard names == 0 else {
                throw StoreError(.nameTaken, "There is a token named \(name) already; revoke it or take another name.")
            }
            try transaction.database.execute(
                sql: "INSERT INTO token (id, name, digest, scopes, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [record.id, name, digest, scopes.joined(separator: " "), now.microseconds])
        }
        self.tokenCache.withLock { $0.records[digest] = record }
        return (secret, record)
    }

    /// All tokens, oldest first.
    package func tokens() -> [TokenRecord] {
        self.tokenCache.withLock { $0.records.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) } }
    }

    /// Takes a token's access away at once.
    ///
    /// - Throws: `StoreError.Code.notFound`.
    package func revokeToken(name: String) async throws {
        let digest = self.tokenCache.withLock { $0.records.first { $0.value.name == name }?.key }
        guard let digest else {
            throw StoreError(.notFound, "There is no token named \(name); `modemgate token list` shows them.")
        }
        try await self.write { transaction in
            try transaction.database.execute(sql: "DELETE FROM token WHERE digest = ?", arguments: [digest])
        }
        self.tokenCache.withLock { _ = $0.records.removeValue(forKey: digest) }
    }

    /// The token of this secret. What is compared is a digest, so the time it takes tells nothing about the secret.
    package func authenticate(secret: String) async throws -> TokenRecord? {
        let digest = Self.digest(secret)
        let now = self.now().storable
        let found: (record: TokenRecord, isStale: Bool)? = self.tokenCache.withLock { cache in
            guard let record = cache.records[digest] else { return nil }
            let isStale = record.lastUsedAt.map { abs(now.timeIntervalSince($0)) >= 60 } ?? true
            if isStale { cache.records[digest]?.lastUsedAt = now }
            return (record, isStale)
        }
        guard let found else { return nil }
        if found.isStale {
            // A full disk must not lock out who wants to look at it.
            _ = try? await self.write { transaction in
                try transaction.database.execute(
                    sql: "UPDATE token SET last_used_at = ? WHERE digest = ?", arguments: [now.microseconds, digest])
            }
        }
        return found.record
    }

    /// `true` once a token exists: every request needs one then.
    package var hasTokens: Bool { self.tokenCache.withLock { !$0.records.isEmpty } }

    private static func digest(_ secret: String) -> Data { Data(SHA256.hash(data: Data(secret.utf8))) }

    /// 256 random bits of the system, in hexadecimal after a prefix that secret scanners can find.
    private static func makeSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ -> String in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return "mgt_" + words.joined()
    }
}
