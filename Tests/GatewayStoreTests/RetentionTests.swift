// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GRDB
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RetentionTests {
    private static let day: TimeInterval = 86_400

    private func texts(_ store: GatewayStore) async throws -> [String?] {
        try await store.messages().items.map(\.text)
    }

    @Test func receivedMessagesGoByAge() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        try await store.receiveOne("old", at: database.clock.now)
        database.clock.advance(2 * Self.day)
        try await store.receiveOne("new", at: database.clock.now)
        _ = try await store.acceptOne()
        #expect(try await store.prune(RetentionRules()) == 0)
        #expect(try await store.prune(RetentionRules(received: .seconds(Self.day))) == 1)
        #expect(try await self.texts(store) == ["Hello", "new"])
        try store.close()
    }

    @Test func whatWaitsStays() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for number in 1...3 { _ = try await store.acceptOne("+3363998000\(number)") }
        try await store.finishNext(.sent(reference: 1))
        _ = try await store.take()
        database.clock.advance(100 * Self.day)
        #expect(try await store.prune(RetentionRules(sent: .seconds(Self.day), maximumMessages: 0)) == 1)
        #expect(try await store.messages().items.map(\.state) == [.queued, .sending])
        #expect(try await store.queueFacts().queued == 1)
        try store.close()
    }

    @Test func ageOfASentMessageCountsFromItsEnd() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.acceptOne()
        database.clock.advance(10 * Self.day)
        try await store.finishNext(.sent(reference: 1))
        #expect(try await store.prune(RetentionRules(sent: .seconds(Self.day))) == 0)
        database.clock.advance(2 * Self.day)
        #expect(try await store.prune(RetentionRules(sent: .seconds(Self.day))) == 1)
        try store.close()
    }

    @Test func oldestBeyondTheNumberGoInBatches() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let count = GatewayStore.pruningBatch + 10
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { try await store.receiveOne() } }
            try await group.waitForAll()
        }
        let newest = try await store.messages(limit: 5).items
        #expect(try await store.prune(RetentionRules(maximumMessages: 5)) == count - 5)
        #expect(try await store.messages().items == newest)
        try store.close()
    }

    @Test func deletedMessageIsNotReceivedAgain() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.receiveOne(pdu: "AA", at: database.clock.now)
        _ = try await store.delete(id: message.id)
        database.clock.advance(29 * Self.day)
        _ = try await store.prune(RetentionRules(received: .seconds(0)))
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "AA"))
        database.clock.advance(2 * Self.day)
        _ = try await store.prune(RetentionRules())
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "AA") == false)
        try store.close()
    }

    @Test func receptionOfAMessageThatIsKeptStays() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        try await store.receiveOne(pdu: "AA", at: database.clock.now)
        _ = try await store.receive(
            Reception(modem: "ec25-1", pdu: "BB", receivedAt: database.clock.now), showing: [])
        database.clock.advance(100 * Self.day)
        _ = try await store.prune(RetentionRules())
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "AA"))
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "BB"))
        try store.close()
    }

    @Test func onlyWhatIsOverIsDeleted() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let queued = try await store.acceptOne()
        let error = await #expect(throws: StoreError.self) { try await store.delete(id: queued.id) }
        #expect(error?.code == .notDeletable)
        _ = try await store.cancel(id: queued.id)
        #expect(try await store.delete(id: queued.id).state == .cancelled)
        let unknown = await #expect(throws: StoreError.self) { try await store.delete(id: queued.id) }
        #expect(unknown?.code == .notFound)
        let uncertain = try await store.acceptOne()
        try await store.finishNext(.uncertain(StoredError(code: "no-answer", message: "No answer.")))
        #expect(try await store.queueFacts().uncertain == 1)
        _ = try await store.delete(id: uncertain.id)
        #expect(try await store.queueFacts().uncertain == 0)
        try store.close()
    }
}
