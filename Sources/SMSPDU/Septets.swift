// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Packing of septets into octets, TS 23.038 §6.1.2.1: the first septet in the low bits of the first octet.
enum Septets {
    /// Septets from the given octet on, counted in septets from there; the caller has checked that they exist.
    static func unpack(_ octets: [UInt8], octet: Int, firstSeptet: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count + 8) { septets, initialized in
            octets.withUnsafeBytes { octets in
                Self.unpack(
                    UnsafeRawBufferPointer(rebasing: octets[octet...]), firstSeptet: firstSeptet, count: count,
                    into: UnsafeMutableRawBufferPointer(septets))
            }
            initialized = count
        }
    }

    /// Eight septets at a time; `target` needs room for `count + 7` octets.
    private static func unpack(
        _ octets: UnsafeRawBufferPointer, firstSeptet: Int, count: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        var position = firstSeptet * 7 / 8
        let shift = UInt64(firstSeptet * 7 % 8)
        var done = 0
        while done < count {
            let group = Self.eight(octets, at: position, shift: shift)
            target.storeBytes(of: group.littleEndian, toByteOffset: done, as: UInt64.self)
            position += 7
            done += 8
        }
    }

    /// Eight septets in a register, the first in the low octet; zeros beyond the end.
    ///
    /// - Parameter shift: which bit of the octet at `position` is the first, 0 to 7.
    @inline(__always)
    static func eight(_ octets: UnsafeRawBufferPointer, at position: Int, shift: UInt64) -> UInt64 {
        Self.spread(UInt64(loading: octets, at: position) &>> shift)
    }

    /// 56 bits to eight octets of seven bits each.
    @inline(__always)
    private static func spread(_ bits: UInt64) -> UInt64 {
        var value = bits & 0x00FF_FFFF_FFFF_FFFF
        value = (value & 0x0000_0000_0FFF_FFFF) | (value & 0x00FF_FFFF_F000_0000) << 4
        value = (value & 0x0000_3FFF_0000_3FFF) | (value & 0x0FFF_C000_0FFF_C000) << 2
        return (value & 0x007F_007F_007F_007F) | (value & 0x3F80_3F80_3F80_3F80) << 1
    }

    /// The inverse of `spread`.
    @inline(__always)
    private static func gather(_ septets: UInt64) -> UInt64 {
        var value = septets & 0x7F7F_7F7F_7F7F_7F7F
        value = (value & 0x007F_007F_007F_007F) | (value & 0x7F00_7F00_7F00_7F00) >> 1
        value = (value & 0x0000_3FFF_0000_3FFF) | (value & 0x3FFF_0000_3FFF_0000) >> 2
        return (value & 0x0000_0000_0FFF_FFFF) | (value & 0x0FFF_FFFF_0000_0000) >> 4
    }

    /// The header, fill bits up to a septet boundary, then the septets.
    static func pack(_ septets: [UInt8], header: [UInt8]) -> [UInt8] {
        septets.withUnsafeBufferPointer { Self.pack($0, header: header) }
    }

    static func pack(_ septets: UnsafeBufferPointer<UInt8>, header: [UInt8]) -> [UInt8] {
        let firstSeptet = (header.count * 8 + 6) / 7
        let total = ((firstSeptet + septets.count) * 7 + 7) / 8
        return withUnsafeTemporaryAllocation(byteCount: total + 8, alignment: 8) { octets in
            for (index, octet) in header.enumerated() { octets[index] = octet }
            // Without a septet the fill bits have an octet of their own.
            if header.count < total { octets[header.count] = 0 }
            Self.pack(septets, firstSeptet: firstSeptet, into: octets)
            return Array(
                copying: UnsafeBufferPointer(rebasing: octets.assumingMemoryBound(to: UInt8.self)[..<total]))
        }
    }

    /// `target` needs eight octets more than the result.
    private static func pack(
        _ septets: UnsafeBufferPointer<UInt8>, firstSeptet: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        let source = UnsafeRawBufferPointer(septets)
        var position = firstSeptet * 7 / 8
        let shift = UInt64(firstSeptet * 7 % 8)
        var carry: UInt64 = 0
        var done = 0
        while done < septets.count {
            let bits = Self.gather(UInt64(loading: source, at: done)) &<< shift | carry
            target.storeBytes(of: bits.littleEndian, toByteOffset: position, as: UInt64.self)
            carry = bits >> 56
            position += 7
            done += 8
        }
    }
}
