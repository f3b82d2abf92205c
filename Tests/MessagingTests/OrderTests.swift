// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import SMSPDU
import Testing

/// When, how urgently, as what and under which name a message goes out.
@Suite(.timeLimit(.minutes(1)))
struct OrderTests {
    private func withGateway(
        modems: [FakeModem] = [FakeModem()], configure: (inout MessagingConfiguration) -> Void = { _ in },
        _ body: (Gateway) async throws -> Void
    ) async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: modems, configure: configure)
        try await body(gateway)
        try gateway.store.close()
    }

    private var request: OutgoingRequest { OutgoingRequest(recipients: ["+33639980001"], text: "Hello") }

    @Test func whatHasNoValidityExpiresAfterTheConfiguredTime() async throws {
        try await self.withGateway(configure: { $0.defaultValidity = .seconds(7_200) }) { gateway in
            let message = try await gateway.send()
            let expiresAt = try #require(message.expiresAt)
            #expect(abs(expiresAt.timeIntervalSince(message.createdAt) - 7_200) < 1)
        }
    }

    @Test func threeDaysUnlessConfigured() async throws {
        try await self.withGateway { gateway in
            let message = try await gateway.send()
            let expiresAt = try #require(message.expiresAt)
            #expect(abs(expiresAt.timeIntervalSince(message.createdAt) - 3 * 86_400) < 1)
        }
    }

    @Test func nothingWaitsForEver() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem(isAvailable: false)])
        try await gateway.run {
            let message = try await gateway.send()
            // Looks once a day at least.
            for _ in 1...3 { await gateway.pass(.seconds(86_401)) }
            #expect(try await gateway.next(message, is: .expired).parts.map(\.state) == [.expired])
        }
    }

    @Test func scheduledMessageWaitsForItsTime() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            var request = self.request
            request.sendAt = gateway.time.now.addingTimeInterval(3_600)
            let message = try #require(try await gateway.messaging.accept(request).first)
            #expect(message.state == .queued)
            #expect(message.retryAt == message.sendAt)
            #expect(message.sendAt == request.sendAt?.rounded)
            let validity = try #require(message.expiresAt).timeIntervalSince(try #require(message.sendAt))
            #expect(abs(validity - 3 * 86_400) < 1)
            let other = try await gateway.send()
            try await gateway.next(other, is: .sent)
            #expect(modem.submitted == [other.parts[0].pdu])
            await gateway.pass(.seconds(3_601), sleepers: 2)
            let sent = try await gateway.next(message, is: .sent)
            #expect(sent.sendAt == message.sendAt)
            #expect(modem.submitted.count == 2)
        }
    }

    @Test func restartDoesNotSendAScheduledMessageEarly() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let first = try Gateway(directory, modems: [FakeModem()], time: time)
        var request = self.request
        request.sendAt = time.now.addingTimeInterval(86_400)
        let scheduled = try #require(try await first.messaging.accept(request).first)
        try first.store.close()
        let modem = FakeModem()
        let again = try Gateway(directory, modems: [modem], time: time)
        try await again.run {
            let other = try await again.send()
            try await again.next(other, is: .sent)
            #expect(try await again.reloaded(scheduled) == scheduled)
            #expect(modem.submitted == [other.parts[0].pdu])
        }
    }

    @Test func timeThatHasPassedMeansAtOnce() async throws {
        try await self.withGateway { gateway in
            var request = self.request
            request.sendAt = Date(timeIntervalSince1970: 0)
            let message = try #require(try await gateway.messaging.accept(request).first)
            #expect(message.sendAt == nil)
            #expect(message.retryAt == nil)
        }
    }

    @Test func scheduledMessageIsCancelled() async throws {
        try await self.withGateway { gateway in
            var request = self.request
            request.sendAt = gateway.time.now.addingTimeInterval(3_600)
            let message = try #require(try await gateway.messaging.accept(request).first)
            let cancelled = try await gateway.messaging.cancel(id: message.id)
            #expect(cancelled.state == .cancelled)
            #expect(cancelled.retryAt == nil)
        }
    }

    @Test(arguments: 1...7) func replaceTypeIsTheProtocolIdentifier(type: Int) async throws {
        try await self.withGateway { gateway in
            var request = self.request
            request.replaceType = type
            let message = try #require(try await gateway.messaging.accept(request).first)
            #expect(message.replaceType == type)
            let submit = try PDUs.submit(message.parts[0].pdu)
            #expect(submit.protocolIdentifier.rawValue == 0x40 + UInt8(type))
            #expect(try await gateway.reloaded(message) == message)
        }
    }

    @Test func orderIsStored() async throws {
        try await self.withGateway(modems: [FakeModem(), FakeModem("sim7600-1")]) { gateway in
            var request = OutgoingRequest(recipients: ["+33639980001"], data: [1, 2])
            request.priority = 9
            request.reference = "order 4711 – é"
            request.ports = ApplicationPorts(destination: 2_948, source: 9_200)
            request.route = .modems(["sim7600-1", "ec25-1"])
            let message = try #require(try await gateway.messaging.accept(request).first)
            #expect(message.priority == 9)
            #expect(message.reference == request.reference)
            #expect(message.ports == MessagePorts(destination: 2_948, source: 9_200))
            #expect(message.route == ["sim7600-1", "ec25-1"])
            #expect(message.modem == "sim7600-1")
            #expect(try await gateway.reloaded(message) == message)
        }
    }

    @Test func referenceIsTakenOnceForEachToken() async throws {
        try await self.withGateway { gateway in
            var request = self.request
            request.reference = "order-1"
            request.token = "shop"
            let message = try #require(try await gateway.messaging.accept(request).first)
            let refusal = await #expect(throws: MessagingError.self) { _ = try await gateway.messaging.accept(request) }
            #expect(refusal?.code == .referenceTaken)
            #expect(refusal?.messageID == message.id)
            #expect(refusal?.message.contains(message.id) == true)
            for token in ["office", nil] {
                request.token = token
                _ = try await gateway.messaging.accept(request)
            }
            #expect(
                await #expect(throws: MessagingError.self) { _ = try await gateway.messaging.accept(request) } != nil)
            #expect(try await gateway.store.messages().items.count == 3)
        }
    }

    struct Costs: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var parts: Int
        var perPart: Int
        var used: Int
        var left: Int
    }

    static let costs = [
        Costs(testDescription: "one part", text: "Hello", parts: 1, perPart: 160, used: 5, left: 155),
        Costs(
            testDescription: "full", text: .init(repeating: "a", count: 160), parts: 1, perPart: 160, used: 160, left: 0
        ),
        Costs(
            testDescription: "two", text: .init(repeating: "a", count: 161), parts: 2, perPart: 153, used: 161,
            left: 145),
        Costs(testDescription: "euro takes two", text: "€", parts: 1, perPart: 160, used: 2, left: 158),
        Costs(testDescription: "emoji", text: "👍", parts: 1, perPart: 70, used: 2, left: 68),
        Costs(
            testDescription: "71 of UCS2", text: .init(repeating: "ж", count: 71), parts: 2, perPart: 67, used: 71,
            left: 63),
    ]

    @Test(arguments: costs) func costIsKnown(row: Costs) async throws {
        try await self.withGateway { gateway in
            let request = OutgoingRequest(recipients: ["+33639980001", "+33639980002"], text: row.text)
            let cost = try await gateway.messaging.accepting(request).cost
            #expect(cost.parts == row.parts)
            #expect(cost.totalParts == 2 * row.parts)
            #expect(cost.unitsPerPart == row.perPart)
            #expect(cost.unitsUsed == row.used)
            #expect(cost.unitsLeft == row.left)
        }
    }

    @Test func partsOfOneMessageHaveTheirReference() async throws {
        try await self.withGateway(configure: { $0.nationalLanguages = [.turkish] }) { gateway in
            for text in [
                String(repeating: "a", count: 400), .init(repeating: "ğış", count: 80),
                .init(repeating: "👍", count: 80),
            ] {
                let message = try await gateway.send(text)
                let parts = try message.parts.map { try PDUs.submit($0.pdu).userData }
                #expect(parts.count > 1)
                #expect(Set(parts.compactMap { $0.concatenation?.reference }).count == 1)
                #expect(parts.compactMap { $0.concatenation?.sequence } == (1...UInt8(parts.count)).map { $0 })
                #expect(UserData.joined(parts).text == text)
            }
        }
    }
}

extension Date {
    /// As the store keeps it, in microseconds.
    fileprivate var rounded: Date {
        Date(timeIntervalSince1970: (self.timeIntervalSince1970 * 1_000_000).rounded() / 1_000_000)
    }
}
