// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Hexadecimal text as modems write PDUs (TS 27.005 §3.1, "two characters per octet"), eight digits at a time.
enum Hexadecimal {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The octets of `text`; both cases are accepted.
    static func decode(_ text: String) throws(PDUError) -> [UInt8] {
        var text = text
        var consumed = 0
        var isValid = true
        var octets: [UInt8] = []
        text.withUTF8 { digits in
            consumed = digits.count
            let count = digits.count / 2
            withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { scratch in
                isValid = Self.decode(UnsafeRawBufferPointer(digits), into: scratch)
                // Appending is the cheapest way to an array: no generic metadata is looked up.
                octets.append(contentsOf: UnsafeBufferPointer(scratch.assumingMemoryBound(to: UInt8.self)))
            }
        }
        guard isValid, octets.count * 2 == consumed else { throw Self.failure(in: text) }
        return octets
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

    /// False when something else than a digit was met.
    private static func decode(_ digits: UnsafeRawBufferPointer, into octets: UnsafeMutableRawBufferPointer) -> Bool {
        guard octets.count >= 8 else { return Self.decodeShort(digits, into: octets) }
        var wrong = SIMD2<UInt64>()
        var octet = 0
        while octet < octets.count {
            // The last step goes back so far that it is a whole one.
            octet = min(octet, octets.count &- 8)
            let sixteen = digits.loadUnaligned(fromByteOffset: octet &* 2, as: SIMD2<UInt64>.self)
            octets.storeBytes(of: Self.octets(of: sixteen, wrong: &wrong), toByteOffset: octet, as: UInt64.self)
            octet &+= 8
        }
        return wrong[0] | wrong[1] == 0
    }

    private static func decodeShort(
        _ digits: UnsafeRawBufferPointer, into octets: UnsafeMutableRawBufferPointer
    ) -> Bool {
        for octet in 0..<octets.count {
            guard let high = Self.value(digits[octet * 2]), let low = Self.value(digits[octet * 2 + 1]) else {
                return false
            }
            octets[octet] = high << 4 | low
        }
        return true
    }

    /// The same octet in every place.
    @inline(__always)
    private static func each(_ octet: UInt64) -> SIMD2<UInt64> {
        SIMD2(repeating: octet &* Self.ones)
    }

    /// Sixteen digits to eight octets, in the order of memory of a little-endian machine; `wrong` gets a bit for
    /// everything that is no digit.
    @inline(__always)
    private static func octets(of digits: SIMD2<UInt64>, wrong: inout SIMD2<UInt64>) -> UInt64 {
        // Below 80 a sum reaches bit 7 of its byte exactly when the byte is not below the bound, without a carry.
        let low = digits & Self.each(0x7F)
        let decimal = (low &+ Self.each(0x50)) & ~(low &+ Self.each(0x46))
        let lower = low | Self.each(0x20)
        let letters = (lower &+ Self.each(0x1F)) & ~(lower &+ Self.each(0x19)) & Self.each(0x80)
        wrong |= (digits | ~(decimal | letters)) & Self.each(0x80)
        // Letters follow nine behind where their low bits say.
        let nibbles = (digits & Self.each(0x0F)) &+ (letters &>> 7) &+ (letters &>> 4)
        var pairs = (nibbles &<< 4 | nibbles &>> 8) & SIMD2(repeating: 0x00FF_00FF_00FF_00FF)
        pairs = (pairs | pairs &>> 8) & SIMD2(repeating: 0x0000_FFFF_0000_FFFF)
        pairs = (pairs | pairs &>> 16) & SIMD2(repeating: 0x0000_0000_FFFF_FFFF)
        return pairs[0] | pairs[1] &<< 32
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
        String(unsafeUninitializedCapacity: octets.count * 2) { digits in
            let source = UnsafeRawBufferPointer(octets)
            let target = UnsafeMutableRawBufferPointer(digits)
            var octet = 0
            while octet + 4 <= octets.count {
                let four = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: octet, as: UInt32.self))
                target.storeBytes(of: Self.digits(of: four).littleEndian, toByteOffset: octet * 2, as: UInt64.self)
                octet += 4
            }
            while octet < octets.count {
                let two = Self.digits(of: UInt32(octets[octet]))
                target.storeBytes(
                    of: UInt16(truncatingIfNeeded: two).littleEndian, toByteOffset: octet * 2, as: UInt16.self)
                octet += 1
            }
            return octets.count * 2
        }
    }

    @inline(__always)
    private static func digits(of octets: UInt32) -> UInt64 {
        var pairs = UInt64(octets)
        pairs = (pairs | pairs << 16) & 0x0000_FFFF_0000_FFFF
        pairs = (pairs | pairs << 8) & 0x00FF_00FF_00FF_00FF
        let nibbles = (pairs >> 4 | pairs << 8) & 0x0F0F_0F0F_0F0F_0F0F
        let letters = ((nibbles &+ 6 &* Self.ones) >> 4) & Self.ones
        return nibbles &+ 0x30 &* Self.ones &+ letters &* 7
    }
}

extension Array where Element == UInt8 {
    /// The octets of hexadecimal text, both cases accepted.
    package init(hexadecimal text: String) throws(PDUError) {
        self = try Hexadecimal.decode(text)
    }

    /// Upper-case hexadecimal text.
    package var hexadecimal: String {
        self.withUnsafeBufferPointer { Hexadecimal.encode($0) }
    }
}
