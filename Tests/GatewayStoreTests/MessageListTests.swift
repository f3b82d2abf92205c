// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageListTests {
    @Test func pagesAreNewestFirstAndDoNotShift() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        var ids: [String] = []
        for _ in 0..<5 { ids.append(try await store.acceptOne().id) }
        let first = try await store.messages(limit: 2)
        _ = try await store.acceptOne()
        let second = try await store.messages(cursor: first.next, limit: 2)
        let third = try await store.messages(cursor: second.next, limit: 2)
        #expect((first.items + second.items + third.items).map(\.id) == ids.reversed())
        #expect(third.next == nil)
        try store.close()
    }

    @Test(arguments: ["", "x", "n", "n-1", "n0", "nzzzzzzzzzzzzzzzzzz", "n1; DROP TABLE message"])
    func foreignCursorIsRefused(cursor: String) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        await #expect(throws: StoreError.self) { try await store.messages(cursor: cursor) }
        try store.close()
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var peers: [String]
        var filter: @Sendable (inout MessageFilter) -> Void
    }

    static let rows = [
        Row(testDescription: "everything", peers: ["+33639980003", "+33639980002", "+33639980001"]) { _ in },
        Row(testDescription: "direction", peers: []) { $0.direction = .incoming },
        Row(testDescription: "state", peers: ["+33639980001"]) { $0.state = .failed },
        Row(testDescription: "modem", peers: ["+33639980003"]) { $0.modem = "sim7600-1" },
        Row(testDescription: "peer", peers: ["+33639980002"]) { $0.peer = "+33639980002" },
        Row(testDescription: "text in either case", peers: ["+33639980002"]) { $0.text = "ALARM 100%" },
        Row(testDescription: "percent sign is no wildcard", peers: []) { $0.text = "A%M" },
        Row(testDescription: "since", peers: ["+33639980003", "+33639980002"]) {
            $0.since = WallClock.start.addingTimeInterval(50)
        },
        Row(testDescription: "until", peers: ["+33639980001"]) { $0.until = WallClock.start.addingTimeInterval(50) },
        Row(testDescription: "two at once", peers: ["+33639980002"]) {
            $0.modem = "ec25-1"
            $0.state = .queued
        },
    ]

    @Test(arguments: rows) func filter(row: Row) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.acceptOne("+33639980001")
        try await store.finishNext(.failed(StoredError(code: "cms-1", message: "unassigned number")))
        database.clock.advance(100)
        _ = try await store.accept([.plain("+33639980002", text: "Alarm 100% real")], modem: .named("ec25-1"))
        _ = try await store.accept([.plain("+33639980003")], modem: .named("sim7600-1"))
        var filter = MessageFilter()
        row.filter(&filter)
        #expect(try await store.messages(matching: filter).items.map(\.peer) == row.peers)
        try store.close()
    }

    @Test func messageComesBackAsItWas() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        var draft = OutgoingDraft.plain("+33639980001", parts: 3)
        draft.data = Data([0, 1, 255])
        draft.messageClass = 0
        draft.batch = "batch"
        draft.token = "office"
        draft.expiresAt = WallClock.start.addingTimeInterval(600)
        let accepted = try await store.accept([draft], modem: .named("ec25-1"), own: ["ec25-1": "+33639980009"])
        #expect(try await store.messages().items == accepted)
        #expect(accepted.first?.own == "+33639980009")
        #expect(try await store.message(id: "no such message") == nil)
        try store.close()
    }

    @Test func idsSortByTime() {
        let ids = (0..<100).map { MessageID.make(at: WallClock.start.addingTimeInterval(Double($0) / 1_000)) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 100)
        for id in ids { #expect(UUID(uuidString: id) != nil && Array(id)[14] == "7" && "89ab".contains(Array(id)[19])) }
    }
}
