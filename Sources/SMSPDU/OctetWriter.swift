// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Collects the octets of one PDU without an allocation.
struct OctetWriter: ~Copyable {
    /// Service centre address 12, TP header with two time fields 40, user data 140 octets: 192 at most.
    private static let capacity = 224

    private var octets = InlineArray<224, UInt8>(repeating: 0)
    private(set) var count = 0
    private var overflow = false

    @inline(__always)
    mutating func append(_ octet: UInt8) {
        guard self.count < Self.capacity else {
            self.overflow = true
            return
        }
        self.octets[self.count] = octet
        self.count += 1
    }

    /// The low octets of `octets`, at most eight, the lowest first.
    @inline(__always)
    mutating func append(_ octets: UInt64, count: Int) {
        guard 0...8 ~= count, self.count <= Self.capacity - 8 else {
            self.overflow = true
            return
        }
        var span = self.octets.mutableSpan
        span.withUnsafeMutableBytes {
            $0.storeBytes(of: octets.littleEndian, toByteOffset: self.count, as: UInt64.self)
        }
        self.count &+= count
    }

    /// F in the upper half of the last octet, as behind an odd number of digits.
    mutating func fillLastSemiOctet() {
        if self.count > 0 { self.octets[self.count - 1] |= 0xF0 }
    }

    mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard let base = source.baseAddress, !source.isEmpty else { return }
        guard source.count <= Self.capacity - self.count else {
            self.overflow = true
            return
        }
        let start = self.count
        var span = self.octets.mutableSpan
        span.withUnsafeMutableBufferPointer { target in
            target.baseAddress?.advanced(by: start).update(from: base, count: source.count)
        }
        self.count += source.count
    }

    /// Everything written, in hexadecimal.
    func hexadecimal() throws(PDUError) -> String {
        guard !self.overflow else {
            throw PDUError(.tooLong, field: "TPDU", offset: self.count, "a TPDU has at most 164 octets")
        }
        let count = self.count
        return self.octets.span.withUnsafeBufferPointer {
            Hexadecimal.encode(UnsafeBufferPointer(rebasing: $0[..<count]))
        }
    }
}
