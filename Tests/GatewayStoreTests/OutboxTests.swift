// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutboxTests {
    private let error = StoredError(code: "cms-38", message: "network out of order")

    @Test func partIsSendingBeforeItReachesTheModem() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        #expect(message.state == .queued)
        let assignment = try #require(try await store.take())
        #expect(assignment.messageID == message.id)
        let sending = try await store.reloaded(message)
        #expect(sending.state == .sending)
        #expect(sending.parts[0].attempts == 1)
        #expect(try await store.take() == nil)
        #expect(try await store.queueFacts().sending == 1)
        try store.close()
    }

    @Test func oneStepFinishesOneAndTakesTheNext() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let first = try await store.acceptOne()
        let second = try await store.acceptOne()
        let assignment = try #require(try await store.take())
        let next = try await store.advance(
            modem: "ec25-1", finished: (assignment, .sent(reference: 7)), takeNext: true)
        guard case .submit(let other) = next else {
            Issue.record("the second message waits")
            return
        }
        #expect(other.messageID == second.id)
        let sent = try await store.reloaded(first)
        #expect(sent.state == .sent)
        #expect(sent.parts[0].reference == 7)
        #expect(sent.sentAt != nil)
        try store.close()
    }

    struct Outcome: Sendable, CustomTestStringConvertible {
        var result: SubmitResult
        var state: MessageState
        var testDescription: String { self.state.rawValue }
    }

    static let outcomes = [
        Outcome(result: .sent(reference: 255), state: .sent),
        Outcome(result: .failed(StoredError(code: "cms-1", message: "unassigned number")), state: .failed),
        Outcome(result: .uncertain(StoredError(code: "no-answer", message: "no answer")), state: .uncertain),
        Outcome(
            result: .retry(
                at: WallClock.start.addingTimeInterval(60), StoredError(code: "cms-38", message: "out of order")),
            state: .queued),
    ]

    @Test(arguments: outcomes) func outcomeIsStored(outcome: Outcome) async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(outcome.result)
        try store.close()
        store = try database.open()
        let stored = try await store.reloaded(message)
        #expect(stored.state == outcome.state)
        #expect((stored.error == nil) == (outcome.state == .sent))
        #expect(try await store.take() == nil)
        try store.close()
    }

    @Test func retryComesWhenItIsDueAndBlocksNobody() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let bad = try await store.acceptOne("+33639980001")
        let good = try await store.acceptOne("+33639980002")
        let due = WallClock.start.addingTimeInterval(60)
        try await store.finishNext(.retry(at: due, self.error))
        #expect(try await store.finishNext(.sent(reference: 1)).messageID == good.id)
        #expect(
            try await store.advance(modem: "ec25-1", finished: nil, takeNext: true) == .idle(until: due))
        database.clock.advance(61)
        let again = try #require(try await store.take())
        #expect(again.messageID == bad.id)
        #expect(again.attempt == 2)
        try store.close()
    }

    @Test func retryFarInTheFutureOfAWrongClockIsDueAtStart() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.acceptOne()
        try await store.finishNext(.retry(at: WallClock.start.addingTimeInterval(60), self.error))
        database.clock.advance(-86_400)
        #expect(try await store.take() == nil)
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        #expect(try await store.take() != nil)
        try store.close()
    }

    @Test func failedPartStopsTheOthers() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 3)
        try await store.finishNext(.sent(reference: 1))
        try await store.finishNext(.failed(self.error))
        #expect(try await store.take() == nil)
        let stored = try await store.reloaded(message)
        #expect(stored.state == .failed)
        #expect(stored.error == self.error)
        #expect(stored.parts.map(\.state) == [.sent, .failed, .cancelled])
        try store.close()
    }

    @Test func partsOfOneMessageGoInOrderBeforeTheNextMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let long = try await store.acceptOne(parts: 2)
        let short = try await store.acceptOne()
        var order: [String] = []
        for reference in UInt8(1)...3 {
            let part = try await store.finishNext(.sent(reference: reference))
            order.append("\(part.messageID) \(part.partNumber)")
        }
        #expect(order == ["\(long.id) 1", "\(long.id) 2", "\(short.id) 1"])
        #expect(try await store.reloaded(long).state == .sent)
        try store.close()
    }

    @Test func modemsHaveQueuesOfTheirOwn() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.accept([.plain("+33639980001")], modem: .named("ec25-1"))
        #expect(try await store.take("sim7600-1") == nil)
        #expect(try await store.take("ec25-1") != nil)
        try store.close()
    }

    @Test func fewestWaitingSpreadsABatch() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.acceptOne()
        let drafts = (0..<5).map { OutgoingDraft.plain("+3363998000\($0)") }
        let batch = try await store.accept(drafts, modem: .fewestWaiting(["ec25-1", "sim7600-1"]))
        #expect(batch.map(\.modem) == ["sim7600-1", "ec25-1", "sim7600-1", "ec25-1", "sim7600-1"])
        try store.close()
    }

    @Test func referencesOfOneRecipientAreCounted() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        var references: [Int] = []
        for index in 0..<4 {
            if index == 2 {
                try store.close()
                store = try database.open()
            }
            let pdu = try #require(try await store.acceptOne(parts: 2).parts.first?.pdu)
            references.append(try #require(Int(pdu.dropFirst(2).dropLast(2))))
        }
        for (one, next) in zip(references, references.dropFirst()) { #expect(next == (one + 1) % 256) }
        try store.close()
    }

    @Test func validityEndsTheWaiting() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        var draft = OutgoingDraft.plain("+33639980001")
        draft.expiresAt = WallClock.start.addingTimeInterval(60)
        let message = try #require(try await store.accept([draft], modem: .named("ec25-1")).first)
        #expect(try await store.expireOverdue() == draft.expiresAt)
        database.clock.advance(61)
        #expect(try await store.expireOverdue() == nil)
        #expect(try await store.reloaded(message).state == .expired)
        #expect(try await store.take() == nil)
        try store.close()
    }

    @Test func overdueMessageIsNotTaken() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        var draft = OutgoingDraft.plain("+33639980001")
        draft.expiresAt = WallClock.start.addingTimeInterval(60)
        let message = try #require(try await store.accept([draft], modem: .named("ec25-1")).first)
        let other = try await store.acceptOne()
        database.clock.advance(61)
        #expect(try await store.take()?.messageID == other.id)
        #expect(try await store.reloaded(message).state == .expired)
        try store.close()
    }

    @Test func queuedMessageIsCancelled() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        #expect(try await store.cancel(id: message.id).state == .cancelled)
        #expect(try await store.take() == nil)
        #expect(try await store.queueFacts() == QueueFacts())
        await #expect(throws: StoreError.self) { try await store.cancel(id: message.id) }
        await #expect(throws: StoreError.self) { try await store.cancel(id: "no such message") }
        try store.close()
    }

    @Test func cancellingStopsTheRestOfALongMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        let first = try #require(try await store.take())
        #expect(try await store.cancel(id: message.id).state == .sending)
        _ = try await store.advance(modem: "ec25-1", finished: (first, .sent(reference: 3)), takeNext: false)
        let stored = try await store.reloaded(message)
        #expect(stored.state == .cancelled)
        #expect(stored.parts.map(\.state) == [.sent, .cancelled])
        try store.close()
    }

    @Test func cancelledWhileRetryingIsNotSentAgain() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        let first = try #require(try await store.take())
        _ = try await store.cancel(id: message.id)
        let retry = SubmitResult.retry(at: WallClock.start, self.error)
        _ = try await store.advance(modem: "ec25-1", finished: (first, retry), takeNext: false)
        #expect(try await store.take() == nil)
        #expect(try await store.reloaded(message).state == .cancelled)
        try store.close()
    }

    @Test func interruptedPartBecomesUncertainAndIsNotSentAgain() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let message = try await store.acceptOne()
        let waiting = try await store.acceptOne()
        _ = try await store.take()
        try store.close()
        store = try database.open()
        #expect(try await store.recoverInterrupted(longestRetry: .seconds(900)) == 1)
        let stored = try await store.reloaded(message)
        #expect(stored.state == .uncertain)
        #expect(stored.error?.code == "interrupted")
        #expect(try await store.queueFacts().uncertain == 1)
        #expect(try await store.take()?.messageID == waiting.id)
        #expect(try await store.take() == nil)
        try store.close()
    }
}
