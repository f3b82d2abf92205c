// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct DecodingTests {
    @Test func deliverWithServiceCentre() throws {
        let decoded = try ShortMessagePDU.decode(
            "07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07",
            direction: .mobileTerminated)
        guard case .deliver(let message) = decoded.pdu.tpdu else { throw Fixture.Unexpected(tpdu: decoded.pdu.tpdu) }
        #expect(decoded.pdu.serviceCentre?.text == "+31624000000")
        #expect(message.originator.text == "+31641600986")
        #expect(message.originator.typeOfNumber == .international)
        #expect(message.timestamp?.iso8601 == "2002-08-26T19:37:41-01:00")
        #expect(message.userData.text == "How are you?")
        #expect(!message.moreMessagesToSend)
        #expect(decoded.warnings.isEmpty)
        #expect(decoded.octets.count == 38)
    }

    @Test func lowerCaseHexadecimal() throws {
        let upper = Fixture.deliver(length: 1, userData: "41")
        #expect(try Fixture.decode(upper.lowercased()) == Fixture.decode(upper))
    }

    @Test func flagsOfDeliver() throws {
        let all = try Fixture.decodeDeliver(Fixture.deliver(first: "A8", length: 1, userData: "41")).message
        #expect(all.moreMessagesToSend && all.loopPrevention && all.statusReportIndication && all.replyPath)
        let none = try Fixture.decodeDeliver(Fixture.deliver(first: "04", length: 1, userData: "41")).message
        #expect(!none.moreMessagesToSend && !none.loopPrevention && !none.statusReportIndication && !none.replyPath)
    }

    @Test func submit() throws {
        let message = try Fixture.decodeSubmit("B52A" + Fixture.address + "4108A702D83D")
        #expect(message.messageReference == 42)
        #expect(message.destination.text == Fixture.number)
        #expect(message.protocolIdentifier.replaceType == 1)
        #expect(message.validity == .relative(167))
        #expect(message.rejectDuplicates && message.statusReportRequest && message.replyPath)
        #expect(message.userData.text == "\u{FFFD}")
    }

    @Test func statusReport() throws {
        let (message, warnings) = try Fixture.decodeStatusReport(
            "06" + "2A" + Fixture.address + Fixture.timestamp + Fixture.timestamp + "46")
        #expect(message.messageReference == 42)
        #expect(message.recipient.text == Fixture.number)
        #expect(message.status.category == .permanentFailure)
        #expect(message.status.text == "The message's validity period has expired.")
        #expect(message.timestamp == message.dischargeTime)
        #expect(warnings.isEmpty)
    }

    @Test func statusReportWithUserData() throws {
        let (message, _) = try Fixture.decodeStatusReport(
            "06" + "2A" + Fixture.address + Fixture.timestamp + Fixture.timestamp + "00" + "07" + "00" + "00" + "0141")
        #expect(message.parameters.protocolIdentifier == .default)
        #expect(message.userData?.text == "A")
    }

    @Test func command() throws {
        let decoded = try Fixture.decode(
            "22" + "07" + "00" + "02" + "2A" + Fixture.address + "02BEEF", direction: .mobileOriginated)
        guard case .command(let message) = decoded.pdu.tpdu else { throw Fixture.Unexpected(tpdu: decoded.pdu.tpdu) }
        #expect(message.commandType == .deleteMessage)
        #expect(message.messageNumber == 42)
        #expect(message.statusReportRequest)
        #expect(message.data.data == [0xBE, 0xEF])
    }

    @Test func eightBitDataIsNoText() throws {
        let (message, _) = try Fixture.decodeDeliver(Fixture.deliver(dcs: "04", length: 3, userData: "00FF41"))
        #expect(message.userData.text == nil)
        #expect(message.userData.data == [0x00, 0xFF, 0x41])
    }

    @Test(arguments: [
        ("060504158200FF", ApplicationPorts(destination: 0x1582, source: 0x00FF)),
        ("040402F00D", ApplicationPorts(destination: 0xF0, source: 0x0D)),
    ])
    func applicationPorts(header: String, ports: ApplicationPorts) throws {
        let octets = header.utf8.count / 2
        let (message, _) = try Fixture.decodeDeliver(
            Fixture.deliver(first: "44", dcs: "04", length: octets + 1, userData: header + "2A"))
        #expect(message.userData.ports == ports)
        #expect(message.userData.data == [0x2A])
    }

    @Test(
        arguments: [
            (0x00, Alphabet.gsm7, nil), (0x11, .gsm7, 1), (0x15, .octets, 1), (0x18, .ucs2, 0), (0x0C, .gsm7, nil),
            (0x48, .ucs2, nil), (0x52, .gsm7, 2), (0x84, .gsm7, nil), (0xC0, .gsm7, nil), (0xE0, .ucs2, nil),
            (0xF1, .gsm7, 1), (0xF6, .octets, 2),
        ] as [(UInt8, Alphabet, Int?)])
    func dataCoding(rawValue: UInt8, alphabet: Alphabet, messageClass: Int?) {
        let coding = DataCodingScheme(rawValue: rawValue)
        #expect(coding.alphabet == alphabet)
        #expect(coding.messageClass == messageClass)
    }

    @Test(arguments: Array(UInt8.min...UInt8.max))
    func everyStatusAndCauseHasAText(rawValue: UInt8) {
        #expect(!TPStatus(rawValue: rawValue).text.isEmpty)
        #expect(!FailureCause(rawValue: rawValue).text.isEmpty)
        #expect(!ProtocolIdentifier(rawValue: rawValue).text.isEmpty)
    }

    @Test(
        arguments: [
            (0x00, TPStatus.Category.delivered), (0x02, .delivered), (0x20, .pending), (0x3F, .pending),
            (0x40, .permanentFailure), (0x5F, .permanentFailure), (0x60, .temporaryFailure), (0x7F, .temporaryFailure),
            (0x80, .permanentFailure), (0xFF, .permanentFailure),
        ] as [(UInt8, TPStatus.Category)])
    func statusCategory(rawValue: UInt8, category: TPStatus.Category) {
        #expect(TPStatus(rawValue: rawValue).category == category)
    }

    @Test func everyElementIsKeptAndWrittenAgain() throws {
        // A message waiting element, an unknown one, an empty one.
        let hex = Fixture.deliver(
            first: "44", dcs: "08", length: 15, userData: "0A" + "0102800A" + "7F0101" + "A000" + "00410042")
        let header = try Fixture.decodeDeliver(
            Fixture.deliver(
                first: "44", dcs: "08", length: 14, userData: "09" + "0102800A" + "7F0101" + "A000" + "00410042"))
        #expect(
            header.message.userData.header == [
                InformationElement(.init(rawValue: 0x01), [0x80, 0x0A]), InformationElement(.init(rawValue: 0x7F), [1]),
                InformationElement(.init(rawValue: 0xA0), []),
            ])
        #expect(header.message.userData.text == "AB")
        #expect(throws: PDUError.self) { try Fixture.decode(hex) }
    }
}
