// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

/// Which message is next, and what moves from one modem to another.
@Suite(.timeLimit(.minutes(1)))
struct QueueTests {
    private static func draft(
        _ peer: String = "+33639980001", parts: Int = 1, _ change: (inout OutgoingDraft) -> Void = { _ in }
    ) -> OutgoingDraft {
        var draft = OutgoingDraft.plain(peer, parts: parts)
        change(&draft)
        return draft
    }

    @Test func highestPriorityGoesFirst() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let accepted = try await store.accept(
            [0, 9, 5, 9].map { priority in Self.draft { $0.priority = priority } }, modem: .named("ec25-1"))
        var order: [String] = []
        for reference in UInt8(1)...4 {
            order.append(try await store.finishNext(.sent(reference: reference)).messageID)
        }
        #expect(order == [1, 3, 2, 0].map { accepted[$0].id })
        try store.close()
    }

    @Test func dueScheduledMessageCompetesByItsPriority() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let due = WallClock.start.addingTimeInterval(60)
        let accepted = try await store.accept(
            [
                Self.draft {
                    $0.sendAt = due
                    $0.priority = 9
                }, Self.draft(),
            ], modem: .named("ec25-1"))
        #expect(try await store.finishNext(.sent(reference: 1)).messageID == accepted[1].id)
        #expect(try await store.take() == nil)
        let later = try await store.acceptOne()
        database.clock.advance(61)
        #expect(try await store.finishNext(.sent(reference: 2)).messageID == accepted[0].id)
        #expect(try await store.finishNext(.sent(reference: 3)).messageID == later.id)
        try store.close()
    }

    @Test func manyThatAreDueAtOnceAllGoOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let due = WallClock.start.addingTimeInterval(60)
        let accepted = try await store.accept(
            (0..<150).map { _ in Self.draft { $0.sendAt = due } }, modem: .named("ec25-1"))
        database.clock.advance(61)
        var sent: [String] = []
        while let assignment = try await store.take() {
            sent.append(assignment.messageID)
            _ = try await store.advance(modem: "ec25-1", finished: (assignment, .sent(reference: 1)), takeNext: false)
        }
        #expect(Set(sent) == Set(accepted.map(\.id)))
        #expect(sent.count == accepted.count)
        try store.close()
    }

    @Test func whatIsScheduledFarOffStaysSoAtStart() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let due = WallClock.start.addingTimeInterval(86_400)
        let message = try #require(
            try await store.accept([Self.draft { $0.sendAt = due }], modem: .named("ec25-1")).first)
        try store.close()
        store = try database.open()
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        #expect(try await store.reloaded(message).retryAt == due)
        #expect(try await store.take() == nil)
        try store.close()
    }

    @Test func expiredMessageTellsWhatWasInItsWay() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try #require(
            try await store.accept(
                [
                    Self.draft {
                        $0.wantedSIM = "8933150319070000018"
                        $0.expiresAt = WallClock.start.addingTimeInterval(60)
                    }
                ], modem: .named("ec25-1")
            ).first)
        #expect(try await store.take() == nil)
        #expect(try await store.reloaded(message).hold?.code == "sim-absent")
        database.clock.advance(61)
        _ = try await store.expireOverdue()
        let expired = try await store.reloaded(message)
        #expect(expired.state == .expired)
        #expect(expired.error?.code == "validity-over")
        #expect(expired.error?.message.contains("in no modem") == true)
        try store.close()
    }

    @Test func messagesFollowTheirSIM() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let sim = "8933150319070000018"
        #expect(try await store.noteSIM(sim, in: "ec25-1"))
        #expect(try await store.noteSIM(sim, in: "ec25-1") == false)
        let message = try #require(
            try await store.accept([Self.draft { $0.wantedSIM = sim }], modem: .named("ec25-1")).first)
        #expect(try await store.noteSIM(sim, in: "sim7600-1"))
        #expect(try await store.followSIM(sim, to: "sim7600-1", after: nil) == nil)
        #expect(try await store.take("ec25-1") == nil)
        let next = try await store.advance(
            modem: "sim7600-1", finished: nil, takeNext: true, terms: SendingTerms(sim: sim))
        guard case .submit(let assignment) = next else {
            Issue.record("the message is not at its SIM")
            return
        }
        #expect(assignment.messageID == message.id)
        #expect(try await store.place(ofSIM: sim).modem == "sim7600-1")
        try store.close()
    }

    @Test func otherSIMInTheModemDoesNotSendIt() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try #require(
            try await store.accept(
                [Self.draft { $0.wantedSIM = "8933150319070000018" }], modem: .named("ec25-1")
            ).first)
        let terms = SendingTerms(sim: "8933150319070000026")
        let next = try await store.advance(modem: "ec25-1", finished: nil, takeNext: true, terms: terms)
        guard case .idle = next else {
            Issue.record("sent by another SIM")
            return
        }
        // It comes back: what waited goes at once.
        _ = try await store.noteSIM("8933150319070000018", in: "ec25-1")
        _ = try await store.followSIM("8933150319070000018", to: "ec25-1", after: nil)
        #expect(try await store.reloaded(message).hold == nil)
        #expect(try await store.reloaded(message).retryAt == nil)
        try store.close()
    }

    @Test func onlyWhatMayMoveMoves() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let route = ["ec25-1", "sim7600-1"]
        let accepted = try await store.accept(
            [
                Self.draft(parts: 2) { $0.route = route }, Self.draft { $0.route = route }, Self.draft(),
                Self.draft { $0.route = ["ec25-1", "ec25-2"] },
            ], modem: .named("ec25-1"))
        // The first part of the first is on its way.
        try await store.finishNext(.sent(reference: 1))
        let step = try await store.moveWaiting(
            from: "ec25-1", to: ["sim7600-1"], own: ["sim7600-1": "+33639980002"], after: nil)
        #expect(step.moved == ["sim7600-1": 1])
        #expect(step.next == nil)
        let modems = try await accepted.asyncMap { try await store.reloaded($0).modem }
        #expect(modems == ["ec25-1", "sim7600-1", "ec25-1", "ec25-1"])
        #expect(try await store.reloaded(accepted[1]).own == "+33639980002")
        #expect(store.waitingCounts == ["ec25-1": 3, "sim7600-1": 1])
        try store.close()
    }

    @Test func countsAreReadAtOpening() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        _ = try await store.accept(
            [Self.draft(), Self.draft { $0.sendAt = WallClock.start.addingTimeInterval(60) }], modem: .named("ec25-1"))
        try store.close()
        store = try database.open()
        #expect(store.waitingCounts == ["ec25-1": 2])
        #expect(try await store.queueFacts().queued == 2)
        try store.close()
    }

    @Test func messagesAheadAreCounted() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let accepted = try await store.accept(
            [0, 5, 9, 0].map { priority in Self.draft { $0.priority = priority } }, modem: .named("ec25-1"))
        let ahead = try await accepted.asyncMap { try await store.ahead(of: $0) }
        #expect(ahead == [2, 1, 0, 3])
        try store.close()
    }
}

extension Array {
    func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
