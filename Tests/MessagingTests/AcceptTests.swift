// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import SMSPDU
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AcceptTests {
    private func withGateway(
        modems: [FakeModem] = [FakeModem()], configure: (inout MessagingConfiguration) -> Void = { _ in },
        _ body: (Gateway) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let gateway = try Gateway(directory, modems: modems, configure: configure)
        try await body(gateway)
        try gateway.store.close()
    }

    private func refusal(_ gateway: Gateway, _ request: OutgoingRequest) async -> MessagingError? {
        do {
            _ = try await gateway.messaging.accept(request)
            return nil
        } catch {
            return error
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: MessagingError.Code
        var request: OutgoingRequest

        init(_ name: String, _ code: MessagingError.Code, _ change: (inout OutgoingRequest) -> Void) {
            self.testDescription = name
            self.code = code
            self.request = OutgoingRequest(recipients: ["+33639980001"], text: "Hello")
            change(&self.request)
        }
    }

    static let refused = [
        Refused("nobody", .noRecipient) { $0.recipients = [] },
        Refused("too many", .tooManyRecipients) { $0.recipients = .init(repeating: "+33639980001", count: 1_001) },
        Refused("empty text", .emptyText) { $0.text = "" },
        Refused("neither text nor data", .emptyText) { $0.text = nil },
        Refused("empty data", .emptyText) {
            $0.text = nil
            $0.data = []
        },
        Refused("text and data", .invalidOption) { $0.data = [1] },
        Refused("10,241 characters", .tooLong) { $0.text = .init(repeating: "a", count: 10_241) },
        Refused("20 kB", .tooLong) { $0.text = .init(repeating: "x", count: 20_000) },
        Refused("one character of a megabyte", .tooLong) {
            $0.text = "e" + .init(repeating: "\u{301}", count: 500_000)
        },
        Refused("256 parts of data", .tooLong) {
            $0.text = nil
            $0.data = .init(repeating: 0, count: 140 * 256)
        },
        Refused("message class 4", .invalidOption) { $0.messageClass = 4 },
        Refused("no validity", .invalidOption) { $0.validity = .zero },
        Refused("ports with a text", .invalidOption) { $0.ports = ApplicationPorts(destination: 1, source: 2) },
        Refused("unknown modem", .unknownModem) { $0.modem = "ec25-9" },
        Refused("unknown SIM", .unknownSIM) { $0.sim = "8933150319070000099" },
        Refused("unknown route", .unknownRouteName) { $0.route = .named("cheap") },
        Refused("unknown modem of a route", .unknownModem) { $0.route = .modems(["ec25-1", "ec25-9"]) },
        Refused("modem and route", .invalidOption) {
            $0.modem = "ec25-1"
            $0.route = .modems(["ec25-1"])
        },
        Refused("priority 10", .invalidOption) { $0.priority = 10 },
        Refused("replace type 0", .invalidOption) { $0.replaceType = 0 },
        Refused("replacing in two parts", .invalidOption) {
            $0.replaceType = 1
            $0.text = .init(repeating: "a", count: 161)
        },
        Refused("more than a year ahead", .invalidOption) {
            $0.sendAt = WallTime.start.addingTimeInterval(367 * 86_400)
        },
        Refused("empty reference", .invalidOption) { $0.reference = "" },
        Refused("reference of 129 characters", .invalidOption) { $0.reference = .init(repeating: "a", count: 129) },
        Refused("line break in a reference", .invalidOption) { $0.reference = "a\r\nb" },
        Refused("one reference for two", .invalidOption) {
            $0.reference = "order-1"
            $0.recipients = ["+33639980001", "+33639980002"]
        },
    ]

    @Test(arguments: refused) func refusedRequestChangesNothing(row: Refused) async throws {
        try await self.withGateway { gateway in
            #expect(await self.refusal(gateway, row.request)?.code == row.code)
            let stored = try await gateway.store.messages().items
            #expect(stored.isEmpty)
        }
    }

    @Test func withoutModemNothingIsAccepted() async throws {
        try await self.withGateway(modems: []) { gateway in
            let refusal = await self.refusal(gateway, OutgoingRequest(recipients: ["+33639980001"], text: "x"))
            #expect(refusal?.code == .noModem)
        }
    }

    @Test func answerShowsPartsAndEncoding() async throws {
        try await self.withGateway { gateway in
            let short = try await gateway.send("Hello")
            #expect(short.encoding == "gsm7")
            #expect(short.parts.count == 1)
            #expect(short.own == "+33639980099")
            let long = try await gateway.send(String(repeating: "Größe ", count: 60))
            #expect(long.encoding == "gsm7")
            #expect(long.parts.count == 3)
            let emoji = try await gateway.send("👍")
            #expect(emoji.encoding == "ucs2")
            for message in [short, long, emoji] {
                #expect(message.state == .queued)
                let stored = try await gateway.reloaded(message)
                #expect(stored == message)
            }
        }
    }

    @Test func longestTextIsAccepted() async throws {
        try await self.withGateway { gateway in
            let message = try await gateway.send(String(repeating: "a", count: 10_240))
            #expect(message.parts.count == 67)
        }
    }

    @Test func nationalTablesOnlyWhenConfigured() async throws {
        let text = String(repeating: "ığşç", count: 20)
        try await self.withGateway { gateway in
            let message = try await gateway.send(text)
            #expect(message.encoding == "ucs2")
        }
        try await self.withGateway(configure: { $0.nationalLanguages = [.turkish] }) { gateway in
            let message = try await gateway.send(text)
            #expect(message.encoding?.hasPrefix("gsm7-tr") == true)
        }
    }

    @Test func optionsReachThePDU() async throws {
        try await self.withGateway { gateway in
            var request = OutgoingRequest(recipients: ["+33639980001"], text: "Hello")
            request.messageClass = 0
            request.validity = .seconds(3_600)
            request.deliveryReport = false
            request.token = "office"
            let message = try #require(try await gateway.messaging.accept(request).first)
            let submit = try PDUs.submit(message.parts[0].pdu)
            #expect(submit.dataCoding.messageClass == 0)
            #expect(submit.validity?.seconds == 3_600)
            #expect(!submit.statusReportRequest)
            #expect(message.token == "office")
            #expect(message.expiresAt.map { abs($0.timeIntervalSince(message.createdAt) - 3_600) < 1 } == true)
            let plain = try await gateway.send()
            #expect(try PDUs.submit(plain.parts[0].pdu).statusReportRequest)
            #expect(try PDUs.submit(plain.parts[0].pdu).validity == nil)
        }
    }

    @Test func dataGoesToItsPort() async throws {
        try await self.withGateway { gateway in
            var request = OutgoingRequest(recipients: ["+33639980001"], data: [0, 127, 255])
            request.ports = ApplicationPorts(destination: 2_948, source: 9_200)
            let message = try #require(try await gateway.messaging.accept(request).first)
            #expect(message.encoding == "8bit")
            #expect(message.data == Data([0, 127, 255]))
            let submit = try PDUs.submit(message.parts[0].pdu)
            #expect(submit.userData.ports == request.ports)
            #expect(submit.userData.data == [0, 127, 255])
        }
    }

    @Test func listOfRecipientsIsABatch() async throws {
        try await self.withGateway { gateway in
            let request = OutgoingRequest(recipients: ["+33639980001", "+33639980002"], text: "Hello")
            let messages = try await gateway.messaging.accept(request)
            #expect(messages.map(\.peer) == request.recipients)
            #expect(messages[0].batch != nil && messages[0].batch == messages[1].batch)
            #expect(try await gateway.send().batch == nil)
        }
    }
}
