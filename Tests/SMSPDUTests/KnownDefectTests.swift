// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

/// What other codecs were measured to get wrong, one test each.
@Suite struct KnownDefectTests {
    // MARK: Reports

    @Test func deliverReportOfAnAcknowledgementHasNoFailureCause() throws {
        let decoded = try Fixture.decode("0000", direction: .mobileOriginated)
        guard case .deliverReport(let report) = decoded.pdu.tpdu else {
            throw Fixture.Unexpected(tpdu: decoded.pdu.tpdu)
        }
        #expect(report == SMSDeliverReport())
    }

    @Test func deliverReportOfAnErrorHasAFailureCause() throws {
        let decoded = try Fixture.decode("00D300", direction: .mobileOriginated)
        guard case .deliverReport(let report) = decoded.pdu.tpdu else {
            throw Fixture.Unexpected(tpdu: decoded.pdu.tpdu)
        }
        #expect(report.failureCause == .memoryCapacityExceeded)
    }

    @Test func submitReportWithAndWithoutFailureCause() throws {
        for (hex, cause) in [
            ("0100" + Fixture.timestamp, nil), ("01C500" + Fixture.timestamp, FailureCause(rawValue: 0xC5)),
        ] {
            let decoded = try Fixture.decode(hex)
            guard case .submitReport(let report) = decoded.pdu.tpdu else {
                throw Fixture.Unexpected(tpdu: decoded.pdu.tpdu)
            }
            #expect(report.failureCause == cause)
            #expect(report.timestamp?.iso8601 == "2026-11-21T13:50:00+01:00")
            #expect(decoded.warnings.isEmpty)
        }
    }

    @Test func statusReportPaddedWithFF() throws {
        let hex = "06" + "2A" + Fixture.address + Fixture.timestamp + Fixture.timestamp + "00"
        let (message, warnings) = try Fixture.decodeStatusReport(hex + String(repeating: "FF", count: 140))
        #expect(message.status == .received)
        #expect(message.parameters == OptionalParameters())
        #expect(warnings.map(\.message) == ["FF padding behind the TPDU"])
    }

    // MARK: Default alphabet

    @Test func paragraphSignIsNoGraveAccent() throws {
        #expect(try Fixture.decodeDeliver(Fixture.deliver(length: 1, userData: "5F")).message.userData.text == "§")
    }

    @Test func formFeedIsKept() throws {
        let userData = try UserData(text: "a\u{0C}b", alphabet: .gsm7)
        #expect(userData.length == 4)
        #expect(try Self.roundTrip(userData, .gsm7).text == "a\u{0C}b")
    }

    @Test(arguments: [
        ("1B65", "€"), ("1B41", "A"), ("1B1B", " "), ("411B", "A "), ("1B00", "@"), ("1B0A", "\u{0C}"), ("1B0D", "\r"),
        ("1B1B65", " e"),
    ])
    func escapes(septets: String, text: String) throws {
        let octets = try [UInt8](hexadecimal: septets)
        let packed = Self.pack(octets)
        let hex = Fixture.deliver(length: octets.count, userData: packed.hexadecimal)
        #expect(try Fixture.decodeDeliver(hex).message.userData.text == text)
    }

    @Test func textIsNeverReplacedByASimilarOne() throws {
        let text = "ça vaut le coût, très bête"
        let segmentation = try MessageSegmenter().segment(text, reference: 0)
        #expect(segmentation.encoding == .ucs2)
        #expect(try Fixture.received(segmentation).map(\.userData.text) == [text])
    }

    // MARK: User data header

    @Test func firstCharacterBehindASevenOctetHeader() throws {
        let header = "06080401FF0201"
        let septets = Self.pack(Array("Hello".utf8))
        let hex = Fixture.deliver(first: "44", length: 8 + 5, userData: header + septets.hexadecimal)
        let (message, _) = try Fixture.decodeDeliver(hex)
        #expect(message.userData.text == "Hello")
        #expect(
            message.userData.concatenation == Concatenation(reference: 0x01FF, isWide: true, total: 2, sequence: 1))
    }

    @Test func nationalLanguageElementsAre24And25() throws {
        let segmentation = try MessageSegmenter(languages: [.turkish]).segment("ş", reference: 0)
        #expect(segmentation.parts[0].header == [InformationElement(.init(rawValue: 0x24), [1])])
        // "Ğ" by locking shift, then by single shift: 0B, and 1B 47.
        for (header, septets) in [("03250101", [0x0B]), ("03240101", [0x1B, 0x47])] as [(String, [UInt8])] {
            let packed = Self.pack([0, 0, 0, 0, 0] + septets)
            let userData = header + Array(packed.dropFirst(4)).hexadecimal
            let hex = Fixture.deliver(first: "44", length: 5 + septets.count, userData: userData)
            #expect(try Fixture.decodeDeliver(hex).message.userData.text == "Ğ")
        }
    }

    @Test func messageWaitingWithoutTextIsAMessage() throws {
        for dcs in ["C8", "C9", "D8", "DA"] {
            let (message, warnings) = try Fixture.decodeDeliver(Fixture.deliver(dcs: dcs, length: 0, userData: ""))
            #expect(message.userData.text == "")
            #expect(message.dataCoding.messageWaiting?.isActive == true)
            #expect(warnings.isEmpty)
        }
    }

    @Test func messageWaitingTextIsInTheDefaultAlphabet() throws {
        let (message, _) = try Fixture.decodeDeliver(Fixture.deliver(dcs: "D8", length: 1, userData: "41"))
        #expect(message.userData.text == "A")
        #expect(message.dataCoding.messageWaiting == MessageWaiting(kind: .voicemail, isActive: true, isStored: true))
    }

    // MARK: Addresses

    @Test func alphanumericSenderWithAnEscape() throws {
        let address = try Address.alphanumeric("5€ off")
        #expect(try Self.received(from: address).text == "5€ off")
    }

    @Test(arguments: ["Ångström", "ABCDEFG", "ABCDEF@", "ABCDEFG@", "A", "Elevenchars"])
    func alphanumericSender(name: String) throws {
        let address = try Self.received(from: try Address.alphanumeric(name))
        #expect(address.text == name)
        #expect(address.typeOfNumber == .alphanumeric)
    }

    @Test func shortCodeIsNotInternational() throws {
        let address = try Address("15")
        #expect(address.typeOfNumber == .unknown)
        #expect(try Self.received(from: address).text == "15")
    }

    @Test func emptyOriginator() throws {
        let (message, warnings) = try Fixture.decodeDeliver(Fixture.deliver(address: "0081", length: 1, userData: "41"))
        #expect(message.originator.text == "")
        #expect(message.userData.text == "A")
        #expect(warnings.isEmpty)
    }

    // MARK: Times

    @Test(
        arguments: [
            (196, 30 * 86_400), (197, 5 * 604_800), (255, 63 * 604_800), (0, 300), (143, 43_200), (144, 45_000),
            (167, 86_400), (168, 2 * 86_400),
        ] as [(UInt8, Int64)])
    func relativeValidityPeriod(value: UInt8, seconds: Int64) {
        #expect(ValidityPeriod.relative(value).seconds == seconds)
    }

    @Test func enhancedValidityPeriodDoesNotReachIntoTheText() throws {
        let message = try Fixture.decodeSubmit(
            "0900" + Fixture.address + "0000" + "43010000000000" + "0141")
        #expect(message.validity?.seconds == 36_000)
        #expect(message.userData.text == "A")
    }

    @Test(arguments: [
        ("62111231050040", "2026-11-21T13:50:00+01:00"), ("6211123105000A", "2026-11-21T13:50:00-05:00"),
        ("62111231050063", "2026-11-21T13:50:00+09:00"), ("62111231050069", "2026-11-21T13:50:00-04:00"),
        ("62111231050032", "2026-11-21T13:50:00+05:45"), ("62111231050000", "2026-11-21T13:50:00+00:00"),
        ("89103231955900", "1998-01-23T13:59:95"), ("07101000000000", "1970-01-01T00:00:00+00:00"),
        ("96101000000000", "2069-01-01T00:00:00+00:00"),
    ])
    func serviceCentreTime(hex: String, iso8601: String) throws {
        let time = try Fixture.decodeDeliver(Fixture.deliver(timestamp: hex, length: 0, userData: "")).message.timestamp
        // The one with 95 seconds is no time.
        #expect(time?.iso8601 == (iso8601.hasSuffix(":95") ? nil : iso8601))
    }

    @Test func yearsFrom70AreOfTheLastCentury() throws {
        let hex = Fixture.deliver(timestamp: "89103231955500", length: 0, userData: "")
        #expect(try Fixture.decodeDeliver(hex).message.timestamp?.year == 1998)
    }

    @Test(arguments: [
        "62311231050040", "62110031050040", "62111242050040", "FFFFFFFFFFFFFF", "00000000000000", "621112310500FF",
        "621112310500A0", "6220923105004A", "62A11231050040",
    ])
    func impossibleTimeIsNoneAndTheMessageStays(hex: String) throws {
        let (message, warnings) = try Fixture.decodeDeliver(Fixture.deliver(timestamp: hex, length: 1, userData: "41"))
        #expect(message.timestamp == nil)
        #expect(message.userData.text == "A")
        #expect(warnings.map(\.field) == ["TP-SCTS"])
    }

    // MARK: Helpers

    private static func roundTrip(_ userData: UserData, _ coding: DataCodingScheme) throws -> UserData {
        let deliver = SMSDeliver(
            originator: try Address(Fixture.number), dataCoding: coding,
            timestamp: Timestamp(unixTime: 1_795_265_400, quartersAheadOfUTC: 4), userData: userData)
        let hex = try ShortMessagePDU(tpdu: .deliver(deliver)).encoded(includingServiceCentre: false).hex
        return try Fixture.decodeDeliver(hex).message.userData
    }

    private static func received(from address: Address) throws -> Address {
        let deliver = SMSDeliver(
            originator: address, dataCoding: .gsm7,
            timestamp: Timestamp(unixTime: 1_795_265_400, quartersAheadOfUTC: 4),
            userData: try UserData(text: "x", alphabet: .gsm7))
        let hex = try ShortMessagePDU(tpdu: .deliver(deliver)).encoded(includingServiceCentre: false).hex
        return try Fixture.decodeDeliver(hex).message.originator
    }

    /// Packing written differently from the codec's: bit by bit.
    static func pack(_ septets: [UInt8]) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: (septets.count * 7 + 7) / 8)
        for (index, septet) in septets.enumerated() {
            for bit in 0..<7 where septet >> bit & 1 == 1 {
                let place = index * 7 + bit
                octets[place / 8] |= 1 << (place % 8)
            }
        }
        return octets
    }
}
