// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The alphabet of the user data, TS 23.038 §4.
package enum Alphabet: UInt8, Sendable, CaseIterable {
    /// GSM 7-bit default alphabet, or the national tables that the user data header names.
    case gsm7
    /// 8-bit data.
    case octets
    /// UCS2, in practice UTF-16, big-endian.
    case ucs2
}

/// TP-Data-Coding-Scheme, TS 23.040 §9.2.3.10, coded by TS 23.038 §4.
package struct DataCodingScheme: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let gsm7 = DataCodingScheme(rawValue: 0x00)
    package static let octets = DataCodingScheme(rawValue: 0x04)
    package static let ucs2 = DataCodingScheme(rawValue: 0x08)

    /// General data coding of uncompressed text; `messageClass` 0 (shown at once, not stored) to 3 (for the terminal),
    /// other values are left out.
    package init(_ alphabet: Alphabet, messageClass: Int? = nil) {
        let coding: UInt8 =
            switch alphabet {
            case .gsm7: 0x00
            case .octets: 0x04
            case .ucs2: 0x08
            }
        if let messageClass, 0...3 ~= messageClass {
            self.init(rawValue: coding | 0x10 | UInt8(messageClass))
        } else {
            self.init(rawValue: coding)
        }
    }

    /// Groups 0 to 7: general data coding, with automatic deletion from 4 on.
    private var isGeneral: Bool { self.rawValue < 0x80 }

    /// Reserved codings are read as the default alphabet, as TS 23.038 §4 demands.
    package var alphabet: Alphabet {
        switch self.rawValue >> 4 {
        case 0x0...0x7:
            switch self.rawValue >> 2 & 0x03 {
            case 1: .octets
            case 2: .ucs2
            default: .gsm7
            }
        case 0xE: .ucs2
        case 0xF: self.rawValue & 0x04 == 0 ? .gsm7 : .octets
        default: .gsm7
        }
    }

    /// Compressed by TS 23.042; such user data is refused.
    package var isCompressed: Bool { self.isGeneral && self.rawValue & 0x20 != 0 }

    /// TP-DCS; refuses compressed text, at its place.
    @inline(__always)
    static func decode(_ reader: inout OctetReader) throws(PDUError) -> DataCodingScheme {
        let coding = DataCodingScheme(rawValue: try reader.octet("TP-DCS"))
        guard !coding.isCompressed else {
            throw PDUError(
                .compressed, field: "TP-DCS", offset: reader.position - 1,
                "the text is compressed (TS 23.042) and cannot be read")
        }
        return coding
    }

    /// The receiver may delete the message once it was read.
    package var isMarkedForDeletion: Bool { self.rawValue >> 6 == 1 }

    /// 0 flash, 1 for the phone, 2 for the SIM, 3 for the terminal; nil when the scheme names no class.
    package var messageClass: Int? {
        if self.rawValue >= 0xF0 { return Int(self.rawValue & 0x03) }
        return self.isGeneral && self.rawValue & 0x10 != 0 ? Int(self.rawValue & 0x03) : nil
    }

    /// The message waiting indication of groups 12 to 14.
    package var messageWaiting: MessageWaiting? {
        guard 0xC...0xE ~= self.rawValue >> 4 else { return nil }
        return MessageWaiting(
            kind: MessageWaiting.Kind(rawValue: self.rawValue & 0x03) ?? .other,
            isActive: self.rawValue & 0x08 != 0, count: nil,
            isStored: self.rawValue >> 4 != 0xC)
    }
}
