// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AccessTests {
    @Test func tokenOpensUntilItIsRevoked() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        #expect(!store.hasTokens)
        let (secret, record) = try await store.createToken(name: "office", scopes: ["sms:send", "sms:read"])
        #expect(store.hasTokens)
        #expect(try await store.authenticate(secret: secret)?.scopes == ["sms:send", "sms:read"])
        #expect(try await store.authenticate(secret: secret + "0") == nil)
        #expect(try await store.authenticate(secret: "") == nil)
        try store.close()
        store = try database.open()
        #expect(store.hasTokens)
        #expect(try await store.authenticate(secret: secret)?.id == record.id)
        #expect(store.tokens().first?.lastUsedAt != nil)
        try await store.revokeToken(name: "office")
        #expect(try await store.authenticate(secret: secret) == nil)
        #expect(!store.hasTokens)
        await #expect(throws: StoreError.self) { try await store.revokeToken(name: "office") }
        try store.close()
    }

    @Test func secretIsNowhereInTheFiles() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let (secret, _) = try await store.createToken(name: "office", scopes: [])
        for suffix in ["", "-wal"] {
            let octets = try Data(contentsOf: URL(filePath: database.path + suffix))
            #expect(octets.range(of: Data(secret.utf8)) == nil)
            #expect(octets.range(of: Data(secret.dropFirst(4).utf8)) == nil)
        }
        try store.close()
    }

    @Test(arguments: ["", String(repeating: "x", count: 65), "new\nline"]) func badNameIsRefused(name: String)
        async throws
    {
        let database = try TemporaryDatabase()
        let store = try database.open()
        await #expect(throws: StoreError.self) { try await store.createToken(name: name, scopes: []) }
        #expect(!store.hasTokens)
        try store.close()
    }

    @Test func nameIsTakenOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let (secret, _) = try await store.createToken(name: "office", scopes: [])
        await #expect(throws: StoreError.self) { try await store.createToken(name: "office", scopes: []) }
        #expect(store.tokens().count == 1)
        #expect(try await store.authenticate(secret: secret) != nil)
        try store.close()
    }

    @Test func auditIsNewestFirst() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let entries = (1...3).map { index in
            AuditEntry(
                at: WallClock.start.addingTimeInterval(Double(index)), who: "office", modem: "ec25-1",
                command: "AT+CSQ", result: "OK", durationMs: index)
        }
        for entry in entries { try await store.audit(entry) }
        #expect(try await store.auditEntries() == entries.reversed())
        #expect(try await store.auditEntries(limit: 1) == [entries[2]])
        try store.close()
    }
}
