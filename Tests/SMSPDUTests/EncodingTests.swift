// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct EncodingTests {
    @Test func submitForTheModem() throws {
        let submit = SMSSubmit(
            destination: try Address(Fixture.number), dataCoding: .gsm7, validity: ValidityPeriod(seconds: 86_400),
            statusReportRequest: true, userData: try UserData(text: "How are you?", alphabet: .gsm7))
        let encoded = try ShortMessagePDU(tpdu: .submit(submit)).encoded()
        #expect(encoded.hex == "0031000B913336990800F10000A70CC8F71D14969741F977FD07")
        #expect(encoded.length == 25)
        let tpdu = try ShortMessagePDU(tpdu: .submit(submit)).encoded(includingServiceCentre: false)
        #expect(tpdu.hex == String(encoded.hex.dropFirst(2)))
        #expect(tpdu.length == 25)
    }

    @Test func serviceCentreAddress() throws {
        let report = SMSDeliverReport()
        let pdu = ShortMessagePDU(serviceCentre: try Address("+3363998000"), tpdu: .deliverReport(report))
        #expect(try pdu.encoded().hex == "069133369908000000")
        let decoded = try ShortMessagePDU.decode(try pdu.encoded().hex, direction: .mobileOriginated)
        #expect(decoded.pdu == pdu)
    }

    @Test(arguments: ["", "+", "12a4", "+33 6", "0123456789012345678901", "+*100", "４２", "#-", "++33"])
    func refusedNumber(number: String) {
        let error = #expect(throws: PDUError.self) { try Address(number) }
        #expect(error?.code == .invalidNumber)
    }

    @Test(arguments: ["+33639980001", "0639980001", "15", "*100#", "01234567890123456789", "+1"])
    func number(number: String) throws {
        #expect(try Address(number).text == number)
    }

    @Test func textBeyondOneMessage() {
        let error = #expect(throws: PDUError.self) {
            try UserData(text: String(repeating: "a", count: 161), alphabet: .gsm7)
        }
        #expect(error?.code == .tooLong)
    }

    @Test func characterThatTheAlphabetDoesNotHave() {
        let error = #expect(throws: PDUError.self) { try UserData(text: "aş", alphabet: .gsm7) }
        #expect(error?.code == .notInAlphabet)
        #expect(throws: PDUError.self) { try UserData(text: "\u{1B}", alphabet: .gsm7) }
    }

    @Test func dataCodingOfAnotherAlphabet() throws {
        let submit = SMSSubmit(
            destination: try Address("15"), dataCoding: .ucs2, userData: try UserData(text: "a", alphabet: .gsm7))
        let error = #expect(throws: PDUError.self) { try ShortMessagePDU(tpdu: .submit(submit)).encoded() }
        #expect(error?.code == .inconsistent)
    }

    @Test func deliverNeedsATime() throws {
        let deliver = SMSDeliver(
            originator: try Address("15"), dataCoding: .gsm7, timestamp: nil,
            userData: try UserData(text: "a", alphabet: .gsm7))
        let error = #expect(throws: PDUError.self) { try ShortMessagePDU(tpdu: .deliver(deliver)).encoded() }
        #expect(error?.code == .invalidTime)
    }

    @Test(
        arguments: [
            (0, 300), (300, 300), (301, 600), (43_200, 43_200), (43_201, 45_000), (86_400, 86_400), (86_401, 172_800),
            (2_592_000, 2_592_000), (2_592_001, 3_024_000), (38_102_400, 38_102_400), (99_999_999, 38_102_400),
            (-5, 300),
        ] as [(Int64, Int64)])
    func validityPeriodIsNeverShorterThanAskedFor(seconds: Int64, coded: Int64) {
        #expect(ValidityPeriod(seconds: seconds).seconds == coded)
    }

    @Test func enhancedValidityPeriods() throws {
        let time = try #require(EnhancedValidityPeriod.time(hours: 12, minutes: 34, seconds: 56, singleShot: true))
        for (period, seconds) in [
            (time, 45_296), (.seconds(90), 90), (.relative(0), 300), (.unspecified(singleShot: true), nil),
        ] as [(EnhancedValidityPeriod, Int64?)] {
            let submit = SMSSubmit(
                destination: try Address("15"), dataCoding: .gsm7, validity: .enhanced(period),
                userData: try UserData(text: "A", alphabet: .gsm7))
            let hex = try ShortMessagePDU(tpdu: .submit(submit)).encoded(includingServiceCentre: false).hex
            let decoded = try Fixture.decodeSubmit(hex)
            #expect(decoded == submit)
            #expect(decoded.validity?.seconds == seconds)
        }
        #expect(EnhancedValidityPeriod.time(hours: 100, minutes: 0, seconds: 0) == nil)
    }

    @Test func timestampFromUnixTime() throws {
        let time = try #require(Timestamp(unixTime: 1_795_265_400, quartersAheadOfUTC: -14))
        #expect(time.unixTime == 1_795_265_400)
        #expect(time.iso8601 == "2026-11-21T09:20:00-03:30")
        #expect(Timestamp(unixTime: -1) == nil)
        #expect(Timestamp(unixTime: 3_155_760_000) == nil)
        #expect(Timestamp(unixTime: 0)?.iso8601 == "1970-01-01T00:00:00+00:00")
        #expect(Timestamp(unixTime: 951_782_399)?.iso8601 == "2000-02-28T23:59:59+00:00")
        #expect(Timestamp(unixTime: 951_782_400)?.iso8601 == "2000-02-29T00:00:00+00:00")
    }

    @Test func replaceTypes() {
        #expect((1...7).map { ProtocolIdentifier.replace(type: $0)?.replaceType } == [1, 2, 3, 4, 5, 6, 7])
        #expect(ProtocolIdentifier.replace(type: 8) == nil)
        #expect(ProtocolIdentifier.type0.replaceType == nil)
    }
}
