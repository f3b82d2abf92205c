// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import SMSPDU
import Testing

/// What a received message is beyond its text.
@Suite(.timeLimit(.minutes(1)))
struct MarkingTests {
    private func received(_ pdus: [String]) async throws -> [StoredMessage] {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        var messages: [StoredMessage] = []
        try await gateway.run {
            var releases = modem.releases.makeAsyncIterator()
            for pdu in pdus {
                modem.deliver(pdu)
                _ = await releases.next()
            }
            messages = try await gateway.store.messages().items
        }
        return messages
    }

    private func text(_ text: String, _ header: [InformationElement] = []) throws -> UserData {
        try UserData(text: text, alphabet: .gsm7, header: header)
    }

    @Test func flashMessageHasItsClass() async throws {
        let message = try #require(
            try await self.received([try PDUs.deliver(try self.text("Now"), coding: 0x10)]).first)
        #expect(message.messageClass == 0)
        #expect(message.kind == .message)
        #expect(message.readAt == nil)
    }

    @Test func typeZeroIsSilentAndNothingToRead() async throws {
        let pdu = try PDUs.deliver(try self.text(""), protocolIdentifier: .type0)
        let message = try #require(try await self.received([pdu]).first)
        #expect(message.kind == .silent)
        #expect(message.readAt == message.receivedAt)
    }

    @Test func indicationOfTheCodingScheme() async throws {
        let message = try #require(
            try await self.received([try PDUs.deliver(try self.text("2 new"), coding: 0xD8)]).first)
        #expect(message.kind == .messageWaiting)
        #expect(message.details?.waiting == [MessageDetails.Waiting(kind: "voicemail", isActive: true)])
        #expect(message.text == "2 new")
        #expect(message.readAt == nil)
    }

    @Test func indicationOfTheHeaderClears() async throws {
        let header = [InformationElement(.messageIndication, [0x00, 0])]
        let message = try #require(
            try await self.received([try PDUs.deliver(try self.text("", header), coding: 0xC8)]).first)
        #expect(message.details?.waiting == [MessageDetails.Waiting(kind: "voicemail", isActive: false, count: 0)])
        #expect(message.readAt != nil)
    }

    @Test func voicemailIsWhatTheNetworkSentLast() async throws {
        let modem = FakeModem()
        let gateway = try Gateway(try TemporaryDirectory(), modems: [modem])
        try await gateway.run {
            var releases = modem.releases.makeAsyncIterator()
            // The third was sent before the second: a full SIM is read in any order.
            for (count, second) in [(UInt8(3), 1), (0, 5), (2, 3)] {
                let header = [InformationElement(.messageIndication, [0x00, count])]
                modem.deliver(try PDUs.deliver(try self.text("", header), second: second))
                _ = await releases.next()
            }
            let indication = try #require(try await gateway.store.waitingIndications().first)
            #expect(indication.modem == "ec25-1")
            #expect(indication.kind == "voicemail")
            #expect(!indication.isActive)
            #expect(indication.count == 0)
            let messages = try await gateway.store.messages().items
            #expect(indication.message == messages[1].id)
        }
    }

    @Test func portsAndBinaryAreKept() async throws {
        let ports = ApplicationPorts(destination: 5_000, source: 77)
        let data: [UInt8] = [0, 1, 0x1A, 0x1B, 255]
        let pdu = try PDUs.deliver(try UserData(data: data, header: [ports.element]), coding: 0x04)
        let message = try #require(try await self.received([pdu]).first)
        #expect(message.data == Data(data))
        #expect(message.ports == MessagePorts(destination: 5_000, source: 77))
        #expect(message.encoding == "8bit")
        #expect(message.kind == .message)
    }

    private static let notification: [UInt8] = {
        let from: [UInt8] = [0x80] + Array("+33639980005/TYPE=PLMN".utf8) + [0]
        var body: [UInt8] =
            [0x01, 0x06, 0x03, 0xBE, 0xAF, 0x84, 0x8C, 0x82, 0x98] + Array("T1".utf8) + [0, 0x8D, 0x92]
        body += [0x89, UInt8(from.count)] + from + [0x8E, 0x02, 0x75, 0x30, 0x88, 0x05, 0x81, 0x03, 0x02, 0xA3, 0x00]
        return body + [0x83] + Array("http://mms.example.org/T1".utf8) + [0]
    }()

    @Test func notificationOfAMultimediaMessage() async throws {
        let ports = ApplicationPorts(destination: 2_948, source: 9_200)
        let pdu = try PDUs.deliver(try UserData(data: Self.notification, header: [ports.element]), coding: 0x04)
        let message = try #require(try await self.received([pdu]).first)
        #expect(message.kind == .mms)
        #expect(message.details?.mms?.from == "+33639980005")
        #expect(message.details?.mms?.url == "http://mms.example.org/T1")
        #expect(message.details?.mms?.size == 30_000)
        // Two days after TP-SCTS, 2026-11-21T13:50:00+01:00.
        #expect(message.details?.mms?.expiresAt == Date(timeIntervalSince1970: 1_795_265_400 + 172_800))
        #expect(message.data == Data(Self.notification))
    }

    @Test func notificationInTwoParts() async throws {
        let ports = ApplicationPorts(destination: 2_948, source: 9_200)
        let pdus = try [Self.notification.prefix(40), Self.notification.dropFirst(40)].enumerated().map { index, data in
            let part = Concatenation(reference: 3, isWide: false, total: 2, sequence: UInt8(index + 1))
            return try PDUs.deliver(
                try UserData(data: Array(data), header: [part.element, ports.element]), coding: 0x04, second: index)
        }
        let messages = try await self.received(pdus.reversed())
        #expect(messages.map(\.kind) == [.mms])
        #expect(messages.first?.details?.mms?.url == "http://mms.example.org/T1")
    }

    @Test func otherPushHasItsContentType() async throws {
        let ports = ApplicationPorts(destination: 2_948, source: 9_200)
        let pdu = try PDUs.deliver(
            try UserData(data: [0x01, 0x06, 0x01, 0xAE, 0x02, 0x05], header: [ports.element]), coding: 0x04)
        let message = try #require(try await self.received([pdu]).first)
        #expect(message.kind == .wapPush)
        #expect(message.details?.contentType == "application/vnd.wap.sic")
    }

    @Test func textAfterNULIsKept() async throws {
        let pdu = try PDUs.deliver(try UserData(text: "a\0b😀", alphabet: .ucs2, header: []), coding: 0x08)
        #expect(try await self.received([pdu]).map(\.text) == ["a\u{0}b😀"])
    }
}
