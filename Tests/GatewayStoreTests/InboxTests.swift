// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InboxTests {
    private func reception(_ pdu: String, modem: String = "ec25-1") -> Reception {
        Reception(modem: modem, pdu: pdu, receivedAt: WallClock.start)
    }

    private func draft(_ receptions: [Reception], modem: String = "ec25-1") -> IncomingDraft {
        let parts = receptions.enumerated().map { IncomingDraft.Part(reception: $1.id, number: $0 + 1) }
        var draft = IncomingDraft(modem: modem, peer: "+33639980001", parts: parts)
        draft.text = "Hello"
        draft.encoding = "gsm7"
        return draft
    }

    @Test func messageIsThereAfterReopening() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let since = store.latestSeq
        var reception = self.reception("AA")
        reception.timestamp = "2026-11-21T13:50:00+01:00"
        let outcome = try await store.receive(reception, showing: [self.draft([reception])])
        try store.close()
        store = try database.open()
        let stored = try await store.messages().items
        #expect(outcome == .stored(stored))
        #expect(stored.first?.state == .received)
        #expect(stored.first?.parts.map(\.pdu) == ["AA"])
        #expect(stored.first?.parts.first?.timestamp == "2026-11-21T13:50:00+01:00")
        guard case .events(let events) = try await store.events(after: since) else {
            Issue.record("a snapshot instead of events")
            return
        }
        #expect(events.map(\.kind) == [.messageReceived])
        try store.close()
    }

    @Test func samePDUIsStoredOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "AA") == false)
        for _ in 0..<2 {
            let reception = self.reception("AA")
            _ = try await store.receive(reception, showing: [self.draft([reception])])
        }
        #expect(try await store.isKnown(modem: "ec25-1", pdu: "AA"))
        #expect(try await store.isKnown(modem: "sim7600-1", pdu: "AA") == false)
        #expect(try await store.messages().items.count == 1)
        let other = self.reception("AA", modem: "sim7600-1")
        _ = try await store.receive(other, showing: [self.draft([other], modem: "sim7600-1")])
        #expect(try await store.messages().items.count == 2)
        try store.close()
    }

    @Test func partsWaitInTheStore() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let first = self.reception("AA")
        #expect(try await store.receive(first, showing: []) == .stored([]))
        _ = try await store.receive(self.reception("AB"), showing: [], isRepeatedPart: true)
        try store.close()
        store = try database.open()
        #expect(try await store.waitingReceptions(modem: "ec25-1") == [first])
        #expect(try await store.waitingReceptions(modem: "sim7600-1").isEmpty)
        let second = self.reception("BB")
        _ = try await store.receive(second, showing: [self.draft([first, second])])
        #expect(try await store.waitingReceptions(modem: "ec25-1").isEmpty)
        #expect(try await store.messages().items.first?.parts.map(\.pdu) == ["AA", "BB"])
        try store.close()
    }
}
