// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StatusReportTests {
    private func report(
        _ reference: UInt8, _ verdict: ReceivedReport.Verdict = .delivered, to recipient: String = "+33639980001",
        pdu: String = UUID().uuidString, modem: String = "ec25-1"
    ) -> ReceivedReport {
        let status: UInt8 =
            switch verdict {
            case .delivered: 0
            case .pending: 0x20
            case .failed: 0x45
            case .expired: 0x46
            }
        return ReceivedReport(
            modem: modem, pdu: pdu, reference: reference, recipient: recipient, status: status, verdict: verdict,
            explanation: "said the network")
    }

    @Test(arguments: [(ReceivedReport.Verdict.failed, MessageState.failed), (.expired, .expired)])
    func negativeReportSaysWhy(verdict: ReceivedReport.Verdict, state: MessageState) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(9, verdict)) == .matched(messageID: message.id))
        let settled = try #require(try await store.message(id: message.id))
        #expect(settled.state == state)
        #expect(settled.parts.first?.error?.message == "said the network")
    }

    @Test func deliveredReportSettlesTheMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(9, to: "0639980001")) == .matched(messageID: message.id))
        let stored = try await store.reloaded(message)
        #expect(stored.state == .delivered)
        #expect(stored.deliveredAt != nil)
        #expect(stored.parts[0].status == 0)
        try store.close()
    }

    @Test func dischargeTimeIsTakenUnlessItContradictsOurClock() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for (offset, isTaken) in [(5.0, true), (-3_600.0, false), (3_600.0, false)] {
            let message = try await store.acceptOne()
            try await store.finishNext(.sent(reference: 9))
            let sentAt = try #require(try await store.reloaded(message).sentAt)
            database.clock.advance(10)
            var report = self.report(9)
            report.dischargedAt = sentAt.addingTimeInterval(offset)
            _ = try await store.receive(report)
            let deliveredAt = try #require(try await store.reloaded(message).deliveredAt)
            let distance = deliveredAt.timeIntervalSince(sentAt)
            #expect(abs(distance - (isTaken ? offset : 10)) < 0.01)
        }
        try store.close()
    }

    @Test func pendingThenFailed() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        _ = try await store.receive(self.report(9, .pending))
        var stored = try await store.reloaded(message)
        #expect(stored.state == .sent)
        #expect(stored.parts[0].status == 0x20)
        _ = try await store.receive(self.report(9, .failed))
        stored = try await store.reloaded(message)
        #expect(stored.state == .failed)
        #expect(stored.error == StoredError(code: "tp-status-69", message: "said the network"))
        try store.close()
    }

    @Test(arguments: [
        ("another reference", UInt8(8), "+33639980001", "ec25-1"),
        ("another recipient", UInt8(9), "+33639980002", "ec25-1"),
        ("another modem", UInt8(9), "+33639980001", "sim7600-1"),
    ])
    func strangeReportIsStoredAndCounted(_: String, reference: UInt8, recipient: String, modem: String) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(reference, to: recipient, modem: modem)) == .unmatched)
        #expect(try await store.reloaded(message).state == .sent)
        #expect(await store.health().unmatchedReports == 1)
        try store.close()
    }

    @Test func sameReportTwiceCountsOnce() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let old = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        let new = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(9, pdu: "AA")) == .matched(messageID: new.id))
        #expect(try await store.receive(self.report(9, pdu: "AA")) == .repeated)
        #expect(try await store.reloaded(old).state == .sent)
        #expect(try await store.receive(self.report(9, pdu: "BB")) == .matched(messageID: old.id))
        try store.close()
    }

    @Test func everyPartNeedsItsReport() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        try await store.finishNext(.sent(reference: 1))
        try await store.finishNext(.sent(reference: 2))
        _ = try await store.receive(self.report(2))
        #expect(try await store.reloaded(message).state == .sent)
        _ = try await store.receive(self.report(1))
        #expect(try await store.reloaded(message).state == .delivered)
        try store.close()
    }

    @Test func reportThatOvertakesTheAnswerIsNotLost() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        let assignment = try #require(try await store.take())
        #expect(try await store.receive(self.report(9)) == .held)
        _ = try await store.advance(
            modem: "ec25-1", finished: (assignment, .sent(reference: 9)), takeNext: false)
        #expect(try await store.reloaded(message).state == .delivered)
        #expect(await store.health().unmatchedReports == 0)
        try store.close()
    }

    /// TP-MR has 256 values: an older message with the same one may wait for a report that never comes.
    @Test func overtakingReportDoesNotSettleAnOlderMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let older = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        let newer = try await store.acceptOne()
        let assignment = try #require(try await store.take())
        #expect(try await store.receive(self.report(9)) == .held)
        _ = try await store.advance(
            modem: "ec25-1", finished: (assignment, .sent(reference: 9)), takeNext: false)
        #expect(try await store.reloaded(older).state == .sent)
        #expect(try await store.reloaded(newer).state == .delivered)
        try store.close()
    }

    /// What was held back for a part in flight is the older one's after all when that part gets another reference.
    @Test func heldReportGoesToTheOlderMessageWhenItIsItsOwn() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let older = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        let newer = try await store.acceptOne()
        let assignment = try #require(try await store.take())
        #expect(try await store.receive(self.report(9)) == .held)
        _ = try await store.advance(
            modem: "ec25-1", finished: (assignment, .sent(reference: 10)), takeNext: false)
        #expect(try await store.reloaded(older).state == .delivered)
        #expect(try await store.reloaded(newer).state == .sent)
        try store.close()
    }

    @Test func oldStrangeReportDoesNotSettleALaterMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        #expect(try await store.receive(self.report(9)) == .unmatched)
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.reloaded(message).state == .sent)
        try store.close()
    }

    @Test func lateReportSettlesTheOnlyUncertainPart() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let message = try await store.acceptOne()
        _ = try await store.take()
        try store.close()
        store = try database.open()
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        #expect(try await store.receive(self.report(200)) == .matched(messageID: message.id))
        let stored = try await store.reloaded(message)
        #expect(stored.state == .delivered)
        #expect(stored.parts[0].reference == 200)
        #expect(stored.sentAt != nil)
        try store.close()
    }

    @Test func reportBeforeTheCrashSettlesAtTheNextStart() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let message = try await store.acceptOne()
        _ = try await store.take()
        #expect(try await store.receive(self.report(200)) == .held)
        try store.close()
        store = try database.open()
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        #expect(try await store.reloaded(message).state == .delivered)
        try store.close()
    }

    @Test func twoUncertainPartsStayUncertain() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let doubt = SubmitResult.uncertain(StoredError(code: "no-answer", message: "no answer"))
        let first = try await store.acceptOne()
        let second = try await store.acceptOne()
        try await store.finishNext(doubt)
        try await store.finishNext(doubt)
        #expect(try await store.receive(self.report(200)) == .unmatched)
        #expect(try await store.reloaded(first).state == .uncertain)
        #expect(try await store.reloaded(second).state == .uncertain)
        try store.close()
    }

    @Test func anotherOpenPartToThatAddressKeepsItUncertain() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let doubtful = try await store.acceptOne()
        try await store.finishNext(.uncertain(StoredError(code: "no-answer", message: "no answer")))
        _ = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(200)) == .unmatched)
        #expect(try await store.reloaded(doubtful).state == .uncertain)
        #expect(try await store.receive(self.report(9)) != .unmatched)
        #expect(try await store.receive(self.report(201)) == .matched(messageID: doubtful.id))
        try store.close()
    }

    /// Some service centres report twice: the second is no news of another part.
    @Test func secondReportOfAKnownPartSettlesNoOther() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let known = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        #expect(try await store.receive(self.report(9)) == .matched(messageID: known.id))
        let doubtful = try await store.acceptOne()
        try await store.finishNext(.uncertain(StoredError(code: "no-answer", message: "no answer")))
        #expect(try await store.receive(self.report(9)) == .unmatched)
        #expect(try await store.reloaded(doubtful).state == .uncertain)
        #expect(try await store.receive(self.report(10)) == .matched(messageID: doubtful.id))
        try store.close()
    }

    struct Elsewhere: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var recipient = "+33639980001"
        var modem = "ec25-1"
        var later: TimeInterval = 0
    }

    @Test(arguments: [
        Elsewhere(testDescription: "another number", recipient: "+33639980002"),
        Elsewhere(testDescription: "another modem", modem: "sim7600-1"),
        Elsewhere(testDescription: "two weeks later", later: 14 * 86_400 + 1),
    ])
    func uncertainPartIsSettledOnlyByItsOwnReport(row: Elsewhere) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let doubtful = try await store.acceptOne()
        try await store.finishNext(.uncertain(StoredError(code: "no-answer", message: "no answer")))
        database.clock.advance(row.later)
        #expect(try await store.receive(self.report(200, to: row.recipient, modem: row.modem)) == .unmatched)
        #expect(try await store.reloaded(doubtful).state == .uncertain)
        #expect(try await store.reports(matched: false).items.count == 1)
        try store.close()
    }

    @Test func longMessageIsDeliveredWhenAllPartsAre() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 3)
        for reference in 1...3 { try await store.finishNext(.sent(reference: UInt8(reference))) }
        for (reference, state) in [(UInt8(3), MessageState.sent), (1, .sent), (2, .delivered)] {
            #expect(try await store.receive(self.report(reference)) == .matched(messageID: message.id))
            #expect(try await store.reloaded(message).state == state)
        }
        #expect(try await store.reloaded(message).parts.map(\.status) == [0, 0, 0])
        try store.close()
    }

    @Test func reportsAreListedNewestFirst() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne()
        try await store.finishNext(.sent(reference: 9))
        for reference in [UInt8(100), 9, 101, 102] { _ = try await store.receive(self.report(reference)) }
        let all = try await store.reports().items
        #expect(all.map(\.report.reference) == [102, 101, 9, 100])
        #expect(all.map(\.messageID) == [nil, nil, message.id, nil])
        #expect(all.map(\.part) == [nil, nil, 1, nil])
        var pages: [[UInt8]] = []
        var cursor: String?
        repeat {
            let page = try await store.reports(matched: false, cursor: cursor, limit: 2)
            pages.append(page.items.map(\.report.reference))
            cursor = page.next
        } while cursor != nil
        #expect(pages == [[102, 101], [100]])
        #expect(try await store.reports(matched: true).items.map(\.isMatched) == [true])
        #expect(try await store.reports(modem: "sim7600-1").items.isEmpty)
        await #expect(throws: StoreError.self) { _ = try await store.reports(cursor: "n1") }
        try store.close()
    }

    @Test func failureOfOnePartStopsThoseStillQueued() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        try await store.finishNext(.sent(reference: 1))
        _ = try await store.receive(self.report(1, .failed))
        #expect(try await store.take() == nil)
        #expect(try await store.reloaded(message).parts.map(\.state) == [.failed, .cancelled])
        try store.close()
    }
}
