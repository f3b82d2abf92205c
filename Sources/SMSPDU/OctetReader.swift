// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Reads the fields of a PDU one after the other and never beyond its end.
struct OctetReader: ~Copyable {
    let octets: [UInt8]
    private(set) var position = 0
    var warnings: [PDUWarning] = []

    @inline(__always)
    init(_ octets: consuming [UInt8]) {
        self.octets = octets
    }

    @inline(__always)
    var remaining: Int { self.octets.count &- self.position }

    /// The octet at an offset from the start of the PDU; 0 beyond its end.
    @inline(__always)
    subscript(offset: Int) -> UInt8 {
        UInt(bitPattern: offset) < UInt(bitPattern: self.octets.count) ? self.octets[offset] : 0
    }

    /// Eight octets from an offset on in one register, the first in the low bits; zeros beyond the end.
    @inline(__always)
    func eightOctets(at offset: Int) -> UInt64 {
        self.octets.withUnsafeBytes { UInt64(loading: $0, at: offset) }
    }

    /// The next octet without reading it.
    @inline(__always)
    var next: UInt8? { self.remaining > 0 ? self[self.position] : nil }

    /// Nothing but FF is left.
    var isPadding: Bool { self.octets[self.position...].allSatisfy { $0 == 0xFF } }

    @inline(__always)
    mutating func octet(_ field: String) throws(PDUError) -> UInt8 {
        guard self.remaining > 0 else { throw self.truncated(field) }
        defer { self.position &+= 1 }
        return self[self.position]
    }

    /// Steps over `count` octets and returns where they begin.
    @inline(__always)
    mutating func skip(_ count: Int, _ field: String) throws(PDUError) -> Int {
        guard count <= self.remaining else { throw self.truncated(field) }
        defer { self.position &+= count }
        return self.position
    }

    mutating func warn(_ field: String, at offset: Int, _ message: String) {
        self.warnings.append(PDUWarning(field: field, offset: offset, message: message))
    }

    @inline(never)
    func truncated(_ field: String) -> PDUError {
        PDUError(.truncated, field: field, offset: self.position, "the PDU ends before the field does")
    }
}
