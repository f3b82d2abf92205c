// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OpeningTests {
    @Test func writingConnectionIsSynchronousFull() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        #expect(try await store.synchronousSetting() == 2)
        let health = await store.health()
        #expect(health.ok)
        #expect(health.synchronous == 2)
        #expect(health.size > 0)
        try store.close()
    }

    @Test func filesAreForTheOwnerOnly() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.acceptOne()
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: database.path + suffix)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(suffix)")
        }
        try store.close()
    }

    @Test func readableFileOfOldInstallationIsClosedToOthers() throws {
        let database = try TemporaryDatabase()
        try database.open().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: database.path)
        try database.open().close()
        let attributes = try FileManager.default.attributesOfItem(atPath: database.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func secondOpenIsRefused() throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        #expect(throws: StoreError.self) { try database.open() }
        let refusal = Self.refusal(database)
        #expect(refusal?.code == .inUse)
        #expect(refusal?.message.contains(database.path) == true)
        try store.close()
        try database.open().close()
    }

    @Test func newerDatabaseIsRefused() throws {
        let database = try TemporaryDatabase()
        try database.open().close()
        try database.execute("INSERT INTO grdb_migrations VALUES ('v9-from-the-future')")
        let refusal = Self.refusal(database)
        #expect(refusal?.code == .newerVersion)
        #expect(refusal?.message.contains("newer version") == true)
    }

    @Test func textFileIsNoDatabase() throws {
        let database = try TemporaryDatabase()
        try Data(String(repeating: "this is no database\n", count: 300).utf8).write(to: URL(filePath: database.path))
        let refusal = Self.refusal(database)
        #expect(refusal?.code == .corrupt)
        #expect(refusal?.message.contains(database.path) == true)
    }

    @Test func damagedSchemaIsNamed() throws {
        let database = try TemporaryDatabase()
        try database.open().close()
        var octets = try Data(contentsOf: URL(filePath: database.path))
        octets.replaceSubrange(100..<4_000, with: Data(repeating: 0xA5, count: 3_900))
        try octets.write(to: URL(filePath: database.path))
        let refusal = Self.refusal(database)
        #expect(refusal?.code == .corrupt)
        #expect(refusal?.message.contains(database.path) == true)
    }

    @Test func closedDatabaseIsOneFile() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try store.close()
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + suffix) }
        let again = try database.open()
        #expect(try await again.messages().items == [message])
        try again.close()
    }

    @Test func missingDirectoryIsSaid() throws {
        #expect(throws: StoreError.self) { try GatewayStore(path: "/nonexistent-modemgate/gateway.sqlite") }
    }

    @Test func closedStoreRefusesWrites() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        try store.close()
        await #expect(throws: (any Error).self) { try await store.acceptOne() }
    }

    private static func refusal(_ database: TemporaryDatabase) -> StoreError? {
        do {
            try database.open().close()
            return nil
        } catch {
            return error as? StoreError
        }
    }
}
