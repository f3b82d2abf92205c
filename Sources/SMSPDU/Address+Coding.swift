// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// How the length octet of an address counts.
enum AddressLength {
    /// TP-OA, TP-DA, TP-RA: useful semi-octets (TS 23.040 §9.1.2.5).
    case semiOctets
    /// Service centre address: octets, the type octet included (TS 24.011 §8.2.5.1).
    case octets
}

extension Address {
    @inline(__always)
    static func decode(
        _ reader: inout OctetReader, length unit: AddressLength, field: String
    ) throws(PDUError) -> Address? {
        let start = reader.position
        let length = Int(try reader.octet(field))
        let semiOctets: Int
        switch unit {
        case .octets:
            if length == 0 { return nil }
            semiOctets = (length - 1) * 2
        case .semiOctets:
            semiOctets = length
        }
        guard reader.remaining > (semiOctets + 1) / 2 else {
            throw Self.beyond(field, at: start, length: length)
        }
        let type = try reader.octet(field)
        let octets = try reader.skip((semiOctets + 1) / 2, field)
        if type & 0x80 == 0 { reader.warn(field, at: start + 1, "bit 7 of the type of address is not set") }
        if semiOctets > Self.maximumDigits {
            reader.warn(field, at: start, "more than 20 semi-octets, the rest is left unread")
        }
        return Address(
            type: type | 0x80, reader, from: octets, semiOctets: min(semiOctets, Self.maximumDigits))
    }

    @inline(never)
    private static func beyond(_ field: String, at offset: Int, length: Int) -> PDUError {
        PDUError(
            .truncated, field: field + ".length", offset: offset, "length \(length) reaches beyond the end of the PDU")
    }

    @inline(__always)
    private init(type: UInt8, _ reader: borrowing OctetReader, from start: Int, semiOctets count: Int) {
        var low = reader.eightOctets(at: start)
        var high = count > 16 ? UInt16(reader[start + 8]) | UInt16(reader[start + 9]) << 8 : 0
        let isName = type >> 4 & 0x07 == TypeOfNumber.alphanumeric.rawValue
        // What lies behind the last digit or character is filling.
        let bits = isName ? count * 4 / 7 * 7 : count * 4
        low &= bits < 64 ? (1 &<< UInt64(bits)) &- 1 : UInt64.max
        high &= bits <= 64 ? 0 : UInt16(truncatingIfNeeded: (UInt32(1) << UInt32(bits - 64)) &- 1)
        self.init(type: type, semiOctets: UInt8(isName ? (bits + 3) / 4 : count), low: low, high: high)
        guard !isName, self.hasFiller else { return }
        // The usual filler is the last semi-octet of a service centre's number.
        let last = UInt64(max(0, count - 1) * 4)
        let shorter = Address(type: type, semiOctets: UInt8(count - 1), low: low & ~(0x0F << last), high: high)
        self = count <= 16 && !shorter.hasFiller ? shorter : self.withoutFiller
    }

    /// A semi-octet F, which numbers of a service centre end with.
    @inline(__always)
    private var hasFiller: Bool {
        let low = self.low & self.low >> 1
        let high = self.high & self.high >> 1
        return low & low >> 2 & 0x1111_1111_1111_1111 != 0 || high & high >> 2 & 0x1111 != 0
    }

    /// F is a filler wherever it stands (TS 24.008 table 10.5.118).
    private var withoutFiller: Address {
        var packed = SemiOctets()
        for index in 0..<(Int(self.semiOctets) + 1) / 2 {
            let octet = self.octet(index)
            if octet & 0x0F != 0x0F { _ = packed.append(octet & 0x0F) }
            if octet >> 4 != 0x0F, index * 2 + 1 < Int(self.semiOctets) { _ = packed.append(octet >> 4) }
        }
        return Address(type: self.type, semiOctets: packed.count, low: packed.low, high: packed.high)
    }

    @inline(__always)
    func encode(_ writer: inout OctetWriter, length unit: AddressLength) {
        let octets = (Int(self.semiOctets) + 1) / 2
        switch unit {
        case .octets: writer.append(UInt8(truncatingIfNeeded: octets + 1))
        case .semiOctets: writer.append(self.semiOctets)
        }
        writer.append(self.type)
        writer.append(self.low, count: min(octets, 8))
        if octets > 8 { writer.append(UInt64(self.high), count: octets - 8) }
        // An odd number of digits leaves a filler; of a name the bits behind the last character are zero.
        if self.semiOctets & 1 == 1, self.typeOfNumber != .alphanumeric { writer.fillLastSemiOctet() }
    }
}
