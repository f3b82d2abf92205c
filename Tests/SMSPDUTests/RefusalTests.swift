// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

/// What is refused, at which field and octet; everything else is decoded with warnings.
@Suite struct RefusalTests {
    static let rows: [(name: String, hex: String, code: PDUError.Code, field: String, offset: Int)] = [
        ("nothing", "", .noTPDU, "TPDU", 0),
        ("service centre address only", "00", .noTPDU, "TPDU", 1),
        ("only FF", "FFFFFFFFFFFF", .onlyPadding, "PDU", 0),
        ("message type 3", "0003", .reservedMessageType, "TP-MTI", 1),
        ("service centre address beyond the PDU", "08913336", .truncated, "SCA.length", 0),
        ("originator beyond the PDU", "00040B913336", .truncated, "TP-OA.length", 2),
        ("no data coding", "0004" + Fixture.address + "00", .truncated, "TP-DCS", 11),
        ("half a time stamp", "0004" + Fixture.address + "0000" + "621112", .truncated, "TP-SCTS", 12),
        (
            "user data shorter than its length", "00" + Fixture.deliver(length: 10, userData: "4142"), .truncated,
            "TP-UD", 20
        ),
        (
            "UCS2 shorter than its length", "00" + Fixture.deliver(dcs: "08", length: 6, userData: "0041"), .truncated,
            "TP-UD", 20
        ),
        (
            "header beyond the user data",
            "00" + Fixture.deliver(first: "44", dcs: "04", length: 3, userData: "050003"),
            .truncated, "TP-UD.UDHL", 20
        ),
        (
            "element beyond the header",
            "00" + Fixture.deliver(first: "44", dcs: "04", length: 6, userData: "050005010203"), .truncated,
            "TP-UD.UDH.length", 22
        ),
        (
            "element without length", "00" + Fixture.deliver(first: "44", dcs: "04", length: 2, userData: "0100"),
            .truncated, "TP-UD.UDH.length", 21
        ),
        ("compressed", "00" + Fixture.deliver(dcs: "20", length: 1, userData: "41"), .compressed, "TP-DCS", 11),
        (
            "compressed, to be deleted", "00" + Fixture.deliver(dcs: "68", length: 1, userData: "41"), .compressed,
            "TP-DCS", 11
        ),
        ("no digit", "0004xx", .notHexadecimal, "hex", 2),
        ("no digit among many", "00040B913336 90800F1", .notHexadecimal, "hex", 6),
        ("not ASCII", "0004é", .notHexadecimal, "hex", 2),
        ("odd number of digits", "00040", .notHexadecimal, "hex", 2),
    ]

    @Test(arguments: Self.rows.indices)
    func refused(row: Int) throws {
        let row = Self.rows[row]
        let error = #expect(throws: PDUError.self, "\(row.name)") {
            try ShortMessagePDU.decode(row.hex, direction: .mobileTerminated)
        }
        #expect(error?.code == row.code, "\(row.name)")
        #expect(error?.field == row.field, "\(row.name)")
        #expect(error?.offset == row.offset, "\(row.name)")
    }

    static let tolerated: [(name: String, hex: String, field: String)] = [
        ("impossible time", Fixture.deliver(timestamp: "62311231050040", length: 1, userData: "41"), "TP-SCTS"),
        ("no user data length", "04" + Fixture.address + "0000" + Fixture.timestamp, "TP-UDL"),
        ("octets behind the TPDU", Fixture.deliver(length: 1, userData: "4142"), "TPDU"),
        ("FF behind the TPDU", Fixture.deliver(length: 1, userData: "41FFFF"), "TPDU"),
        ("UCS2 with an odd octet", Fixture.deliver(dcs: "08", length: 3, userData: "004100"), "TP-UD"),
        ("half of a surrogate pair", Fixture.deliver(dcs: "08", length: 2, userData: "D83D"), "TP-UD"),
        ("type of address without bit 7", Fixture.deliver(address: "0211 21", length: 0, userData: ""), "TP-OA"),
        (
            "part 3 of 2", Fixture.deliver(first: "44", dcs: "04", length: 6, userData: "050003010203"), "TP-UD.UDH"
        ),
        (
            "concatenation of a wrong length",
            Fixture.deliver(first: "44", dcs: "04", length: 5, userData: "0400020102"),
            "TP-UD.UDH"
        ),
        (
            "language that is not defined", Fixture.deliver(first: "44", length: 6, userData: "032401994100"),
            "TP-UD.UDH"
        ),
        ("header announced in empty user data", Fixture.deliver(first: "44", length: 0, userData: ""), "TP-UDHI"),
    ]

    @Test(arguments: Self.tolerated.indices)
    func toleratedWithAWarning(row: Int) throws {
        let row = Self.tolerated[row]
        let hex = row.hex.split(separator: " ").joined()
        let decoded = try Fixture.decode(hex)
        #expect(decoded.warnings.map(\.field).contains(row.field), "\(row.name)")
    }

    @Test func compressedFlagOfAReportWithoutTextDoesNotMatter() throws {
        let hex = "06" + "2A" + Fixture.address + Fixture.timestamp + Fixture.timestamp + "00" + "02" + "20"
        #expect(try Fixture.decodeStatusReport(hex).message.status == .received)
    }

    /// Digits are read many at a time, so that each place counts.
    @Test(arguments: [1, 7, 8, 9, 16, 19])
    func whatIsNoDigitIsRefusedAtEveryPlace(octets: Int) {
        let digits = Array(repeating: UInt8(ascii: "0"), count: octets * 2)
        for place in digits.indices {
            for character in UInt8(0)..<128 {
                var changed = digits
                changed[place] = character
                let text = String(decoding: changed, as: UTF8.self)
                let value = Character(Unicode.Scalar(character)).hexDigitValue
                let expected = value.map { value in
                    var expected = Array(repeating: UInt8(0), count: octets)
                    expected[place / 2] = UInt8(value) << (place % 2 == 0 ? 4 : 0)
                    return expected
                }
                #expect((try? [UInt8](hexadecimal: text)) == expected, "\(character) at \(place)")
            }
            let beyondASCII = String(decoding: digits[..<place], as: UTF8.self) + "é"
            let padded = beyondASCII + String(repeating: "0", count: octets * 2 - place)
            #expect(throws: PDUError.self) { try [UInt8](hexadecimal: padded) }
        }
    }

    /// Surrogates are looked for four units at a time.
    @Test(arguments: 0..<11)
    func halfOfASurrogatePairIsFoundAtEveryPlace(place: Int) throws {
        for (replacement, isWarned) in [
            ("D83DDE00", false), ("D83D0041", true), ("DE00D83D", true), ("D7FFE000", false),
        ] {
            for other in ["0041", "FFFD", "5B57"] {
                let units =
                    Array(repeating: other, count: place) + [replacement]
                    + Array(repeating: other, count: 10 - place)
                let hex = Fixture.deliver(dcs: "08", length: 24, userData: units.joined())
                let warnings = try Fixture.decode(hex).warnings
                #expect(warnings.isEmpty != isWarned, "\(replacement) among \(other)")
            }
        }
    }
}
