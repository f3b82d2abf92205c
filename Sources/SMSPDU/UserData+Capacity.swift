// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension UserData {
    /// What a text is counted in: septets, UTF-16 code units or octets. A character of the GSM extension table takes two
    /// septets, an emoji two or more units.
    package enum Unit: String, Sendable, Hashable { case septet, utf16, octet }

    package var unit: Unit {
        switch self.alphabet {
        case .gsm7: .septet
        case .ucs2: .utf16
        case .octets: .octet
        }
    }

    /// Units of the body.
    package var unitsUsed: Int {
        switch self.alphabet {
        case .gsm7: self.bodySeptets
        case .ucs2: max(0, self.length - self.headerOctets) / 2
        case .octets: max(0, self.length - self.headerOctets)
        }
    }

    /// Units that fit beside this header: 160 septets, 70 UTF-16 units or 140 octets without one.
    package var unitCapacity: Int {
        switch self.alphabet {
        case .gsm7: 160 - self.headerSeptets
        case .ucs2: (Self.maximumOctets - self.headerOctets) / 2
        case .octets: Self.maximumOctets - self.headerOctets
        }
    }

    /// The same part of another message: the low octet of its concatenation reference changed, TS 23.040 §9.2.3.24.1 and
    /// §9.2.3.24.8. Without a concatenation element nothing changes.
    package func numbered(_ reference: UInt8) -> UserData {
        guard let concatenation = self.concatenation else { return self }
        var storage = self.storage
        storage[self.start + Int(self.concatenationOffset) + (concatenation.isWide ? 3 : 2)] = reference
        return UserData(
            storage: storage, start: self.start, length: self.length, alphabet: self.alphabet,
            headerOctets: self.headerOctets, languages: self.languages,
            concatenationOffset: Int(self.concatenationOffset))
    }
}

extension ShortMessagePDU {
    /// A message to be sent, in hexadecimal, as part of another message: see ``UserData/numbered(_:)``.
    package static func numbered(_ hex: String, _ reference: UInt8) throws(PDUError) -> String {
        var pdu = try Self.decode(hex, direction: .mobileOriginated).pdu
        guard case .submit(var submit) = pdu.tpdu else { return hex }
        submit.userData = submit.userData.numbered(reference)
        pdu.tpdu = .submit(submit)
        return try pdu.encoded().hex
    }
}
