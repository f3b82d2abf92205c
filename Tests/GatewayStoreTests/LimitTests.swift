// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

/// Limits of SIM, recipient and token.
@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    private static let sim = "8933150319070000018"

    private func step(
        _ store: GatewayStore, _ terms: SendingTerms, modem: String = "ec25-1",
        finishing finished: (assignment: Assignment, result: SubmitResult)? = nil
    ) async throws -> NextSubmission {
        try await store.advance(modem: modem, finished: finished, takeNext: true, terms: terms)
    }

    private func send(_ store: GatewayStore, _ terms: SendingTerms, _ result: SubmitResult = .sent(reference: 1))
        async throws -> String
    {
        guard case .submit(let assignment) = try await self.step(store, terms) else { throw Missing() }
        _ = try await store.advance(modem: "ec25-1", finished: (assignment, result), takeNext: false)
        return assignment.messageID
    }

    private static func terms(_ change: (inout SendingTerms) -> Void) -> SendingTerms {
        var terms = SendingTerms(sim: Self.sim)
        change(&terms)
        return terms
    }

    @Test func simRestsWhenItsLimitIsReachedAlsoAfterARestart() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let terms = Self.terms { $0.simLimits.perMinute = 2 }
        for _ in 0..<3 { _ = try await store.acceptOne() }
        for _ in 0..<2 { _ = try await self.send(store, terms) }
        try store.close()
        store = try database.open()
        guard case .paused(let until, let reason) = try await self.step(store, terms) else {
            Issue.record("sent beyond the limit")
            return
        }
        #expect(reason.code == "sim-limit")
        #expect((60...62).contains(until.timeIntervalSince(WallClock.start)))
        database.clock.advance(until.timeIntervalSince(WallClock.start))
        _ = try await self.send(store, terms)
        try store.close()
    }

    @Test func countGoesWithTheSIM() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.simLimits.perDay = 1 }
        _ = try await store.acceptOne()
        _ = try await self.send(store, terms)
        guard case .paused = try await self.step(store, terms, modem: "sim7600-1") else {
            Issue.record("the SIM began anew in another modem")
            return
        }
        var other = terms
        other.sim = "8933150319070000026"
        #expect(try await self.step(store, other) == .idle(until: nil))
        try store.close()
    }

    @Test func budgetOfAMonthLastsToItsEnd() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms {
            $0.simLimits.perMonth = 3
            $0.zone = TimeZone(identifier: "Europe/Paris") ?? .gmt
        }
        _ = try await store.acceptOne(parts: 3)
        _ = try await store.acceptOne()
        for _ in 0..<3 { _ = try await self.send(store, terms) }
        guard case .paused(let until, let reason) = try await self.step(store, terms) else {
            Issue.record("sent beyond the budget")
            return
        }
        #expect(reason.code == "sim-budget")
        // 1 October 2026, 0:00 in Paris.
        #expect(until == Date(timeIntervalSince1970: 1_790_805_600))
        try store.close()
    }

    @Test func whatWasRefusedDoesNotCount() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.simLimits.perDay = 1 }
        _ = try await store.acceptOne()
        let second = try await store.acceptOne()
        _ = try await self.send(store, terms, .failed(StoredError(code: "cms-1", message: "unassigned number")))
        #expect(try await self.send(store, terms) == second.id)
        let place = SendingPlace(modem: "ec25-1", sim: Self.sim)
        #expect(try await store.usage(of: place, zone: .gmt) == [.minute: 1, .hour: 1, .day: 1, .month: 1])
        try store.close()
    }

    @Test func whatMayHaveGoneOutCounts() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let terms = Self.terms { $0.simLimits.perDay = 1 }
        _ = try await store.acceptOne()
        _ = try await store.acceptOne()
        guard case .submit = try await self.step(store, terms) else { throw Missing() }
        // Killed while the modem has it.
        try store.close()
        store = try database.open()
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        guard case .paused = try await self.step(store, terms) else {
            Issue.record("what may have been sent is not counted")
            return
        }
        try store.close()
    }

    @Test func recipientsLimitHoldsUpNobodyElse() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.recipientLimits.perHour = 1 }
        let first = try await store.acceptOne("+33639980001", parts: 2)
        let held = try await store.acceptOne("+33639980001")
        let other = try await store.acceptOne("+33639980002")
        // Both parts are one message.
        #expect(try await self.send(store, terms) == first.id)
        #expect(try await self.send(store, terms) == first.id)
        #expect(try await self.send(store, terms) == other.id)
        guard case .idle(let until) = try await self.step(store, terms), let until else {
            Issue.record("sent beyond the limit")
            return
        }
        let waiting = try await store.reloaded(held)
        #expect(waiting.hold?.code == "recipient-limit")
        #expect(waiting.retryAt == until)
        #expect(waiting.state == .queued)
        database.clock.advance(until.timeIntervalSince(WallClock.start))
        #expect(try await self.send(store, terms) == held.id)
        #expect(try await store.reloaded(held).hold == nil)
        try store.close()
    }

    @Test func heldMessageIsToldOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.recipientLimits.perHour = 0 }
        let message = try await store.acceptOne()
        let before = store.latestSeq
        for _ in 0..<5 {
            guard case .idle = try await self.step(store, terms) else { throw Missing() }
            database.clock.advance(3_700)
        }
        #expect(try await store.reloaded(message).hold?.code == "recipient-limit")
        #expect(store.latestSeq == before + 1)
        try store.close()
    }

    @Test func tokensAreCountedApart() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.tokenLimits.perMinute = 1 }
        let drafts = ["shop", "shop", "door", nil, nil].enumerated().map { index, token in
            var draft = OutgoingDraft.plain("+3363998001\(index)")
            draft.token = token
            return draft
        }
        let accepted = try await store.accept(drafts, modem: .named("ec25-1"))
        var sent: [String] = []
        for _ in 0..<4 { sent.append(try await self.send(store, terms)) }
        #expect(sent == [0, 2, 3, 4].map { accepted[$0].id })
        guard case .idle = try await self.step(store, terms) else { throw Missing() }
        #expect(try await store.reloaded(accepted[1]).hold?.code == "token-limit")
        try store.close()
    }

    @Test func clockThatWasWrongBlocksNobody() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let terms = Self.terms { $0.simLimits.perDay = 1 }
        for _ in 0..<2 { _ = try await store.acceptOne() }
        database.clock.advance(10 * 365 * 86_400)
        _ = try await self.send(store, terms)
        database.clock.advance(-10 * 365 * 86_400)
        _ = try await self.send(store, terms)
        try store.close()
    }
}
