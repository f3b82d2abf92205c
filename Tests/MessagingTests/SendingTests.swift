// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import PosixMutex
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SendingTests {
    private static let outOfOrder = SubmitError(outcome: .notSent, cmsError: 38, message: "network out of order")
    private static let unassigned = SubmitError(outcome: .notSent, cmsError: 1, message: "unassigned number")

    @Test func acceptedMessageIsSent() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send()
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.parts[0].reference == 1)
            #expect(modem.submitted == [message.parts[0].pdu])
        }
    }

    @Test func messageAcceptedBeforeTheStartIsSent() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()])
        let message = try await gateway.send()
        try await gateway.run { try await gateway.next(message, is: .sent) }
    }

    @Test func sendingIsStoredBeforeTheModemHasIt() async throws {
        let seen = Mutex<[MessageState]>([])
        let reader = Mutex<GatewayStore?>(nil)
        let modem = FakeModem { (_, number) throws(SubmitError) in
            do {
                let messages = try await reader.withLock { $0 }?.messages().items ?? []
                seen.withLock { $0 += messages.map(\.state) }
            } catch {
                Issue.record("the store cannot be read: \(error)")
            }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        reader.withLock { $0 = gateway.store }
        try await gateway.run {
            let message = try await gateway.send()
            try await gateway.next(message, is: .sent)
            #expect(seen.withLock { $0 } == [.sending])
        }
    }

    @Test func lengthIsThatOfTheTPDU() async throws {
        let lengths = Mutex<[Int]>([])
        let directory = try TemporaryDirectory()
        let modem = LengthModem { length in lengths.withLock { $0.append(length) } }
        let gateway = try Gateway(directory, modems: []) { $0.serviceCentre = "+33639980000" }
        gateway.messaging.addModem(modem)
        try await gateway.run {
            let message = try await gateway.send("Hello")
            try await gateway.next(message, is: .sent)
            // Service centre: length octet, type, six octets of digits.
            #expect(lengths.withLock { $0 } == [message.parts[0].pdu.utf8.count / 2 - 8])
        }
    }

    @Test func temporaryErrorIsRetriedAfterItsDelay() async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 1 { throw Self.outOfOrder }
            return 42
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) { $0.retry.jitter = 0 }
        try await gateway.run {
            let message = try await gateway.send()
            let waiting = try await gateway.next { $0.retryAt != nil }
            #expect(waiting.state == .queued)
            #expect(waiting.error?.code == "cms-38")
            #expect(modem.submitted.count == 1)
            await gateway.pass(.seconds(31), sleepers: 2)
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.error == nil)
            #expect(sent.parts[0].attempts == 2)
            #expect(sent.parts[0].reference == 42)
        }
    }

    @Test func triesAreLimited() async throws {
        let modem = FakeModem { (_, _) throws(SubmitError) in throw Self.outOfOrder }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem]) { $0.retry.maximumTries = 3 }
        try await gateway.run {
            let message = try await gateway.send()
            for attempt in 1...2 {
                try await gateway.next { $0.retryAt != nil && $0.parts[0].attempts == attempt }
                await gateway.pass(.seconds(2_000), sleepers: 2)
            }
            let failed = try await gateway.next(message, is: .failed)
            #expect(failed.error?.code == "cms-38")
            #expect(modem.submitted.count == 3)
        }
    }

    @Test func badNumberBlocksNobody() async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 1 { throw Self.unassigned }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        let bad = try await gateway.send(to: "+33639980001")
        let good = try await gateway.send(to: "+33639980002")
        try await gateway.run {
            let failed = try await gateway.next(bad, is: .failed)
            #expect(failed.error == StoredError(code: "cms-1", message: "unassigned number"))
            try await gateway.next(good, is: .sent)
            #expect(modem.submitted.count == 2)
        }
    }

    @Test(arguments: [
        SubmitError(outcome: .unknown, message: "no answer"),
        SubmitError(outcome: .notSent, cmsError: 500, message: "unknown error"),
    ])
    func doubtfulPartIsNotSentAgain(error: SubmitError) async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 1 { throw error }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let doubtful = try await gateway.send()
            try await gateway.next(doubtful, is: .uncertain)
            let other = try await gateway.send()
            try await gateway.next(other, is: .sent)
            #expect(modem.submitted == [doubtful.parts[0].pdu, other.parts[0].pdu])
            #expect(await gateway.messaging.health().queue.uncertain == 1)
        }
    }

    @Test func failedPartStopsTheRest() async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 2 { throw Self.unassigned }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send(String(repeating: "a", count: 400))
            let failed = try await gateway.next(message, is: .failed)
            #expect(failed.parts.map(\.state) == [.sent, .failed, .cancelled])
            let other = try await gateway.send()
            try await gateway.next(other, is: .sent)
            #expect(modem.submitted.count == 3)
        }
    }

    @Test func absentModemKeepsItsQueue() async throws {
        let modem = FakeModem(isAvailable: false)
        let other = FakeModem("sim7600-1")
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem, other])
        try await gateway.run {
            var request = OutgoingRequest(recipients: ["+33639980001"], text: "Hello", modem: "ec25-1")
            let waiting = try #require(try await gateway.messaging.accept(request).first)
            request.modem = "sim7600-1"
            let quick = try #require(try await gateway.messaging.accept(request).first)
            try await gateway.next(quick, is: .sent)
            #expect(try await gateway.reloaded(waiting).state == .queued)
            #expect(modem.submitted.isEmpty)
            modem.becomes(available: true)
            try await gateway.next(waiting, is: .sent)
        }
    }

    @Test func validityEndsTheWaitForAModem() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem(isAvailable: false)])
        try await gateway.run {
            var request = OutgoingRequest(recipients: ["+33639980001"], text: "Hello")
            request.validity = .seconds(60)
            let message = try #require(try await gateway.messaging.accept(request).first)
            await gateway.pass(.seconds(61))
            try await gateway.next(message, is: .expired)
        }
    }

    @Test func cancelledMessageIsNotSent() async throws {
        let modem = FakeModem(isAvailable: false)
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send()
            #expect(try await gateway.messaging.cancel(id: message.id).state == .cancelled)
            let other = try await gateway.send()
            modem.becomes(available: true)
            try await gateway.next(other, is: .sent)
            #expect(modem.submitted == [other.parts[0].pdu])
            await #expect(throws: MessagingError.self) { try await gateway.messaging.cancel(id: message.id) }
            await #expect(throws: MessagingError.self) { try await gateway.messaging.cancel(id: "unknown") }
        }
    }

    @Test func outcomeOfThePartUnderWayIsStoredAtTheEnd() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let started = AsyncStream<Void>.makeStream()
        let modem = FakeModem { (_, _) throws(SubmitError) in
            started.continuation.yield()
            // Ends by cancellation: the modem answers after the daemon was told to stop.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return 77
        }
        let gateway = try Gateway(directory, modems: [modem], time: time)
        let message = try await gateway.send()
        try await gateway.run {
            for await _ in started.stream { break }
        }
        let again = try Gateway(directory, modems: [FakeModem()], time: time)
        try await again.run {
            let stored = try await again.reloaded(message)
            #expect(stored.state == .sent)
            #expect(stored.parts[0].reference == 77)
        }
    }

    @Test func afterACrashNothingIsSentTwice() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let gateway = try Gateway(directory, modems: [FakeModem()], time: time)
        let interrupted = try await gateway.send()
        let waiting = try await gateway.send()
        // What a crash between submission and answer leaves in the store.
        _ = try await gateway.store.advance(modem: "ec25-1", finished: nil, takeNext: true)
        try gateway.store.close()
        let modem = FakeModem()
        let again = try Gateway(directory, modems: [modem], time: time)
        try await again.run {
            try await again.next(waiting, is: .sent)
            #expect(try await again.reloaded(interrupted).state == .uncertain)
            #expect(modem.submitted == [waiting.parts[0].pdu])
        }
    }

    @Test func removedModemSendsNoMore() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem, FakeModem("sim7600-1")])
        try await gateway.run {
            gateway.messaging.removeModem(id: "ec25-1")
            let message = try await gateway.send()
            #expect(try await gateway.next(message, is: .sent).modem == "sim7600-1")
            #expect(modem.submitted.isEmpty)
        }
    }

    @Test func manyMessagesGoInOrder() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            var accepted: [StoredMessage] = []
            for index in 0..<50 { accepted.append(try await gateway.send("Message \(index)")) }
            try await gateway.next(try required(accepted.last), is: .sent)
            #expect(modem.submitted == accepted.map { $0.parts[0].pdu })
        }
    }
}

/// Tells the length it is given.
private struct LengthModem: ShortMessageModem {
    let id = "ec25-1"
    let incoming = AsyncStream<IncomingPDU>.makeStream().stream
    let availability: AsyncStream<Bool>
    let presence: AsyncStream<Bool>.Continuation
    let tell: @Sendable (Int) -> Void

    init(_ tell: @escaping @Sendable (Int) -> Void) {
        self.tell = tell
        (self.availability, self.presence) = AsyncStream.makeStream()
        self.presence.yield(true)
    }

    func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8 {
        self.tell(length)
        return 1
    }

    func release(_ incoming: IncomingPDU) async throws {}
}
