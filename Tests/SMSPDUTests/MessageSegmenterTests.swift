// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct MessageSegmenterTests {
    static let sizes: [(name: String, text: String, languages: [NationalLanguage], encoding: String, parts: Int)] = [
        ("nothing", "", [], "gsm7", 1),
        ("160 letters", String(repeating: "a", count: 160), [], "gsm7", 1),
        ("161 letters", String(repeating: "a", count: 161), [], "gsm7", 2),
        ("306 letters", String(repeating: "a", count: 306), [], "gsm7", 2),
        ("307 letters", String(repeating: "a", count: 307), [], "gsm7", 3),
        ("80 euro signs", String(repeating: "€", count: 80), [], "gsm7", 1),
        ("81 euro signs", String(repeating: "€", count: 81), [], "gsm7", 2),
        ("70 letters of UCS2", String(repeating: "ş", count: 70), [], "ucs2", 1),
        ("71 letters of UCS2", String(repeating: "ş", count: 71), [], "ucs2", 2),
        ("134 letters of UCS2", String(repeating: "ş", count: 134), [], "ucs2", 2),
        ("35 emoji", String(repeating: "😀", count: 35), [], "ucs2", 1),
        ("36 emoji", String(repeating: "😀", count: 36), [], "ucs2", 2),
        ("Turkish, not enabled", "Işık çağrısı", [], "ucs2", 1),
        ("Turkish", "Işık çağrısı", [.turkish], "gsm7-tr-single", 1),
        ("Turkish letters only", String(repeating: "ğ", count: 155), [.turkish], "gsm7-tr-locking", 1),
        (
            "Portuguese with letters of both tables", String(repeating: "ã", count: 100) + "Φ", [.portuguese],
            "gsm7-pt-both", 1
        ),
        ("Hindi", String(repeating: "\u{0905}", count: 155), [.hindi], "gsm7-hi-locking", 1),
        ("Hindi with capitals", String(repeating: "\u{0905}", count: 100) + "SMS", [.hindi], "gsm7-hi-both", 1),
        ("plain text with languages enabled", "How are you?", [.turkish, .hindi], "gsm7", 1),
        ("locking shift saves a part", String(repeating: "€", count: 100), [.turkish], "gsm7-tr-locking", 1),
        ("second language", String(repeating: "á", count: 77), [.turkish, .spanish], "gsm7-es-single", 1),
        ("what no table has", "ş 😀", [.turkish], "ucs2", 1),
    ]

    @Test(arguments: Self.sizes.indices)
    func fewestParts(row: Int) throws {
        let row = Self.sizes[row]
        let segmentation = try MessageSegmenter(languages: row.languages).segment(row.text, reference: 0x1234)
        #expect(segmentation.encoding.name == row.encoding, "\(row.name)")
        #expect(segmentation.parts.count == row.parts, "\(row.name)")
        #expect(try Self.text(Fixture.received(segmentation)) == row.text, "\(row.name)")
    }

    @Test func partsSayWhichTheyAre() throws {
        let text = String(repeating: "a", count: 400)
        for (wide, reference) in [(false, UInt16(0x34)), (true, 0x1234)] {
            let parts = try MessageSegmenter().segment(text, reference: 0x1234, wideReference: wide).parts
            #expect(
                parts.map(\.concatenation)
                    == (1...3).map { Concatenation(reference: reference, isWide: wide, total: 3, sequence: $0) })
            #expect(parts[0].length == 160)
        }
    }

    @Test func escapePairIsNotCut() throws {
        // The euro sign would begin at the last septet of the first part.
        let text = String(repeating: "a", count: 152) + "€" + String(repeating: "b", count: 100)
        let parts = try MessageSegmenter().segment(text, reference: 0).parts
        #expect(parts.map(\.text) == [String(repeating: "a", count: 152), "€" + String(repeating: "b", count: 100)])
    }

    @Test func carriageReturnAndLineFeedStayTogether() throws {
        let text = String(repeating: "a", count: 152) + "\r\n" + String(repeating: "b", count: 100)
        let parts = try MessageSegmenter().segment(text, reference: 0).parts
        #expect(parts[0].text == String(repeating: "a", count: 152))
    }

    @Test(arguments: ["😀", "🇫🇷", "👨‍👩‍👧‍👦", "e\u{301}", "👍🏽", "\r\n"])
    func clusterThatFitsIsNotCut(cluster: String) throws {
        let width = cluster.utf16.count
        for offset in 1..<max(2, width) {
            let head = String(repeating: "ş", count: 67 - offset)
            let text = head + cluster + String(repeating: "ş", count: 60)
            let segmentation = try MessageSegmenter().segment(text, reference: 0)
            #expect(segmentation.parts[0].text == (width > offset ? head : head + cluster))
            #expect(try Self.text(Fixture.received(segmentation)) == text)
        }
    }

    @Test func clusterLongerThanAPartIsCutBetweenScalars() throws {
        let text = "e" + String(repeating: "\u{301}", count: 200)
        let segmentation = try MessageSegmenter().segment(text, reference: 0)
        #expect(segmentation.parts.count == 3)
        let received = try Fixture.received(segmentation).map { $0.userData.text ?? "" }.joined()
        #expect(Array(received.utf8) == Array(text.utf8))
    }

    @Test func surrogatePairIsNotCut() throws {
        let text = "a" + String(repeating: "😀", count: 60)
        for part in try Fixture.received(MessageSegmenter().segment(text, reference: 0)) {
            #expect(part.userData.text?.contains("\u{FFFD}") == false)
        }
    }

    @Test func atMost255Parts() throws {
        let most = String(repeating: "a", count: 255 * 153)
        #expect(try MessageSegmenter().segment(most, reference: 0).parts.count == 255)
        for text in [most + "a", String(repeating: "ş", count: 255 * 67 + 1)] {
            let error = #expect(throws: PDUError.self) { try MessageSegmenter().segment(text, reference: 0) }
            #expect(error?.code == .tooLong)
        }
    }

    @Test func dataToAPort() throws {
        let data = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        let ports = ApplicationPorts(destination: 2948, source: 9200)
        let segmentation = try MessageSegmenter().segment(data: data, ports: ports, reference: 9)
        #expect(segmentation.encoding.name == "8bit")
        #expect(segmentation.dataCoding == .octets)
        let received = try Fixture.received(segmentation)
        #expect(received.allSatisfy { $0.userData.ports == ports })
        #expect(UserData.joined(received.map(\.userData)) == .data(data))
        #expect(try MessageSegmenter().segment(data: Array(data[..<133]), ports: ports, reference: 0).parts.count == 1)
        #expect(try MessageSegmenter().segment(data: Array(data[..<134]), ports: ports, reference: 0).parts.count == 2)
        #expect(try MessageSegmenter().segment(data: Array(data[..<140]), reference: 0).parts.count == 1)
    }

    private static func text(_ parts: [SMSDeliver]) -> String? {
        UserData.joined(parts.map(\.userData)).text
    }
}
