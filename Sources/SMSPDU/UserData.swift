// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// TP-User-Data with its header, TS 23.040 §9.2.3.24: kept as transmitted, read through its members.
///
/// As the septets or UTF-16 units stay what they were, a pair of them that the sender split over two parts can be
/// joined (see ``MessageAssembler``), and decoding followed by encoding gives the same octets.
package struct UserData: Sendable {
    /// Holds the user data, from a decoded PDU the rest of it too (no copy is made).
    let storage: [UInt8]
    private let storedStart: UInt16
    private let storedLength: UInt8
    private let storedHeaderOctets: UInt8
    package let alphabet: Alphabet
    let languages: LanguageShifts
    /// Where in TP-UD the concatenation element begins, one that makes sense; 0 without.
    let concatenationOffset: UInt8

    @inline(__always)
    init(
        storage: [UInt8], start: Int, length: Int, alphabet: Alphabet, headerOctets: Int, languages: LanguageShifts,
        concatenationOffset: Int
    ) {
        self.storage = storage
        self.storedStart = UInt16(clamping: start)
        self.storedLength = UInt8(clamping: length)
        self.storedHeaderOctets = UInt8(clamping: headerOctets)
        self.alphabet = alphabet
        self.languages = languages
        self.concatenationOffset = UInt8(clamping: concatenationOffset)
    }

    /// Where TP-UD begins in the storage.
    var start: Int { Int(self.storedStart) }

    /// TP-UDL: septets for the GSM alphabet, octets otherwise, the header included.
    package var length: Int { Int(self.storedLength) }

    /// Octets of the header with its length octet; 0 without a header.
    var headerOctets: Int { Int(self.storedHeaderOctets) }

    /// Octets of TP-UD.
    var octetCount: Int { self.alphabet == .gsm7 ? (self.length * 7 + 7) / 8 : self.length }

    /// TP-UD as transmitted: header, fill bits and body.
    package var octets: ArraySlice<UInt8> { self.storage[self.start..<self.start + self.octetCount] }

    package var hasHeader: Bool { self.headerOctets > 0 }

    /// The body without the header: the data of an 8-bit message, UTF-16 in big-endian order for UCS2, one octet per
    /// septet for the GSM alphabet.
    package var data: [UInt8] {
        guard self.alphabet == .gsm7 else { return Array(self.octets.dropFirst(self.headerOctets)) }
        return self.septets
    }

    /// The text, read anew at every call; nil for 8-bit data. A half of a surrogate pair reads U+FFFD.
    package var text: String? {
        switch self.alphabet {
        case .octets: nil
        case .gsm7:
            self.withStoredOctets {
                GSMText.string(
                    packed: $0, firstSeptet: self.headerSeptets, count: self.bodySeptets, self.languages)
            }
        case .ucs2:
            UTF16Text.string(
                self.storage, from: self.start + self.headerOctets, octets: self.length - self.headerOctets)
        }
    }

    /// The elements of the header in their order, unknown ones included.
    package var header: [InformationElement] {
        var elements: [InformationElement] = []
        var position = self.start + 1
        let end = self.start + self.headerOctets
        while position + 2 <= end {
            let next = position + 2 + Int(self.storage[position + 1])
            guard next <= end else { break }
            let identifier = InformationElement.Identifier(rawValue: self.storage[position])
            elements.append(InformationElement(identifier, Array(self.storage[position + 2..<next])))
            position = next
        }
        return elements
    }

    /// The part of a longer message; nil as well when the element makes no sense.
    package var concatenation: Concatenation? {
        guard self.concatenationOffset > 0 else { return nil }
        let element = self.start + Int(self.concatenationOffset)
        let isWide = self.storage[element] == InformationElement.Identifier.concatenation16Bit.rawValue
        let data = self.storage[element + 2..<element + (isWide ? 6 : 5)]
        let reference = data.dropLast(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
        return Concatenation(
            reference: reference, isWide: isWide, total: data[data.endIndex - 2], sequence: data[data.endIndex - 1])
    }

    /// The application ports, if the header names them.
    package var ports: ApplicationPorts? {
        var ports: ApplicationPorts?
        for element in self.header {
            switch (element.identifier, element.data.count) {
            case (.ports8Bit, 2):
                ports = ApplicationPorts(destination: UInt16(element.data[0]), source: UInt16(element.data[1]))
            case (.ports16Bit, 4):
                ports = ApplicationPorts(
                    destination: UInt16(element.data[0]) << 8 | UInt16(element.data[1]),
                    source: UInt16(element.data[2]) << 8 | UInt16(element.data[3]))
            default: break
            }
        }
        return ports
    }

    /// What a person calls the coding: alphabet and national tables.
    package var encoding: MessageEncoding {
        switch self.alphabet {
        case .gsm7: .gsm7(locking: self.languages.locking, single: self.languages.single)
        case .octets: .octets
        case .ucs2: .ucs2
        }
    }

    /// How many septets the header takes, fill bits included.
    var headerSeptets: Int { (self.headerOctets * 8 + 6) / 7 }

    var bodySeptets: Int { max(0, self.length - self.headerSeptets) }

    /// TP-UD and what the storage has behind it.
    @inline(__always)
    func withStoredOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        self.storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[self.start...])) }
    }

    /// The septets of the body, unpacked.
    var septets: [UInt8] {
        Septets.unpack(self.storage, octet: self.start, firstSeptet: self.headerSeptets, count: self.bodySeptets)
    }
}

extension UserData: Hashable {
    package static func == (left: UserData, right: UserData) -> Bool {
        left.alphabet == right.alphabet && left.length == right.length && left.headerOctets == right.headerOctets
            && left.octets == right.octets
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.alphabet)
        hasher.combine(self.length)
        hasher.combine(self.headerOctets)
        hasher.combine(self.octets)
    }
}
