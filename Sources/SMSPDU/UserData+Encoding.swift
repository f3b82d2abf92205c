// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension UserData {
    /// Octets of TP-UD at most, TS 23.040 §9.2.3.16 and §9.2.2.2.
    package static let maximumOctets = 140

    /// Text with the header given; national tables are those that the header names.
    ///
    /// - Throws: `notInAlphabet` for a character that the alphabet does not have, `tooLong` beyond 140 octets,
    ///   `inconsistent` for text in ``Alphabet/octets``.
    package init(text: String, alphabet: Alphabet, header: [InformationElement] = []) throws(PDUError) {
        let languages = LanguageShifts(header)
        switch alphabet {
        case .gsm7:
            let septets = try GSMText.septets(
                of: text, locking: languages.locking, single: languages.single, field: "TP-UD")
            try self.init(septets: septets, header: header, languages: languages)
        case .ucs2:
            try self.init(octets: UTF16Text.octets(of: text), alphabet: .ucs2, header: header)
        case .octets:
            throw PDUError(.inconsistent, field: "TP-UD", offset: 0, "text needs the GSM alphabet or UCS2")
        }
    }

    /// 8-bit data, at most 140 octets with the header.
    package init(data: [UInt8], header: [InformationElement] = []) throws(PDUError) {
        try self.init(octets: data, alphabet: .octets, header: header)
    }

    init(septets: [UInt8], header: [InformationElement], languages: LanguageShifts) throws(PDUError) {
        let headerOctets = try Self.octets(of: header)
        let length = septets.count + (headerOctets.count * 8 + 6) / 7
        guard length <= 160 else { throw Self.tooLong("\(length) septets, 160 fit") }
        self.init(
            storage: Septets.pack(septets, header: headerOctets), start: 0, length: length, alphabet: .gsm7,
            headerOctets: headerOctets.count, languages: languages,
            concatenationOffset: Self.concatenationOffset(in: header))
    }

    init(octets: [UInt8], alphabet: Alphabet, header: [InformationElement]) throws(PDUError) {
        let headerOctets = try Self.octets(of: header)
        let length = headerOctets.count + octets.count
        guard length <= Self.maximumOctets else { throw Self.tooLong("\(length) octets, 140 fit") }
        self.init(
            storage: headerOctets + octets, start: 0, length: length, alphabet: alphabet,
            headerOctets: headerOctets.count, languages: LanguageShifts(header),
            concatenationOffset: Self.concatenationOffset(in: header))
    }

    /// The header with its length octet; empty without elements.
    static func octets(of header: [InformationElement]) throws(PDUError) -> [UInt8] {
        guard !header.isEmpty else { return [] }
        var octets: [UInt8] = [0]
        for element in header {
            guard octets.count + 2 + element.data.count <= Self.maximumOctets else {
                throw Self.tooLong("the header alone is longer than 140 octets")
            }
            octets.append(element.identifier.rawValue)
            octets.append(UInt8(element.data.count))
            octets.append(contentsOf: element.data)
        }
        octets[0] = UInt8(octets.count - 1)
        return octets
    }

    /// Where in TP-UD the last concatenation element that makes sense begins; 0 without one.
    private static func concatenationOffset(in header: [InformationElement]) -> Int {
        var found = 0
        var position = 1
        for element in header {
            let data = element.data
            switch (element.identifier, data.count) {
            case (.concatenation8Bit, 3), (.concatenation16Bit, 4):
                let (total, sequence) = (data[data.count - 2], data[data.count - 1])
                if sequence > 0 && sequence <= total { found = position }
            default: break
            }
            position += 2 + data.count
        }
        return found
    }

    private static func tooLong(_ message: String) -> PDUError {
        PDUError(.tooLong, field: "TP-UD", offset: 0, message)
    }

    func encode(_ writer: inout OctetWriter, coding: DataCodingScheme) throws(PDUError) {
        guard self.alphabet == coding.alphabet, !coding.isCompressed else {
            throw PDUError(
                .inconsistent, field: "TP-DCS", offset: writer.count, "the data coding scheme names another alphabet")
        }
        guard self.octetCount <= Self.maximumOctets else { throw Self.tooLong("\(self.octetCount) octets, 140 fit") }
        writer.append(UInt8(truncatingIfNeeded: self.length))
        let range = self.start..<self.start + self.octetCount
        self.storage.withUnsafeBufferPointer { writer.append(UnsafeBufferPointer(rebasing: $0[range])) }
    }
}
