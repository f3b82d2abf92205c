// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import PosixMutex
import TestSupport
import Testing

/// By which modem, when, and to whom not.
@Suite(.timeLimit(.minutes(1)))
struct FlowTests {
    private static let peer = "+33639980001"

    /// Until the gateway knows of the modem what the modem said.
    private func wait(for modem: FakeModem, in gateway: Gateway) async throws {
        let probe = try await gateway.messaging.accept(
            OutgoingRequest(recipients: ["+33639980077"], text: "probe", modem: modem.id))
        try await gateway.next(try required(probe.first), is: .sent)
    }

    private func receive(_ text: String, by modem: FakeModem, second: Int = 0, in gateway: Gateway) async throws {
        modem.deliver(try PDUs.deliver(text, from: Self.peer, second: second))
        try await gateway.next { $0.direction == .incoming && $0.text == text }
    }

    @Test func answerGoesByTheSIMThatReceived() async throws {
        let (one, two) = (FakeModem("ec25-1"), FakeModem("sim7600-1"))
        let gateway = try Gateway(try TemporaryDirectory(), modems: [one, two])
        try await gateway.run {
            try await self.wait(for: one, in: gateway)
            try await self.receive("Hello?", by: two, in: gateway)
            let answer = try await gateway.send(to: Self.peer)
            #expect(answer.modem == "sim7600-1")
            #expect(answer.route == ["sim7600-1", "ec25-1"])
            try await gateway.next(answer, is: .sent)
        }
    }

    @Test func failoverAfterItsTime() async throws {
        let (one, two) = (FakeModem("ec25-1", isAvailable: false), FakeModem("sim7600-1"))
        let gateway = try Gateway(try TemporaryDirectory(), modems: [one, two]) {
            $0.routes = [RouteRule(modems: ["ec25-1", "sim7600-1"])]
        }
        let message = try await gateway.send(to: Self.peer)
        let pinned = try required(
            try await gateway.messaging.accept(
                OutgoingRequest(recipients: [Self.peer], text: "pinned", modem: "ec25-1")
            ).first)
        try await gateway.run {
            try await self.wait(for: two, in: gateway)
            #expect(two.submitted.count == 1)
            let reason = try await gateway.messaging.waitingReasons([gateway.reloaded(message)]).first
            #expect(reason??.code == "modem-not-ready")
            await gateway.pass(.seconds(121), sleepers: 2)
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.modem == "sim7600-1")
            #expect(try await gateway.reloaded(pinned).modem == "ec25-1")
            // The next ones do not wait for it.
            let next = try await gateway.send(to: "+33639980002")
            #expect(next.modem == "sim7600-1")
        }
    }

    @Test func modemThatIsNotConfiguredAnyMoreIsReplaced() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let before = try Gateway(directory, modems: [FakeModem("old"), FakeModem("new")], time: time) {
            $0.routes = [RouteRule(modems: ["old", "new"])]
        }
        let message = try await before.send(to: Self.peer)
        #expect(message.modem == "old")
        let pinned = try required(
            try await before.messaging.accept(
                OutgoingRequest(recipients: [Self.peer], text: "pinned", modem: "old")
            ).first)
        try before.store.close()
        let modem = FakeModem("new")
        let gateway = try Gateway(directory, modems: [modem], time: time)
        try await gateway.run {
            try await self.wait(for: modem, in: gateway)
            #expect(
                try await gateway.messaging.waitingReasons([message]).first??.code == "modem-not-configured")
            await gateway.pass(.seconds(121), sleepers: 2)
            #expect(try await gateway.next(message, is: .sent).modem == "new")
            await gateway.pass(.seconds(86_400))
            await gateway.pass(.seconds(86_400))
            await gateway.pass(.seconds(86_400))
            let expired = try await gateway.next(pinned, is: .expired)
            #expect(expired.error?.message.contains("not configured any more") == true)
        }
    }

    @Test func quietHoursLetNothingThroughUntilTheyAreOver() async throws {
        let modem = FakeModem()
        // 14:13:20 UTC at the start of the tests' time.
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) {
            $0.modemLimits["ec25-1"] = ModemLimits()
            $0.modemLimits["ec25-1"]?.quietHours = QuietHours(start: 14 * 60, end: 15 * 60, zone: .gmt)
        }
        try await gateway.run {
            let message = try await gateway.send()
            await gateway.clock.waitForSleepers(count: 2)
            let reason = try required(try await gateway.messaging.waitingReasons([message]).first ?? nil)
            #expect(reason.code == "quiet-hours")
            #expect(reason.until == Date(timeIntervalSince1970: 1_790_002_800))
            #expect(modem.submitted.isEmpty)
            await gateway.pass(.seconds(2_801), sleepers: 2)
            try await gateway.next(message, is: .sent)
        }
    }

    @Test func partsKeepTheirDistance() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) {
            $0.modemLimits["ec25-1"] = ModemLimits()
            $0.modemLimits["ec25-1"]?.partPause = .seconds(10)
        }
        try await gateway.run {
            let message = try await gateway.send(String(repeating: "a", count: 200))
            try await gateway.next { $0.parts.map(\.state) == [.sent, .queued] }
            await gateway.clock.waitForSleepers(count: 2)
            #expect(modem.submitted.count == 1)
            #expect(
                try await gateway.messaging.waitingReasons([gateway.reloaded(message)]).first??.code == "part-pause")
            await gateway.pass(.seconds(11), sleepers: 2)
            try await gateway.next(message, is: .sent)
        }
    }

    @Test func limitOfTheSIMIsShownAndKept() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) {
            $0.modemLimits["ec25-1"] = ModemLimits()
            $0.modemLimits["ec25-1"]?.sending.perHour = 1
        }
        try await gateway.run {
            let first = try await gateway.send()
            let second = try await gateway.send()
            try await gateway.next(first, is: .sent)
            await gateway.clock.waitForSleepers(count: 2)
            let reason = try required(try await gateway.messaging.waitingReasons([second]).first ?? nil)
            #expect(reason.code == "sim-limit")
            let situation = try required(try await gateway.messaging.sendingSituations().first)
            #expect(situation.used[.hour] == 1)
            #expect(situation.waiting == 1)
            #expect(situation.pause?.code == "sim-limit")
            await gateway.pass(.seconds(3_725), sleepers: 2)
            try await gateway.next(second, is: .sent)
        }
    }

    @Test func modemThatRefusesEverythingSpoilsNoMessage() async throws {
        let refuses = Mutex(true)
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if refuses.withLock({ $0 }) {
                throw SubmitError(outcome: .notSent, cmsError: 38, message: "network out of order")
            }
            return UInt8(truncatingIfNeeded: number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) {
            $0.retry.maximumTries = 2
            $0.retry.jitter = 0
        }
        try await gateway.run {
            var messages: [StoredMessage] = []
            for number in 1...6 { messages.append(try await gateway.send(to: "+3363998000\(number)")) }
            // Five refusals, and it rests; each look afterwards costs one.
            try await gateway.next { $0.peer == "+33639980005" && $0.retryAt != nil }
            for look in 0..<6 {
                await gateway.clock.waitForSleepers(count: 2)
                #expect(modem.submitted.count == 5 + look)
                #expect(
                    try await gateway.messaging.sendingSituations().first?.pause?.code == "modem-refuses")
                await gateway.pass(.seconds(901), sleepers: 2)
                try await gateway.next { $0.retryAt != nil }
            }
            for message in messages { #expect(try await gateway.reloaded(message).state == .queued) }
            refuses.withLock { $0 = false }
            await gateway.pass(.seconds(901), sleepers: 2)
            for message in messages where try await gateway.reloaded(message).state != .sent {
                try await gateway.next(message, is: .sent)
            }
        }
    }

    @Test func stopIsConfirmedOnceAndStartUndoesIt() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            try await self.receive("Stop.", by: modem, in: gateway)
            let answer = try await gateway.next { $0.direction == .outgoing && $0.state == .sent }
            #expect(answer.peer == Self.peer)
            #expect(answer.text?.contains("START") == true)
            #expect(modem.submitted.count == 1)
            let error = await #expect(throws: MessagingError.self) {
                _ = try await gateway.messaging.route(to: Self.peer)
            }
            #expect(error?.code == .optedOut)
            try await self.receive("START", by: modem, second: 2, in: gateway)
            #expect(try await gateway.messaging.route(to: Self.peer).modem == "ec25-1")
            #expect(modem.submitted.count == 1)
        }
    }

    @Test func otherSIMMustBeNamedToReachWhoOptedOut() async throws {
        let (one, two) = (FakeModem("ec25-1"), FakeModem("sim7600-1"))
        let gateway = try Gateway(try TemporaryDirectory(), modems: [one, two]) { $0.optOut.confirms = false }
        try await gateway.run {
            try await self.receive("STOP", by: one, in: gateway)
            let outcomes = try await gateway.messaging.routes(to: [Self.peer, "+33639980009"])
            #expect(outcomes.first == .optedOut(.optedOut))
            guard case .decided = outcomes.last else {
                Issue.record("somebody else is refused")
                return
            }
            #expect(try await gateway.messaging.route(to: Self.peer, modem: "sim7600-1").modem == "sim7600-1")
            await #expect(throws: MessagingError.self) {
                _ = try await gateway.messaging.route(to: Self.peer, modem: "ec25-1")
            }
        }
    }

    @Test func wordsAreOffWhenSwitchedOff() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) { $0.optOut.isEnabled = false }
        try await gateway.run {
            try await self.receive("STOP", by: modem, in: gateway)
            #expect(try await gateway.messaging.route(to: Self.peer).modem == "ec25-1")
        }
    }

    @Test func everyConfirmationFitsInOnePart() async throws {
        for language in OptOutWords.languages {
            let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()])
            let entry = try #require(OptOutWords.confirmationText(language: language))
            let message = try await gateway.send(entry)
            #expect(message.parts.count == 1)
            #expect(message.encoding == "gsm7", "\(language)")
            try gateway.store.close()
        }
    }
}
