// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import PosixMutex
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReceivingTests {
    private func released(_ modem: FakeModem) async throws -> IncomingPDU {
        for await incoming in modem.releases { return incoming }
        throw Missing()
    }

    @Test func messageIsStoredBeforeItIsReleased() async throws {
        let counts = Mutex<[Int]>([])
        let reader = Mutex<GatewayStore?>(nil)
        let modem = FakeModem(beforeRelease: { _ in
            let store = reader.withLock { $0 }
            let count = try? await store?.messages().items.count
            counts.withLock { $0.append(count ?? -1) }
        })
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        reader.withLock { $0 = gateway.store }
        try await gateway.run {
            let pdu = try PDUs.deliver("Bonjour à tous")
            modem.deliver(pdu, index: 3)
            let message = try await gateway.next { $0.direction == .incoming }
            #expect(message.text == "Bonjour à tous")
            #expect(message.peer == "+33639980002")
            #expect(message.own == "+33639980099")
            #expect(message.modem == "ec25-1")
            #expect(message.encoding == "gsm7")
            #expect(message.state == .received)
            #expect(!message.incomplete)
            #expect(message.parts.map(\.pdu) == [pdu])
            #expect(message.parts[0].timestamp == "2026-11-21T13:50:00+01:00")
            #expect(try await self.released(modem).place == .stored(memory: "ME", index: 3))
            #expect(counts.withLock { $0 } == [1])
        }
    }

    @Test func samePDUAgainIsReleasedAndNotDoubled() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let pdu = try PDUs.deliver("Hello")
            for _ in 0..<3 {
                modem.deliver(pdu)
                _ = try await self.released(modem)
            }
            #expect(try await gateway.store.messages().items.count == 1)
            #expect(await gateway.messaging.health().counters.repeated == 2)
        }
    }

    @Test func sameTextAtAnotherTimeIsAnotherMessage() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            for second in 0..<2 {
                modem.deliver(try PDUs.deliver("Hello", second: second))
                _ = try await self.released(modem)
            }
            #expect(try await gateway.store.messages().items.count == 2)
        }
    }

    @Test func refusedReleaseDoublesNothingOnTheSweep() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let pdus = [try PDUs.deliver("Hello"), try PDUs.part(1, of: 2, "first ")]
        let modem = FakeModem()
        modem.refuseReleases(true)
        let gateway = try Gateway(directory, modems: [modem], time: time)
        try await gateway.run {
            for pdu in pdus {
                modem.deliver(pdu)
                _ = try await self.released(modem)
            }
        }
        let swept = FakeModem()
        let again = try Gateway(directory, modems: [swept], time: time)
        try await again.run {
            for pdu in pdus + [try PDUs.part(2, of: 2, "second")] {
                swept.deliver(pdu)
                _ = try await self.released(swept)
            }
            #expect(try await again.store.messages().items.map(\.text) == ["first second", "Hello"])
        }
    }

    @Test(arguments: [
        // TP-MTI 3, user data shorter than TP-UDL, padding only, nothing, no hexadecimal, compressed (TP-DCS 20).
        "0003", "00040B913336998900F2000062111231050040AA", "FFFFFFFFFFFFFFFF", "", "no PDU at all",
        "00040B913336998900F20020621112310500400141",
    ])
    func undecodablePDUIsShownRawAndReleased(pdu: String) async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            modem.deliver(pdu)
            #expect(try await self.released(modem).pdu == pdu)
            let messages = try await gateway.store.messages().items
            #expect(messages.map(\.error?.code) == ["undecodable"])
            #expect(messages.first?.incomplete == true)
            #expect(messages.first?.parts.map(\.pdu) == [pdu])
            #expect(messages.first?.text == nil)
            modem.deliver(pdu)
            _ = try await self.released(modem)
            #expect(try await gateway.store.messages().items.count == 1)
        }
    }

    @Test(arguments: [[1, 2, 3], [3, 2, 1], [2, 1, 2, 3], [1, 3, 3, 1, 2]] as [[UInt8]])
    func partsInAnyOrderMakeOneMessage(order: [UInt8]) async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            for sequence in order {
                modem.deliver(try PDUs.part(sequence, of: 3, "<\(sequence)>"))
                _ = try await self.released(modem)
            }
            let messages = try await gateway.store.messages().items
            #expect(messages.map(\.text) == ["<1><2><3>"])
            #expect(messages.first?.parts.map(\.number) == [1, 2, 3])
            #expect(
                messages.first?.parts.map(\.timestamp) == (1...3).map { "2026-11-21T13:50:0\($0)+01:00" })
        }
    }

    @Test func twoSendersWithOneReferenceAreKeptApart() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            for sequence in UInt8(1)...2 {
                for sender in ["+33639980002", "+33639980003"] {
                    modem.deliver(try PDUs.part(sequence, of: 2, "\(sender.suffix(1))-\(sequence) ", from: sender))
                    _ = try await self.released(modem)
                }
            }
            #expect(try await gateway.store.messages().items.map(\.text) == ["3-1 3-2 ", "2-1 2-2 "])
        }
    }

    @Test func partsSurviveARestart() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let modem = FakeModem()
        let gateway = try Gateway(directory, modems: [modem], time: time)
        try await gateway.run {
            modem.deliver(try PDUs.part(2, of: 2, "second"))
            _ = try await self.released(modem)
            #expect(try await gateway.store.messages().items.isEmpty)
        }
        let later = FakeModem()
        let again = try Gateway(directory, modems: [later], time: time)
        try await again.run {
            later.deliver(try PDUs.part(1, of: 2, "first "))
            _ = try await self.released(later)
            #expect(try await again.store.messages().items.map(\.text) == ["first second"])
        }
    }

    @Test func missingPartEndsAfterTheTimeLimit() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) { $0.assemblyTimeout = .seconds(600) }
        try await gateway.run {
            modem.deliver(try PDUs.part(1, of: 3, "start"))
            _ = try await self.released(modem)
            await gateway.pass(.seconds(601))
            let message = try await gateway.next { $0.direction == .incoming }
            #expect(message.incomplete)
            #expect(message.error?.code == "incomplete")
            #expect(message.text?.hasPrefix("start") == true)
            #expect(message.parts.map(\.number) == [1])
            #expect(try await gateway.store.waitingReceptions(modem: "ec25-1").isEmpty)
        }
    }

    @Test func timeLimitRunsOverARestart() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let modem = FakeModem()
        let gateway = try Gateway(directory, modems: [modem], time: time)
        try await gateway.run {
            modem.deliver(try PDUs.part(1, of: 2, "start"))
            _ = try await self.released(modem)
        }
        time.advance(86_500)
        let again = try Gateway(directory, modems: [FakeModem()], time: time)
        try await again.run {
            let message = try await again.next { $0.direction == .incoming }
            #expect(message.incomplete)
        }
    }

    @Test func statusReportIsMatchedAndReleased() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send(to: "0639980001")
            try await gateway.next(message, is: .sent)
            let report = try PDUs.report(1, to: "+33639980001")
            for _ in 0..<2 {
                modem.deliver(report, kind: .statusReport)
                _ = try await self.released(modem)
            }
            #expect(try await gateway.reloaded(message).state == .delivered)
            modem.deliver(try PDUs.report(200, to: "+33639980001"), kind: .statusReport)
            _ = try await self.released(modem)
            #expect(await gateway.store.health().unmatchedReports == 1)
        }
    }

    @Test func reportBeforeTheAnswerOfTheModem() async throws {
        let answer = AsyncStream<Void>.makeStream()
        let modem = FakeModem { (_, _) throws(SubmitError) in
            for await _ in answer.stream { break }
            return 5
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send()
            try await gateway.next(message, is: .sending)
            modem.deliver(try PDUs.report(5, to: "+33639980001"), kind: .statusReport)
            _ = try await self.released(modem)
            answer.continuation.yield()
            try await gateway.next(message, is: .delivered)
        }
    }

    @Test func emptyBodyAndNoServiceCentreAreShown() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            modem.deliver(try PDUs.deliver(""))
            _ = try await self.released(modem)
            let message = try #require(try await gateway.store.messages().items.first)
            #expect(message.text?.isEmpty == true)
            #expect(message.error == nil)
        }
    }
}
