// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

/// Random input from seeds: what fails can be run again.
@Suite struct PropertyTests {
    private static let alphabets: [[Character]] = [
        Array("abcdefghij KLMNO 0123456789 èéùìòÇØøÅåΔ_ΦΓΛΩ€^{}[]~|\\\r\n"), Array("ğışçöü İĞŞ abc"),
        Array("अआइईउऊ कखगघ १२३ SMS"), Array("😀🇫🇷👨‍👩‍👧‍👦é ş a"), Array("áéíóúñ¿¡ãõâêôç ABC"),
    ]

    @Test(arguments: UInt64(1)...40)
    func textComesOutOfItsPartsAsItWentIn(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let letters = Self.alphabets[Int.random(in: 0..<Self.alphabets.count, using: &random)]
            let text = String(
                (0..<Int.random(in: 0...900, using: &random)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &random)]
                })
            let languages = NationalLanguage.allCases.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            let reference = UInt16.random(in: 0...UInt16.max, using: &random)
            let wide = Bool.random(using: &random)
            let segmentation = try MessageSegmenter(languages: languages).segment(
                text, reference: reference, wideReference: wide)
            var received = try Fixture.received(segmentation)
            #expect(received.allSatisfy { $0.userData.encoding == segmentation.encoding })
            received.sort { ($0.userData.concatenation?.sequence ?? 0) < ($1.userData.concatenation?.sequence ?? 0) }
            let joined = UserData.joined(received.map(\.userData)).text
            let isSame = joined.map { Array($0.utf8) } == Array(text.utf8)
            #expect(isSame, "seed \(seed)")
            let plain = try MessageSegmenter().segment(text, reference: reference, wideReference: wide)
            #expect(segmentation.parts.count <= plain.parts.count, "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(1)...40)
    func mutatedPDUNeverTrapsAndWhatIsReadCanBeWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let seeds = try [
            "07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07",
            "00B52A" + Fixture.address + "4108A702D83D",
            "0006" + "2A" + Fixture.address + Fixture.timestamp + Fixture.timestamp + "0007000001" + "41",
            "00" + Fixture.deliver(first: "44", dcs: "08", length: 14, userData: "090102800A7F0101A00000410042"),
            "0022" + "07" + "00" + "02" + "2A" + Fixture.address + "02BEEF", "0001C500" + Fixture.timestamp,
        ].map { try [UInt8](hexadecimal: $0) }
        for _ in 0..<300 {
            var octets = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<octets.count, using: &random)
                octets[place] = UInt8.random(in: 0...UInt8.max, using: &random)
            }
            if Bool.random(using: &random) { octets.removeLast(Int.random(in: 0..<octets.count, using: &random)) }
            for direction in [PDUDirection.mobileOriginated, .mobileTerminated] {
                guard let decoded = try? ShortMessagePDU.decode(octets, direction: direction) else { continue }
                guard let encoded = try? decoded.pdu.encoded() else { continue }
                let again = try ShortMessagePDU.decode(encoded.hex, direction: direction)
                #expect(again.pdu == decoded.pdu, "\(octets.hexadecimal)")
            }
        }
    }

    @Test(arguments: UInt64(1)...20)
    func hexadecimalRoundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let octets = (0..<Int.random(in: 0...70, using: &random)).map { _ in
            UInt8.random(in: 0...UInt8.max, using: &random)
        }
        let text = octets.hexadecimal
        #expect(text.utf8.count == octets.count * 2)
        #expect(try [UInt8](hexadecimal: text) == octets)
        #expect(try [UInt8](hexadecimal: text.lowercased()) == octets)
        for (place, character) in zip(text.utf8.indices, text) where character.isLetter {
            #expect(character.isUppercase, "\(place)")
        }
    }

    @Test(arguments: Array(UInt8.min...0x7F))
    func onlyHexadecimalDigitsAreRead(character: UInt8) throws {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in 0..<10 {
            var text = Array("0123456789".utf8)
            text[place] = character
            let decoded = try? [UInt8](hexadecimal: String(decoding: text, as: UTF8.self))
            #expect((decoded != nil) == digits.contains(character))
        }
    }

    @Test(arguments: UInt64(1)...20)
    func timestampRoundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let unixTime = Int64.random(in: 86_400...3_155_000_000, using: &random)
            let quarters = Int.random(in: -56...56, using: &random)
            let time = try #require(Timestamp(unixTime: unixTime, quartersAheadOfUTC: quarters))
            #expect(time.unixTime == unixTime)
            let deliver = SMSDeliver(
                originator: try Address("15"), dataCoding: .gsm7, timestamp: time,
                userData: try UserData(text: "", alphabet: .gsm7))
            let hex = try ShortMessagePDU(tpdu: .deliver(deliver)).encoded(includingServiceCentre: false).hex
            #expect(try Fixture.decodeDeliver(hex).message.timestamp == time)
        }
    }
}
