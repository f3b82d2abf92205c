// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GRDB
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConversationTests {
    private static let (anna, bert, carl) = ("+33639980001", "+33639980002", "Carl & Co/7")

    private func opened(_ body: (GatewayStore) async throws -> Void) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        try await body(store)
        try store.close()
        try Self.checkConversations(database)
    }

    /// What the triggers keep is what counting says.
    private static func checkConversations(_ database: TemporaryDatabase) throws {
        let queue = try DatabaseQueue(path: database.path)
        let differences = try queue.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    WITH counted AS (
                        SELECT peer, max(n) AS newest, sum(direction = 'in' AND read_at IS NULL) AS unread FROM message
                        WHERE peer <> '' AND kind <> 'silent' GROUP BY peer)
                    SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM conversation)
                    UNION ALL SELECT * FROM (SELECT * FROM conversation EXCEPT SELECT * FROM counted)
                    """)
        }
        #expect(differences.isEmpty)
        try queue.close()
    }

    @Test func newestFirstWithUnreadCountsAndModems() async throws {
        try await self.opened { store in
            try await store.receiveOne("1", from: Self.anna)
            try await store.receiveOne("2", from: Self.bert, modem: "sim7600-1")
            try await store.receiveOne("3", from: Self.anna, modem: "sim7600-1")
            _ = try await store.accept([.plain(Self.carl, text: "4")], modem: .named("ec25-1"))
            let items = try await store.conversations().items
            #expect(items.map(\.peer) == [Self.carl, Self.anna, Self.bert])
            #expect(items.map(\.newest.text) == ["4", "3", "2"])
            #expect(items.map(\.unread) == [0, 2, 1])
            #expect(items[1].modems == ["sim7600-1", "ec25-1"])
            #expect(try await store.conversations(unread: true).items.map(\.peer) == [Self.anna, Self.bert])
            #expect(try await store.conversations(unread: false).items.map(\.peer) == [Self.carl])
            #expect(try await store.conversation("nobody") == nil)
        }
    }

    @Test func pages() async throws {
        try await self.opened { store in
            for number in 1...5 { try await store.receiveOne(from: "+3363998000\(number)") }
            let first = try await store.conversations(limit: 2)
            let second = try await store.conversations(cursor: first.next, limit: 2)
            let third = try await store.conversations(cursor: second.next, limit: 2)
            #expect((first.items + second.items + third.items).compactMap(\.peer.last) == ["5", "4", "3", "2", "1"])
            #expect(third.next == nil)
        }
    }

    @Test func silentAndUndecodableMessagesAreInNone() async throws {
        try await self.opened { store in
            try await store.receiveOne { $0.kind = .silent }
            try await store.receiveOne(from: "")
            #expect(try await store.conversations().items.isEmpty)
            #expect(try await store.messages().items.count == 2)
            var filter = MessageFilter()
            filter.hidesSilent = true
            #expect(try await store.messages(matching: filter).items.map(\.peer) == [""])
        }
    }

    @Test func readAndUnreadAgain() async throws {
        try await self.opened { store in
            let message = try await store.receiveOne(from: Self.anna)
            let since = store.latestSeq
            let read = try await store.mark(id: message.id, read: true)
            #expect(read.readAt != nil)
            #expect(try await store.mark(id: message.id, read: true) == read)
            #expect(try await store.conversation(Self.anna)?.unread == 0)
            var filter = MessageFilter()
            filter.isUnread = true
            #expect(try await store.messages(matching: filter).items.isEmpty)
            filter.isUnread = false
            #expect(try await store.messages(matching: filter).items == [read])
            #expect(try await store.mark(id: message.id, read: false).readAt == nil)
            #expect(try await store.conversation(Self.anna)?.unread == 1)
            guard case .events(let events) = try await store.events(after: since) else { throw Missing() }
            #expect(events.map(\.kind) == [.messageStatus, .messageStatus])
        }
    }

    @Test func outgoingMessageIsNeitherReadNorUnread() async throws {
        try await self.opened { store in
            let message = try await store.acceptOne()
            let error = await #expect(throws: StoreError.self) { try await store.mark(id: message.id, read: true) }
            #expect(error?.code == .notReceived)
            let unknown = await #expect(throws: StoreError.self) { try await store.mark(id: "none", read: true) }
            #expect(unknown?.code == .notFound)
        }
    }

    @Test func conversationIsReadUpToAMessage() async throws {
        try await self.opened { store in
            var messages: [StoredMessage] = []
            for number in 1...4 { messages.append(try await store.receiveOne("\(number)", from: Self.carl)) }
            let other = try await store.receiveOne(from: Self.anna)
            #expect(try await store.markConversation("nobody") == nil)
            await #expect(throws: StoreError.self) { try await store.markConversation(Self.carl, upTo: other.id) }
            let some = try await store.markConversation(Self.carl, upTo: messages[1].id)
            #expect(some == ConversationReading(marked: 2, unread: 2))
            #expect(try await store.markConversation(Self.carl) == ConversationReading(marked: 2, unread: 0))
            #expect(try await store.markConversation(Self.carl) == ConversationReading(marked: 0, unread: 0))
            #expect(try await store.conversation(Self.anna)?.unread == 1)
        }
    }

    @Test func longConversationIsReadInSteps() async throws {
        try await self.opened { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<510 { group.addTask { try await store.receiveOne(from: Self.anna) } }
                try await group.waitForAll()
            }
            #expect(try await store.markConversation(Self.anna) == ConversationReading(marked: 510, unread: 0))
        }
    }

    @Test func deletedMessagesLeave() async throws {
        try await self.opened { store in
            let first = try await store.receiveOne("1", from: Self.anna)
            let second = try await store.receiveOne("2", from: Self.anna)
            #expect(try await store.delete(id: second.id).text == "2")
            #expect(try await store.conversation(Self.anna)?.newest.text == "1")
            #expect(try await store.conversation(Self.anna)?.unread == 1)
            _ = try await store.delete(id: first.id)
            #expect(try await store.conversations().items.isEmpty)
        }
    }
}
