// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct IdempotencyTests {
    private func key(_ key: String = "k1", token: String? = "shop", _ request: String = "one") -> IdempotencyKey {
        IdempotencyKey(key, token: token, request: Data(request.utf8))
    }

    private func accept(_ store: GatewayStore, _ key: IdempotencyKey, text: String = "Hello") async throws
        -> KeyedAnswer
    {
        var draft = OutgoingDraft.plain("+33639980001", text: text)
        draft.choice = .named("ec25-1")
        return try await store.accept([draft], once: key) { Data($0.map(\.id).joined(separator: ",").utf8) }
    }

    @Test func sameKeyGetsTheFirstAnswerAndSendsNothing() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let first = try await self.accept(store, self.key())
        #expect(!first.isReplayed)
        #expect(first.messages.count == 1)
        try store.close()
        store = try database.open()
        let seq = store.latestSeq
        let again = try await self.accept(store, self.key())
        #expect(again.isReplayed)
        #expect(again.body == first.body)
        #expect(again.messages.isEmpty)
        #expect(try await store.answer(for: self.key()) == again)
        #expect(store.latestSeq == seq)
        #expect(try await store.messages().items.count == 1)
        try store.close()
    }

    @Test func otherRequestIsRefused() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await self.accept(store, self.key())
        let error = await #expect(throws: StoreError.self) {
            _ = try await self.accept(store, self.key("k1", token: "shop", "two"))
        }
        #expect(error?.code == .keyReused)
        let read = await #expect(throws: StoreError.self) {
            _ = try await store.answer(for: self.key("k1", token: "shop", "two"))
        }
        #expect(read?.code == .keyReused)
        #expect(try await store.messages().items.count == 1)
        try store.close()
    }

    @Test func keysOfOtherTokensAreOthers() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for token in ["shop", "office", nil] {
            #expect(try await !self.accept(store, self.key(token: token)).isReplayed)
        }
        #expect(try await store.messages().items.count == 3)
        try store.close()
    }

    @Test func keyIsForgottenAfterAWeek() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let first = try await self.accept(store, self.key())
        database.clock.advance(7 * 86_400 - 60)
        #expect(try await self.accept(store, self.key()).isReplayed)
        database.clock.advance(120)
        #expect(try await store.answer(for: self.key()) == nil)
        let second = try await self.accept(store, self.key("k1", token: "shop", "two"))
        #expect(!second.isReplayed)
        #expect(second.body != first.body)
        try store.close()
    }

    @Test func whatWasNotAcceptedLeavesTheKeyFree() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        var draft = OutgoingDraft.plain("+33639980001")
        draft.choice = .named("ec25-1")
        draft.reference = "order-1"
        let taken = draft
        _ = try await store.accept([taken])
        await #expect(throws: StoreError.self) { _ = try await store.accept([taken], once: self.key()) { _ in Data() } }
        #expect(try await store.answer(for: self.key()) == nil)
        #expect(try await !self.accept(store, self.key()).isReplayed)
        try store.close()
    }

    @Test func manyAtOnceSendOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let answers = try await withThrowingTaskGroup(of: KeyedAnswer.self) { group in
            for _ in 0..<32 { group.addTask { try await self.accept(store, self.key()) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { !$0.isReplayed } == 1)
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(try await store.messages().items.count == 1)
        try store.close()
    }
}
