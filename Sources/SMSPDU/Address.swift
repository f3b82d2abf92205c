// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// An address of TS 23.040 §9.1.2.5: a number or, as originator only, up to eleven characters.
///
/// Two addresses are equal when type and digits (or characters) are, whatever filled the octets up.
package struct Address: Sendable, Hashable {
    /// Semi-octets 0 to 15 and 16 to 19, the first in the low bits; zero behind the last.
    let low: UInt64
    let high: UInt16
    /// The type-of-address octet, bit 7 set.
    let type: UInt8
    /// Useful semi-octets, at most 20.
    let semiOctets: UInt8

    /// The most digits of a TP address: ten octets of two semi-octets.
    package static let maximumDigits = 20

    /// No number: some networks leave TP-OA empty.
    static let empty = Address(type: 0x81, semiOctets: 0, low: 0, high: 0)

    init(type: UInt8, semiOctets: UInt8, low: UInt64, high: UInt16) {
        self.type = type
        self.semiOctets = semiOctets
        self.low = low
        self.high = high
    }

    package var typeOfNumber: TypeOfNumber { TypeOfNumber(rawValue: self.type >> 4 & 0x07) ?? .unknown }

    package var numberingPlan: NumberingPlan { NumberingPlan(rawValue: self.type) }

    /// A number to send to: `+` and digits for an international one, else digits, `*` and `#` as they would be dialled
    /// (type of number "unknown", so that the network reads national numbers and short codes by its own plan).
    ///
    /// - Throws: `PDUError.Code.invalidNumber` for anything else, for no digit and for more than 20.
    package init(_ number: String) throws(PDUError) {
        var number = number
        var invalidAt: Int?
        var packed = SemiOctets()
        var isInternational = false
        number.withUTF8 { characters in
            isInternational = characters.first == UInt8(ascii: "+")
            var position = isInternational ? 1 : 0
            while position < characters.count {
                guard let digit = SemiOctets.digit(of: characters[position]), digit < (isInternational ? 10 : 12),
                    packed.append(digit)
                else {
                    invalidAt = position
                    return
                }
                position += 1
            }
        }
        guard invalidAt == nil, packed.count > 0 else { throw Self.invalid(at: invalidAt ?? 0, packed.count) }
        self.init(
            type: isInternational ? 0x91 : 0x81, semiOctets: packed.count, low: packed.low, high: packed.high)
    }

    @inline(never)
    private static func invalid(at offset: Int, _ digits: UInt8) -> PDUError {
        let message =
            digits == 0 || digits == Self.maximumDigits
            ? "a number has 1 to 20 digits" : "a number has digits only, after a leading +"
        return PDUError(.invalidNumber, field: "address", offset: offset, message)
    }

    /// An originator by name, in the GSM 7-bit default alphabet, eleven septets at most.
    package static func alphanumeric(_ name: String) throws(PDUError) -> Address {
        let septets = try GSMText.septets(of: name, field: "address")
        guard septets.count <= 11 else {
            throw PDUError(.tooLong, field: "address", offset: 0, "a sender's name has at most 11 characters")
        }
        var packed = SemiOctets()
        for octet in Septets.pack(septets, header: []) {
            _ = packed.append(octet & 0x0F)
            _ = packed.append(octet >> 4)
        }
        return Address(
            type: 0xD0, semiOctets: UInt8((septets.count * 7 + 3) / 4), low: packed.low, high: packed.high)
    }

    /// What a person reads: `+` and digits for an international number, digits (with `*` `#` and the network's `a` `b`
    /// `c`) for every other one, characters for an alphanumeric address.
    package var text: String {
        if self.typeOfNumber == .alphanumeric {
            return withUnsafeBytes(of: (self.low.littleEndian, UInt64(self.high).littleEndian)) {
                GSMText.string(packed: $0, firstSeptet: 0, count: Int(self.semiOctets) * 4 / 7, LanguageShifts())
            }
        }
        let count = Int(self.semiOctets)
        guard count > 0 else { return "" }
        let first = SemiOctets.characters(UInt32(truncatingIfNeeded: self.low))
        let second = SemiOctets.characters(UInt32(self.low >> 32))
        let isInternational = self.typeOfNumber == .international
        guard count < 15 else { return self.longText(first, second, isInternational: isInternational) }
        return isInternational
            ? String(
                ascii: first << 8 | UInt64(UInt8(ascii: "+")), second << 8 | first >> 56, count: count + 1)
            : String(ascii: first, second, count: count)
    }

    private func longText(_ first: UInt64, _ second: UInt64, isInternational: Bool) -> String {
        // `+` and 24 places, of which 20 are used.
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { text in
            text[0] = UInt8(ascii: "+")
            text.storeBytes(of: first.littleEndian, toByteOffset: 1, as: UInt64.self)
            text.storeBytes(of: second.littleEndian, toByteOffset: 9, as: UInt64.self)
            let third = SemiOctets.characters(UInt32(self.high))
            text.storeBytes(of: third.littleEndian, toByteOffset: 17, as: UInt64.self)
            let start = isInternational ? 0 : 1
            return String(
                validUTF8: UnsafeRawBufferPointer(rebasing: text[start...]), count: 1 - start + Int(self.semiOctets),
                isASCII: true)
        }
    }

    @inline(__always)
    func octet(_ index: Int) -> UInt8 {
        index < 8
            ? UInt8(truncatingIfNeeded: self.low &>> UInt64(index &* 8))
            : UInt8(truncatingIfNeeded: self.high &>> UInt16((index &- 8) &* 8))
    }
}

/// Up to twenty semi-octets within two registers.
struct SemiOctets {
    private(set) var count: UInt8 = 0
    private(set) var low: UInt64 = 0
    private(set) var high: UInt16 = 0

    /// False when all places are taken.
    @inline(__always)
    mutating func append(_ semiOctet: UInt8) -> Bool {
        if self.count < 16 {
            self.low |= UInt64(semiOctet) &<< UInt64(self.count &* 4)
        } else if self.count < 20 {
            self.high |= UInt16(semiOctet) &<< UInt16((self.count &- 16) &* 4)
        } else {
            return false
        }
        self.count &+= 1
        return true
    }

    private static let otherCharacters: [UInt8] = Array("*#abc ".utf8)

    /// Eight semi-octets as characters, the first in the low octet (TS 23.040 §9.1.2.3, TS 24.008 table 10.5.118).
    @inline(__always)
    static func characters(_ octets: UInt32) -> UInt64 {
        var digits = UInt64(octets)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // Above 9 adding 6 reaches bit 4.
        if (digits &+ 0x0606_0606_0606_0606) & 0x1010_1010_1010_1010 != 0 { return Self.otherCharacters(digits) }
        return digits | 0x3030_3030_3030_3030
    }

    @inline(never)
    private static func otherCharacters(_ digits: UInt64) -> UInt64 {
        var characters: UInt64 = 0
        for place in UInt64(0)..<8 {
            let digit = UInt8(truncatingIfNeeded: digits >> (place * 8))
            let character = digit < 10 ? 0x30 + digit : Self.otherCharacters[Int(digit - 10)]
            characters |= UInt64(character) << (place * 8)
        }
        return characters
    }

    @inline(__always)
    static func digit(of character: UInt8) -> UInt8? {
        if character &- 0x30 < 10 { return character &- 0x30 }
        switch character {
        case UInt8(ascii: "*"): return 0x0A
        case UInt8(ascii: "#"): return 0x0B
        default: return nil
        }
    }
}
