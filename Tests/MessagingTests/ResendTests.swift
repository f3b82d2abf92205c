// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import SMSPDU
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResendTests {
    private static let barred = SubmitError(outcome: .notSent, cmsError: 10, message: "call barred")
    private static let lost = SubmitError(outcome: .unknown, message: "no answer")

    private func refusal(_ gateway: Gateway, _ id: String, confirmed: Bool = false) async -> MessagingError? {
        do {
            _ = try await gateway.messaging.resend(id: id, confirmed: confirmed)
            return nil
        } catch {
            return error
        }
    }

    private func references(_ message: StoredMessage) throws -> Set<UInt16> {
        Set(try message.parts.compactMap { try PDUs.submit($0.pdu).userData.concatenation?.reference })
    }

    @Test(arguments: [(barred, MessageState.failed), (lost, .uncertain)])
    func failedMessageGoesAgainUnderItsID(error: SubmitError, state: MessageState) async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 1 { throw error }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send()
            try await gateway.next(message, is: state)
            gateway.time.advance(3_600)
            let resent = try await gateway.messaging.resend(id: message.id)
            #expect(resent.parts == [1])
            #expect(resent.message.id == message.id)
            #expect(resent.message.state == .queued)
            #expect(resent.message.resends == 1)
            #expect(resent.message.error == nil)
            #expect(resent.message.parts[0].attempts == 0)
            let expiresAt = try #require(resent.message.expiresAt)
            #expect(abs(expiresAt.timeIntervalSince(gateway.time.now) - 3 * 86_400) < 1)
            // The journal tells it.
            try await gateway.next { $0.id == message.id && $0.resends == 1 && $0.state == .queued }
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.resends == 1)
            #expect(modem.submitted == [message.parts[0].pdu, message.parts[0].pdu])
        }
    }

    @Test func onlyWhatIsMissingGoesAgain() async throws {
        let modem = FakeModem { (_, number) throws(SubmitError) in
            if number == 2 { throw Self.barred }
            return UInt8(number)
        }
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send(String(repeating: "a", count: 400))
            let failed = try await gateway.next(message, is: .failed)
            #expect(failed.parts.map(\.state) == [.sent, .failed, .cancelled])
            let resent = try await gateway.messaging.resend(id: message.id)
            #expect(resent.parts == [2, 3])
            #expect(resent.message.state == .sending)
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.parts.map(\.pdu) == message.parts.map(\.pdu))
            #expect(modem.submitted == [0, 1, 1, 2].map { message.parts[$0].pdu })
        }
    }

    @Test func whatWasSentGoesAgainOnlyWhenConfirmed() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send(String(repeating: "a", count: 200))
            try await gateway.next(message, is: .sent)
            #expect(await self.refusal(gateway, message.id)?.code == .needsConfirmation)
            #expect(modem.submitted.count == 2)
            let resent = try await gateway.messaging.resend(id: message.id, confirmed: true)
            #expect(resent.parts == [1, 2])
            #expect(try self.references(resent.message).isDisjoint(with: try self.references(message)))
            let sent = try await gateway.next { $0.state == .sent && $0.resends == 1 }
            #expect(sent.parts.map(\.reference) == [3, 4])
            let parts = try sent.parts.map { try PDUs.submit($0.pdu).userData }
            #expect(UserData.joined(parts).text == message.text)
            #expect(try self.references(sent).count == 1)
        }
    }

    @Test func whatIsOnItsWayIsLeftAlone() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem(isAvailable: false)])
        let queued = try await gateway.send()
        #expect(await self.refusal(gateway, queued.id, confirmed: true)?.code == .notResendable)
        _ = try await gateway.messaging.cancel(id: queued.id)
        #expect(try await gateway.messaging.resend(id: queued.id).message.state == .queued)
        #expect(await self.refusal(gateway, queued.id)?.code == .notResendable)
        #expect(await self.refusal(gateway, "unknown")?.code == .notFound)
        try gateway.store.close()
    }

    @Test func receivedMessageIsNotSent() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            modem.deliver(try PDUs.deliver("Hello"))
            let message = try await gateway.next { $0.state == .received }
            #expect(await self.refusal(gateway, message.id, confirmed: true)?.code == .notResendable)
        }
    }

    @Test func requestedValidityCountsAgain() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem(isAvailable: false)])
        var request = OutgoingRequest(recipients: ["+33639980001"], text: "Code 4711")
        request.validity = .seconds(600)
        let message = try #require(try await gateway.messaging.accept(request).first)
        _ = try await gateway.messaging.cancel(id: message.id)
        gateway.time.advance(3_600)
        let resent = try await gateway.messaging.resend(id: message.id).message
        #expect(abs(try #require(resent.expiresAt).timeIntervalSince(gateway.time.now) - 600) < 1)
        try gateway.store.close()
    }

    @Test func messageOfAModemThatIsGoneGoesByAnother() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let first = try Gateway(directory, modems: [FakeModem("old-1", isAvailable: false)], time: time)
        let message = try await first.send()
        _ = try await first.messaging.cancel(id: message.id)
        try first.store.close()
        let modem = FakeModem()
        let again = try Gateway(directory, modems: [modem], time: time)
        try await again.run {
            let resent = try await again.messaging.resend(id: message.id).message
            #expect(resent.modem == "ec25-1")
            try await again.next(message, is: .sent)
            #expect(modem.submitted.count == 1)
        }
    }

    @Test func restOfAMessageDoesNotGoByAnotherModem() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let modem = FakeModem("old-1") { (_, number) throws(SubmitError) in
            if number == 2 { throw Self.barred }
            return UInt8(number)
        }
        let first = try Gateway(directory, modems: [modem], time: time)
        var accepted: StoredMessage?
        try await first.run {
            let message = try await first.send(String(repeating: "a", count: 200))
            try await first.next(message, is: .failed)
            accepted = message
        }
        let message = try required(accepted)
        let again = try Gateway(directory, modems: [FakeModem()], time: time)
        #expect(await self.refusal(again, message.id)?.code == .notResendable)
        #expect(try await again.messaging.resend(id: message.id, confirmed: true).message.modem == "ec25-1")
        try again.store.close()
    }

    /// The old reference means nothing any more: its report must not settle the part that goes again.
    @Test func lateReportOfTheFirstAttemptIsNotTakenForTheSecond() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            let message = try await gateway.send()
            try await gateway.next(message, is: .sent)
            _ = try await gateway.messaging.resend(id: message.id, confirmed: true)
            try await gateway.next { $0.state == .sent && $0.resends == 1 }
            modem.deliver(try PDUs.report(1, to: message.peer), kind: .statusReport)
            var releases = modem.releases.makeAsyncIterator()
            _ = await releases.next()
            #expect(try await gateway.reloaded(message).state == .sent)
            #expect(try await gateway.store.reports(matched: false).items.map(\.report.reference) == [1])
        }
    }
}
