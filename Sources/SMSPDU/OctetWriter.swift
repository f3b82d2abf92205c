// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Collects the octets of one PDU without an allocation.
struct OctetWriter: ~Copyable {
    /// Service centre address 12, TP header with two time fields 40, user data 140 octets: 192 at most.
    static let capacity = 224

    private let octets: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    private var overflow = false

    // Bytes are stored with storeBytes: with `octets[…] = …` here, Swift 6.3.1 makes code for the thread sanitizer that
    // its own verifier refuses.

    /// - Parameter octets: room for ``capacity`` octets, as long as the writer is used; less is an overflow earlier.
    @inline(__always)
    init(into octets: UnsafeMutableRawBufferPointer) {
        self.octets = octets
    }

    @inline(__always)
    mutating func append(_ octet: UInt8) {
        guard self.count < self.octets.count else {
            self.overflow = true
            return
        }
        self.octets.storeBytes(of: octet, toByteOffset: self.count, as: UInt8.self)
        self.count += 1
    }

    /// The low octets of `octets`, at most eight, the lowest first.
    @inline(__always)
    mutating func append(_ octets: UInt64, count: Int) {
        guard 0...8 ~= count, self.count <= self.octets.count - 8 else {
            self.overflow = true
            return
        }
        self.octets.storeBytes(of: octets.littleEndian, toByteOffset: self.count, as: UInt64.self)
        self.count &+= count
    }

    /// F in the upper half of the last octet, as behind an odd number of digits.
    mutating func fillLastSemiOctet() {
        guard self.count > 0 else { return }
        let last = self.octets[self.count - 1]
        self.octets.storeBytes(of: last | 0xF0, toByteOffset: self.count - 1, as: UInt8.self)
    }

    mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        guard source.count <= self.octets.count - self.count else {
            self.overflow = true
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: self.octets[self.count...]).copyMemory(
            from: UnsafeRawBufferPointer(source))
        self.count += source.count
    }

    /// Everything written, in hexadecimal.
    func hexadecimal() throws(PDUError) -> String {
        guard !self.overflow else {
            throw PDUError(.tooLong, field: "TPDU", offset: self.count, "a TPDU has at most 164 octets")
        }
        let written = UnsafeRawBufferPointer(rebasing: self.octets[..<self.count])
        return Hexadecimal.encode(written.assumingMemoryBound(to: UInt8.self))
    }
}
