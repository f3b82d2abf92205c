// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `<chset>` of `+CSCS`, TS 27.007 §5.5: how the modem writes strings.
package enum TECharacterSet: String, Sendable, Equatable {
    /// ITU-T T.50, seven bits: letters with accents come as others, or as `?`.
    case ira = "IRA"
    /// Four hexadecimal digits for each UTF-16 code unit: nothing is lost.
    case ucs2 = "UCS2"
}

/// What a `+CUSD` string says, as people read it.
package struct USSDText: Sendable, Equatable {
    /// The alphabet the network used, TS 23.038 §5.
    package enum Encoding: String, Sendable, Equatable, CaseIterable {
        case gsm7
        case ucs2
        /// Octets without a meaning known here.
        case octets = "8bit"
    }

    /// Lines parted by LF. Of ``Encoding/octets`` the hexadecimal digits.
    package let text: String
    package let encoding: Encoding

    package init(text: String, encoding: Encoding) {
        self.text = text
        self.encoding = encoding
    }

    /// - Parameter characterSet: what `+CSCS` was set to when the modem wrote it.
    package init(_ report: USSDReport, in characterSet: TECharacterSet) {
        let coding = report.dataCoding ?? 0
        self.init(string: report.string ?? "", coding: coding, encoding: Self.encoding(of: coding), characterSet)
    }

    private init(string: String, coding: Int, encoding: Encoding, _ characterSet: TECharacterSet) {
        switch encoding {
        case .octets:
            self.init(text: string, encoding: .octets)
        case .ucs2:
            // Hexadecimal whatever `+CSCS` says (TS 27.007 §7.15); a modem that decodes it itself is believed.
            guard var units = Self.codeUnits(string) else { fallthrough }
            // A language stands before the text, two letters in seven bits each: one code unit.
            if coding == 0x11, !units.isEmpty { units.removeFirst() }
            self.init(text: Self.text(of: units), encoding: .ucs2)
        case .gsm7:
            var text = string
            if characterSet == .ucs2, let units = Self.codeUnits(string) { text = Self.text(of: units) }
            if coding == 0x10, Self.hasLanguage(text) { text = String(text.unicodeScalars.dropFirst(3)) }
            self.init(text: text, encoding: encoding)
        }
    }

    /// Cell Broadcast Data Coding Scheme, TS 23.038 §5. Reserved values are the default alphabet, as the clause says.
    static func encoding(of coding: Int) -> Encoding {
        switch coding {
        case 0x11: return .ucs2
        // Compressed text is not read (TS 23.042).
        case 0x60...0x7F: return .octets
        case 0x40...0x5F, 0x90...0x9F:
            switch coding >> 2 & 3 {
            case 1: return .octets
            case 2: return .ucs2
            default: return .gsm7
            }
        case 0xF0...0xFF: return coding & 4 == 0 ? .gsm7 : .octets
        default: return .gsm7
        }
    }

    /// UTF-16 code units of a string of hexadecimal digits, four each; `nil` when it is anything else.
    static func codeUnits(_ string: String) -> [UInt16]? {
        guard string.utf8.count.isMultiple(of: 4) else { return nil }
        var units: [UInt16] = []
        var unit: UInt16 = 0
        var digits = 0
        for byte in string.utf8 {
            guard let digit = Self.digit(byte) else { return nil }
            unit = unit << 4 | digit
            digits += 1
            guard digits == 4 else { continue }
            units.append(unit)
            unit = 0
            digits = 0
        }
        return units
    }

    private static func digit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte) - 0x30
        case 0x41...0x46: UInt16(byte) - 0x41 + 10
        case 0x61...0x66: UInt16(byte) - 0x61 + 10
        default: nil
        }
    }

    /// Unpaired surrogates become U+FFFD; a CR at the end is padding (TS 23.038 §6.1.2.3.1), other line ends become LF.
    private static func text(of units: [UInt16]) -> String {
        var units = units[...]
        if units.last == 0x0D { units.removeLast() }
        var text = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in String(decoding: units, as: UTF16.self).unicodeScalars {
            switch scalar {
            case "\r": text.append("\n")
            case "\n" where isAfterReturn: break
            default: text.append(scalar)
            }
            isAfterReturn = scalar == "\r"
        }
        return String(text)
    }

    /// Two letters of ISO 639 and CR.
    private static func hasLanguage(_ text: String) -> Bool {
        let start = Array(text.unicodeScalars.prefix(3))
        return start.count == 3 && start[2] == "\n"
            && start[..<2].allSatisfy { $0.isASCII && $0.properties.isAlphabetic }
    }
}
