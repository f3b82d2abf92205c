// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct NationalTableTests {
    /// Places of each table of annex A, among them those that other codecs or early releases have wrong.
    static let locking: [(NationalLanguage, UInt8, String)] = [
        (.turkish, 0x04, "€"), (.turkish, 0x07, "ı"), (.turkish, 0x40, "İ"), (.turkish, 0x60, "ç"),
        (.portuguese, 0x15, "∞"), (.portuguese, 0x17, "\\"), (.portuguese, 0x24, "º"), (.portuguese, 0x7D, "`"),
        (.bengali, 0x00, "\u{0981}"), (.bengali, 0x60, "\u{09CE}"), (.bengali, 0x7F, "\u{09F1}"),
        (.gujarati, 0x0C, "\u{0A8D}"), (.gujarati, 0x7F, "\u{0AF1}"),
        (.hindi, 0x00, "\u{0901}"), (.hindi, 0x02, "\u{0903}"), (.hindi, 0x7B, "\u{0972}"), (.hindi, 0x7F, "\u{097F}"),
        (.kannada, 0x24, "\u{0CA1}"), (.kannada, 0x3D, "\u{0CAA}"), (.kannada, 0x60, "\u{0CD5}"),
        (.malayalam, 0x2F, "\u{0D28}"), (.malayalam, 0x7F, "\u{0D79}"),
        (.oriya, 0x60, "\u{0B56}"), (.oriya, 0x5F, "\u{0B4D}"),
        (.punjabi, 0x4E, "\u{0A3C}"), (.punjabi, 0x7B, "\u{0A70}"),
        (.tamil, 0x3C, "\u{0BA9}"), (.tamil, 0x7F, "\u{0BF9}"),
        (.telugu, 0x4F, "\u{0C3D}"), (.telugu, 0x7F, "\u{0C63}"),
        (.urdu, 0x00, "\u{0627}"), (.urdu, 0x01, "\u{0622}"), (.urdu, 0x5F, "\u{0657}"), (.urdu, 0x7F, "\u{0670}"),
    ]

    static let single: [(NationalLanguage, UInt8, String)] = [
        (.turkish, 0x53, "Ş"), (.turkish, 0x69, "ı"), (.spanish, 0x09, "ç"), (.spanish, 0x75, "ú"),
        (.portuguese, 0x12, "Φ"), (.portuguese, 0x14, "^"), (.portuguese, 0x7F, "â"),
        (.bengali, 0x19, "\u{09E6}"), (.bengali, 0x34, "\u{09FA}"), (.gujarati, 0x25, "\u{0AEF}"),
        (.hindi, 0x26, "\u{0951}"), (.hindi, 0x3A, "\u{0971}"), (.kannada, 0x26, "\u{0CDE}"),
        (.malayalam, 0x34, "\u{0D7F}"), (.oriya, 0x2C, "\u{0B71}"), (.punjabi, 0x2D, "\u{0A75}"),
        (.tamil, 0x24, "\u{0BEE}"), (.tamil, 0x25, "\u{0BEF}"), (.telugu, 0x22, "\u{0C6C}"),
        (.telugu, 0x32, "\u{0C7F}"),
        (.urdu, 0x19, "\u{0600}"), (.urdu, 0x3B, "\u{06CD}"), (.urdu, 0x3F, "\u{06D4}"), (.urdu, 0x5A, "Z"),
        (.hindi, 0x15, "¡"), (.hindi, 0x0A, "\u{0C}"), (.urdu, 0x65, "€"),
    ]

    @Test(arguments: Self.locking.indices)
    func lockingShift(row: Int) throws {
        let (language, septet, text) = Self.locking[row]
        #expect(try Self.text([septet], .lockingShift, language) == text)
    }

    @Test(arguments: Self.single.indices)
    func singleShift(row: Int) throws {
        let (language, septet, text) = Self.single[row]
        #expect(try Self.text([0x1B, septet], .singleShift, language) == text)
    }

    @Test(arguments: NationalLanguage.allCases)
    func everyCharacterOfATableIsSentAsItIsRead(language: NationalLanguage) throws {
        for septet in UInt8(0)..<128 where septet != 0x1B {
            let read = try #require(try Self.text([0x1B, septet], .singleShift, language))
            let header = [InformationElement(.singleShift, [language.rawValue])]
            let userData = try UserData(text: read, alphabet: .gsm7, header: header)
            #expect(userData.length <= 5 + 2)
            #expect(userData.text == read)
        }
        for septet in UInt8(0)..<128 where septet != 0x1B {
            let read = try #require(try Self.text([septet], .lockingShift, language))
            let header = [InformationElement(.lockingShift, [language.rawValue])]
            #expect(try UserData(text: read, alphabet: .gsm7, header: header).length == 5 + 1)
        }
    }

    @Test func spanishHasNoLockingShiftTable() throws {
        #expect(!NationalLanguage.spanish.hasLockingShift)
        #expect(try Self.text([0x09], .lockingShift, .spanish) == "Ç")
    }

    @Test(arguments: NationalLanguage.allCases)
    func codeAndLanguage(language: NationalLanguage) {
        #expect(NationalLanguage(code: language.code) == language)
        #expect(NationalLanguage(code: "xx") == nil)
    }

    /// A DELIVER with one element and the septets behind it.
    private static func text(
        _ septets: [UInt8], _ identifier: InformationElement.Identifier, _ language: NationalLanguage
    ) throws -> String? {
        let header: [UInt8] = [3, identifier.rawValue, 1, language.rawValue]
        let packed = KnownDefectTests.pack([0, 0, 0, 0, 0] + septets)
        let userData = header + packed.dropFirst(4)
        let hex = Fixture.deliver(first: "44", length: 5 + septets.count, userData: userData.hexadecimal)
        return try Fixture.decodeDeliver(hex).message.userData.text
    }
}
