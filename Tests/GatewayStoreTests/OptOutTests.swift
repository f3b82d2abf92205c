// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

/// Who wants no messages gets none, whichever way they would take.
@Suite(.timeLimit(.minutes(1)))
struct OptOutTests {
    private static let peer = "+33639980001"
    private static let words = [
        OptOutWord("stop", .stop, language: "en"), OptOutWord("arrêt", .stop, language: "fr"),
        OptOutWord("start", .start, language: "en"),
    ]

    private func open(
        _ database: TemporaryDatabase, isGlobal: Bool = false, confirms: Bool = true
    ) async throws -> GatewayStore {
        let store = try database.open()
        try await store.setOptOutWords(Self.words, isGlobal: isGlobal, confirms: confirms)
        return store
    }

    private func receive(
        _ text: String, in store: GatewayStore, from peer: String = peer, by modem: String = "ec25-1", pdu: String
    ) async throws {
        let reception = Reception(modem: modem, pdu: pdu, receivedAt: WallClock.start)
        var draft = IncomingDraft(modem: modem, peer: peer, parts: [.init(reception: reception.id, number: 1)])
        draft.text = text
        _ = try await store.receive(reception, showing: [draft])
    }

    struct Word: Sendable, CustomTestStringConvertible {
        var text: String
        var isOut: Bool
        var testDescription: String { self.text }
    }

    @Test(arguments: [
        Word(text: "STOP", isOut: true), Word(text: " stop!\n", isOut: true), Word(text: "Arrêt.", isOut: true),
        Word(text: "arret", isOut: true), Word(text: "Please stop", isOut: false), Word(text: "stopped", isOut: false),
        Word(text: "start", isOut: false), Word(text: "", isOut: false), Word(text: "' OR 1=1 --", isOut: false),
    ])
    func wholeMessageDecides(word: Word) async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        try await self.receive(word.text, in: store, pdu: "AA")
        #expect(try await store.optOuts().items.isEmpty != word.isOut)
        try store.close()
    }

    @Test func waitingMessageFailsAtHandOver() async throws {
        let database = try TemporaryDatabase()
        var store = try await self.open(database)
        let message = try await store.acceptOne(Self.peer)
        let other = try await store.acceptOne("+33639980002")
        try await self.receive("STOP", in: store, from: "0639980001", pdu: "AA")
        try store.close()
        store = try database.open()
        #expect(try await store.take()?.messageID == other.id)
        let failed = try await store.reloaded(message)
        #expect(failed.state == .failed)
        #expect(failed.error?.code == "opted-out")
        try store.close()
    }

    @Test func restOfALongMessageIsNotSent() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        let message = try await store.acceptOne(Self.peer, parts: 2)
        try await store.finishNext(.sent(reference: 1))
        try await self.receive("STOP", in: store, pdu: "AA")
        #expect(try await store.take() == nil)
        #expect(try await store.reloaded(message).parts.map(\.state) == [.sent, .failed])
        try store.close()
    }

    @Test func startUndoesIt() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        try await self.receive("STOP", in: store, pdu: "AA")
        try await self.receive("START", in: store, pdu: "AB")
        #expect(try await store.optOuts().items.isEmpty)
        _ = try await store.acceptOne(Self.peer)
        #expect(try await store.take() != nil)
        try store.close()
    }

    @Test(arguments: [true, false]) func holdsForTheSIMOrForAll(isGlobal: Bool) async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database, isGlobal: isGlobal)
        try await self.receive("STOP", in: store, pdu: "AA")
        let there = [SendingPlace(modem: "ec25-1", sim: nil)]
        let elsewhere = [SendingPlace(modem: "sim7600-1", sim: nil)]
        #expect(try await store.optedOut([Self.peer], from: there) == [Self.peer])
        #expect(try await store.optedOut([Self.peer], from: elsewhere).isEmpty == !isGlobal)
        #expect(try await store.optedOut(["+33639980002"], from: there).isEmpty)
        try store.close()
    }

    @Test func holdsForTheSIMInWhicheverModem() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        let sim = "8933150319070000018"
        _ = try await store.noteSIM(sim, in: "ec25-1")
        try await self.receive("STOP", in: store, pdu: "AA")
        #expect(try await store.optOuts().items.first?.sim == sim)
        let moved = [SendingPlace(modem: "sim7600-1", sim: sim)]
        #expect(try await store.optedOut([Self.peer], from: moved) == [Self.peer])
        let other = [SendingPlace(modem: "ec25-1", sim: "8933150319070000026")]
        #expect(try await store.optedOut([Self.peer], from: other).isEmpty)
        try store.close()
    }

    @Test func failoverIsNoWayAroundIt() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        var draft = OutgoingDraft.plain(Self.peer)
        draft.route = ["ec25-1", "sim7600-1"]
        let accepted = try await store.accept([draft, draft], modem: .named("ec25-1"))
        try await self.receive("STOP", in: store, pdu: "AA")
        let step = try await store.moveWaiting(from: "ec25-1", to: ["sim7600-1"], own: [:], after: nil)
        #expect(step.moved.isEmpty)
        for message in accepted { #expect(try await store.reloaded(message).error?.code == "opted-out") }
        try store.close()
    }

    @Test func messageThatMovedBeforeIsJudgedByAllItsModems() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        var draft = OutgoingDraft.plain(Self.peer)
        draft.route = ["ec25-1", "sim7600-1"]
        let message = try #require(try await store.accept([draft], modem: .named("ec25-1")).first)
        _ = try await store.moveWaiting(from: "ec25-1", to: ["sim7600-1"], own: [:], after: nil)
        try await self.receive("STOP", in: store, pdu: "AA")
        #expect(try await store.take("sim7600-1") == nil)
        #expect(try await store.reloaded(message).error?.code == "opted-out")
        try store.close()
    }

    @Test func isConfirmedOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        try await self.receive("STOP", in: store, pdu: "AA")
        let entry = try #require(try await store.unconfirmedOptOuts().first)
        let draft = OutgoingDraft.plain(Self.peer, text: "No more.")
        let answer = try #require(try await store.confirmOptOut(entry, with: draft, own: nil))
        #expect(try await store.confirmOptOut(entry, with: draft, own: nil) == nil)
        try await self.receive("STOP", in: store, pdu: "AB")
        #expect(try await store.unconfirmedOptOuts().isEmpty)
        #expect(try await store.optOuts().items.map(\.confirmation) == [answer.id])
        // The answer itself goes out; nothing else does.
        _ = try await store.acceptOne(Self.peer)
        #expect(try await store.finishNext(.sent(reference: 1)).messageID == answer.id)
        #expect(try await store.take() == nil)
        try store.close()
    }

    @Test func entriesMadeByHand() async throws {
        let database = try TemporaryDatabase()
        let store = try await self.open(database)
        let first = try await store.addOptOut(Self.peer, at: .everywhere)
        #expect(try await store.addOptOut(Self.peer, at: .everywhere) == first)
        database.clock.advance(1)
        let second = try await store.addOptOut(Self.peer, at: .sim("8933150319070000018"))
        database.clock.advance(1)
        let third = try await store.addOptOut("+33639980002", at: .everywhere)
        let page = try await store.optOuts(limit: 2)
        #expect(page.items == [first, second])
        let rest = try await store.optOuts(cursor: page.next, limit: 2)
        #expect(rest.items == [third])
        #expect(rest.next == nil)
        #expect(try await store.optOuts(of: "0639980001").items == [first, second])
        #expect(try await store.removeOptOuts(first.id) == [first])
        #expect(try await store.removeOptOuts(Self.peer) == [second])
        await #expect(throws: StoreError.self) { try await store.removeOptOuts(Self.peer) }
        await #expect(throws: StoreError.self) { try await store.optOuts(cursor: "' OR 1=1") }
        try store.close()
    }
}
