// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// UCS2 of TS 23.038 §6.2.3, read and written as UTF-16 in big-endian order, as every phone does.
enum UTF16Text {
    /// Text of `octets / 2` units; a half of a surrogate pair becomes U+FFFD.
    static func string(_ octets: [UInt8], from start: Int, octets count: Int) -> String {
        let units = max(0, count) / 2
        guard units > 0 else { return "" }
        return octets.withUnsafeBytes { octets in
            let source = UnsafeRawBufferPointer(rebasing: octets[start..<start + units * 2])
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: units * 3 + 16) { utf8 in
                let length = Self.transcode(source, into: utf8)
                return String(validUTF8: UnsafeRawBufferPointer(utf8), count: length)
            }
        }
    }

    /// Whether every half of a surrogate pair has its other half.
    static func isComplete(_ source: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while position &+ 2 <= source.count {
            if position &+ 8 <= source.count {
                // Four units at once, bit 7 of an octet for each: either no surrogate or two pairs.
                let four = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let surrogates = four & 0xF800_F800_F800_F800 ^ 0xD800_D800_D800_D800
                let none = (surrogates &>> 11 &+ 0x007F_007F_007F_007F) & 0x0080_0080_0080_0080
                if none == 0x0080_0080_0080_0080 || four & 0xFC00_FC00_FC00_FC00 == 0xD800_DC00_D800_DC00 {
                    position &+= 8
                    continue
                }
            }
            let unit = Self.unit(source, at: position)
            position &+= 2
            guard unit & 0xF800 == 0xD800 else { continue }
            guard unit < 0xDC00, position &+ 2 <= source.count, Self.unit(source, at: position) & 0xFC00 == 0xDC00
            else { return false }
            position &+= 2
        }
        return true
    }

    @inline(__always)
    private static func unit(_ source: UnsafeRawBufferPointer, at octet: Int) -> UInt32 {
        UInt32(UInt16(bigEndian: source.loadUnaligned(fromByteOffset: octet, as: UInt16.self)))
    }

    private static func transcode(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var position = 0
        var length = 0
        while position < source.count {
            // Two halves of a pair at once: all that emoji need.
            if position &+ 4 <= source.count {
                let pair = UInt32(bigEndian: source.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                if pair & 0xFC00_FC00 == 0xD800_DC00 {
                    let scalar = 0x10000 &+ (pair >> 16 & 0x3FF) << 10 &+ pair & 0x3FF
                    length = UTF8Scalar.writeFour(scalar, into: target, at: length)
                    position &+= 4
                    continue
                }
            }
            var scalar = Self.unit(source, at: position)
            position += 2
            if scalar & 0xF800 == 0xD800 { scalar = 0xFFFD }
            length = UTF8Scalar.write(scalar, into: target, at: length)
        }
        return length
    }

    /// The text's UTF-16 in big-endian order.
    static func octets(of text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { utf8 in
            [UInt8](unsafeUninitializedCapacity: utf8.count * 2) { octets, count in
                var position = 0
                while position < utf8.count {
                    let scalar = UTF8Scalar.read(utf8, at: &position)
                    if scalar < 0x10000 {
                        count = Self.write(scalar, into: octets, at: count)
                    } else {
                        count = Self.write(0xD800 + (scalar - 0x10000) >> 10, into: octets, at: count)
                        count = Self.write(0xDC00 + scalar & 0x3FF, into: octets, at: count)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func write(_ unit: UInt32, into octets: UnsafeMutableBufferPointer<UInt8>, at position: Int) -> Int {
        octets[position] = UInt8(truncatingIfNeeded: unit >> 8)
        octets[position + 1] = UInt8(truncatingIfNeeded: unit)
        return position + 2
    }
}

/// One Unicode scalar as UTF-8.
enum UTF8Scalar {
    /// The scalar at `position` of a valid UTF-8 buffer (a String's), which moves behind it.
    @inline(__always)
    static func read(_ utf8: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt32 {
        let first = UInt32(utf8[position])
        if first < 0x80 {
            position += 1
            return first
        }
        if first < 0xE0 {
            defer { position += 2 }
            return (first & 0x1F) << 6 | UInt32(utf8[position + 1] & 0x3F)
        }
        if first < 0xF0 {
            defer { position += 3 }
            return (first & 0x0F) << 12 | UInt32(utf8[position + 1] & 0x3F) << 6 | UInt32(utf8[position + 2] & 0x3F)
        }
        defer { position += 4 }
        return (first & 0x07) << 18 | UInt32(utf8[position + 1] & 0x3F) << 12
            | UInt32(utf8[position + 2] & 0x3F) << 6 | UInt32(utf8[position + 3] & 0x3F)
    }

    /// Writes one scalar and returns the position behind it.
    @inline(__always)
    static func write(_ scalar: UInt32, into utf8: UnsafeMutableBufferPointer<UInt8>, at position: Int) -> Int {
        if scalar < 0x80 {
            utf8[position] = UInt8(truncatingIfNeeded: scalar)
            return position + 1
        }
        let last = UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F)
        if scalar < 0x800 {
            utf8[position] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            utf8[position + 1] = last
            return position + 2
        }
        let third = UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F)
        if scalar < 0x10000 {
            utf8[position] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            utf8[position + 1] = third
            utf8[position + 2] = last
            return position + 3
        }
        return Self.writeFour(scalar, into: utf8, at: position)
    }

    /// A scalar beyond the basic plane.
    @inline(__always)
    static func writeFour(_ scalar: UInt32, into utf8: UnsafeMutableBufferPointer<UInt8>, at position: Int) -> Int {
        let octets =
            (0xF0 | scalar >> 18) | (0x80 | scalar >> 12 & 0x3F) << 8 | (0x80 | scalar >> 6 & 0x3F) << 16
            | (0x80 | scalar & 0x3F) << 24
        UnsafeMutableRawBufferPointer(utf8).storeBytes(of: octets.littleEndian, toByteOffset: position, as: UInt32.self)
        return position &+ 4
    }
}

extension String {
    /// At most fifteen characters, which a String holds without an allocation, the first in the low octet.
    @inline(__always)
    init(ascii low: UInt64, _ high: UInt64, count: Int) {
        self.init(unsafeUninitializedCapacity: 15) { text in
            let text = UnsafeMutableRawBufferPointer(text)
            text.storeBytes(of: low.littleEndian, as: UInt64.self)
            if count > 8 {
                text.storeBytes(of: UInt32(truncatingIfNeeded: high).littleEndian, toByteOffset: 8, as: UInt32.self)
                text.storeBytes(
                    of: UInt16(truncatingIfNeeded: high >> 32).littleEndian, toByteOffset: 12, as: UInt16.self)
                text.storeBytes(of: UInt8(truncatingIfNeeded: high >> 48), toByteOffset: 14, as: UInt8.self)
            }
            return count
        }
    }

    /// Text from octets that this module has just written as UTF-8 itself; they are not looked at again.
    @inline(__always)
    init(validUTF8 utf8: UnsafeRawBufferPointer, count: Int, isASCII: Bool = false) {
        let octets = UnsafeBufferPointer(rebasing: utf8.assumingMemoryBound(to: UInt8.self)[..<count])
        self.init(copying: UTF8Span(unchecked: octets.span, isKnownASCII: isASCII))
    }
}
