// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Hexadecimal text as modems write PDUs (TS 27.005 §3.1, "two characters per octet"), eight digits at a time.
enum Hexadecimal {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The octets of `text`, both cases accepted.
    static func decode(_ text: String) throws(PDUError) -> [UInt8] {
        try withUnsafeTemporaryAllocation(byteCount: text.utf8.count / 2, alignment: 8) { octets throws(PDUError) in
            try Self.decode(text, into: octets)
            return Array(copying: UnsafeBufferPointer(octets.assumingMemoryBound(to: UInt8.self)))
        }
    }

    /// Fills `octets`, one for two digits.
    @inline(__always)
    private static func decode(_ text: String, into octets: UnsafeMutableRawBufferPointer) throws(PDUError) {
        let isValid = text.utf8.withContiguousStorageIfAvailable {
            $0.count == octets.count * 2 && Self.decode(UnsafeRawBufferPointer($0), into: octets)
        }
        guard isValid ?? Self.decode(copying: text, into: octets) else { throw Self.failure(in: text) }
    }

    /// For a text that does not lie in memory in one piece.
    @inline(never)
    private static func decode(copying text: String, into octets: UnsafeMutableRawBufferPointer) -> Bool {
        Array(text.utf8).withUnsafeBytes { $0.count == octets.count * 2 && Self.decode($0, into: octets) }
    }

    /// Finds the place that the fast way only knows to exist.
    @inline(never)
    private static func failure(in text: String) -> PDUError {
        let digits = Array(text.utf8)
        let position = digits.firstIndex { Self.value($0) == nil }
        let message =
            position == nil ? "the last octet has one digit only" : "this is not a hexadecimal digit"
        return PDUError(.notHexadecimal, field: "hex", offset: (position ?? digits.count - 1) / 2, message)
    }

    /// False when something else than a digit was met. `digits` has two places per octet at least.
    private static func decode(_ digits: UnsafeRawBufferPointer, into octets: UnsafeMutableRawBufferPointer) -> Bool {
        let count = min(octets.count, digits.count / 2)
        guard count >= 8 else { return Self.decodeShort(digits, into: octets, count: count) }
        var wrong = SIMD16<UInt8>()
        var octet = 0
        while octet < count {
            // The last step goes back so far that it is a whole one.
            octet = min(octet, count &- 8)
            let sixteen = digits.loadUnaligned(fromByteOffset: octet &* 2, as: SIMD16<UInt8>.self)
            octets.storeBytes(of: Self.octets(of: sixteen, wrong: &wrong), toByteOffset: octet, as: UInt64.self)
            octet &+= 8
        }
        let marks = unsafeBitCast(wrong, to: SIMD2<UInt64>.self)
        return (marks[0] | marks[1]) & (0x80 &* Self.ones) == 0
    }

    private static func decodeShort(
        _ digits: UnsafeRawBufferPointer, into octets: UnsafeMutableRawBufferPointer, count: Int
    ) -> Bool {
        for octet in 0..<count {
            guard let high = Self.value(digits[octet * 2]), let low = Self.value(digits[octet * 2 + 1]) else {
                return false
            }
            octets[octet] = high << 4 | low
        }
        return true
    }

    /// The same octet in every place.
    @inline(__always)
    private static func each(_ octet: UInt8) -> SIMD16<UInt8> { SIMD16(repeating: octet) }

    /// Sixteen digits to eight octets, in the order of memory; bit 7 of `wrong` is set for everything that is no digit.
    ///
    /// Comparing vectors would be plainer, but the compiler makes loops of that.
    @inline(__always)
    private static func octets(of digits: SIMD16<UInt8>, wrong: inout SIMD16<UInt8>) -> UInt64 {
        // Below 80 a sum reaches bit 7 of its byte exactly when the byte is not below the bound, without a carry.
        let low = digits & Self.each(0x7F)
        let decimal = (low &+ Self.each(0x50)) & ~(low &+ Self.each(0x46))
        let lower = low | Self.each(0x20)
        let letters = (lower &+ Self.each(0x1F)) & ~(lower &+ Self.each(0x19))
        wrong |= digits | ~(decimal | letters)
        // Letters, known by bit 6, follow nine behind where their low bits say.
        let letter = (digits &>> Self.each(6)) & Self.each(1)
        let nibbles = (digits & Self.each(0x0F)) &+ letter &+ (letter &<< Self.each(3))
        // The first digit of a pair lies in the low half of a little-endian word and is the high half of its octet.
        let pairs = unsafeBitCast(nibbles, to: SIMD8<UInt16>.self)
        return unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: pairs &<< 4 | pairs &>> 8), to: UInt64.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    /// Upper-case digits, as every modem accepts them.
    static func encode(_ octets: UnsafeBufferPointer<UInt8>) -> String {
        let source = UnsafeRawBufferPointer(octets)
        return withUnsafeTemporaryAllocation(byteCount: octets.count * 2 + 16, alignment: 8) { digits in
            var octet = 0
            while octet < octets.count {
                let eight = Self.digits(of: UInt64(loading: source, at: octet))
                digits.storeBytes(of: eight, toByteOffset: octet &* 2, as: SIMD16<UInt8>.self)
                octet &+= 8
            }
            return String(validUTF8: UnsafeRawBufferPointer(digits), count: octets.count * 2, isASCII: true)
        }
    }

    /// Eight octets, the first in the low bits, to sixteen digits.
    @inline(__always)
    private static func digits(of octets: UInt64) -> SIMD16<UInt8> {
        let octets = unsafeBitCast(octets.littleEndian, to: SIMD8<UInt8>.self)
        let pairs = SIMD8<UInt16>(truncatingIfNeeded: octets)
        let nibbles = unsafeBitCast((pairs &>> 4 | pairs &<< 8) & 0x0F0F, to: SIMD16<UInt8>.self)
        // Ten and more reach bit 4 with six added.
        let letter = ((nibbles &+ Self.each(6)) &>> Self.each(4)) & Self.each(1)
        return nibbles &+ Self.each(0x30) &+ (letter &<< Self.each(3)) &- letter
    }
}

extension UInt64 {
    /// Eight octets in one register, the first in the low bits; zeros beyond the end.
    @inline(__always)
    init(loading octets: UnsafeRawBufferPointer, at position: Int) {
        let beyond = position &+ 8 &- octets.count
        if position >= 0, beyond <= 0 {
            self.init(littleEndian: octets.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        } else if position >= 0, beyond < 8, octets.count >= 8 {
            // The last eight, without those before the position.
            let last = octets.loadUnaligned(fromByteOffset: octets.count &- 8, as: UInt64.self)
            self = UInt64(littleEndian: last) &>> UInt64(beyond &* 8)
        } else {
            self = (0..<8).reduce(0) { value, index in
                let place = position &+ index
                return octets.indices.contains(place) ? value | UInt64(octets[place]) << UInt64(index * 8) : value
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// The octets of hexadecimal text, both cases accepted.
    package init(hexadecimal text: String) throws(PDUError) {
        self = try Hexadecimal.decode(text)
    }

    /// Appending is the cheapest way to an array: no generic metadata is looked up.
    @inline(__always)
    init(copying octets: UnsafeBufferPointer<UInt8>) {
        self = []
        self.append(contentsOf: octets)
    }

    /// Upper-case hexadecimal text.
    package var hexadecimal: String {
        self.withUnsafeBufferPointer { Hexadecimal.encode($0) }
    }
}
