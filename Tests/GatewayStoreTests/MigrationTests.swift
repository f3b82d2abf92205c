// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

/// Databases as older versions left them.
///
/// `Fixtures/v1.sqlite`: version 1 with its simulated modems, after two messages through the EC25 to the SIM7600 and one
/// that waits, since the EC25 was unplugged.
@Suite(.timeLimit(.minutes(1)))
struct MigrationTests {
    private static func copy(into database: TemporaryDatabase) throws {
        let fixture = try #require(
            Bundle.module.url(forResource: "v1", withExtension: "sqlite", subdirectory: "Fixtures"))
        try FileManager.default.copyItem(at: fixture, to: URL(filePath: database.path))
    }

    @Test func messagesOfVersion1AreAllThere() async throws {
        let database = try TemporaryDatabase()
        try Self.copy(into: database)
        let store = try database.open()
        let messages = try await store.messages().items
        #expect(messages.count { $0.direction == .incoming && $0.state == .received } == 2)
        #expect(messages.count { $0.direction == .outgoing && $0.state == .delivered } == 2)
        #expect(messages.allSatisfy { $0.kind == .message && $0.priority == 0 && $0.resends == 0 })
        // What was received before there was a way to say so is not a pile of unread messages.
        #expect(messages.allSatisfy { $0.direction == .outgoing || $0.readAt == $0.receivedAt })
        try store.close()
    }

    @Test func whatWaitedInVersion1WaitsWithAnEnd() async throws {
        let database = try TemporaryDatabase()
        try Self.copy(into: database)
        let store = try database.open()
        let waiting = try #require(try await store.messages().items.first { $0.text == "waits" })
        #expect(waiting.state == .queued)
        #expect(waiting.expiresAt != nil)
        let next = try await store.advance(modem: "ec25-1", finished: nil, takeNext: true)
        guard case .submit(let assignment) = next else {
            Issue.record("\(next)")
            return
        }
        #expect(assignment.messageID == waiting.id)
        try store.close()
    }

    @Test func textsOfVersion1AreFoundBySearch() async throws {
        let database = try TemporaryDatabase()
        try Self.copy(into: database)
        let store = try database.open()
        var filter = MessageFilter()
        filter.words = "cafe"
        #expect(try await store.messages(matching: filter).items.count == 4)
        try store.close()
    }

    @Test func damagedDatabaseOfVersion1IsRefusedAndLeftAlone() throws {
        let database = try TemporaryDatabase()
        try Self.copy(into: database)
        var octets = try Data(contentsOf: URL(filePath: database.path))
        octets.replaceSubrange(0..<2_048, with: Data(repeating: 0x5A, count: 2_048))
        try octets.write(to: URL(filePath: database.path))
        #expect(throws: StoreError.self) { _ = try database.open() }
        #expect(try Data(contentsOf: URL(filePath: database.path)) == octets)
    }
}
