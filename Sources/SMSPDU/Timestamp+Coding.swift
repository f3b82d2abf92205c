// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Timestamp {
    /// Seven octets of semi-octets (TS 23.040 §9.2.3.11). An impossible time is nil and a warning.
    @inline(__always)
    static func decode(_ reader: inout OctetReader, field: String) throws(PDUError) -> Timestamp? {
        let start = try reader.skip(7, field)
        if let timestamp = Timestamp(semiOctets: reader.eightOctets(at: start)) { return timestamp }
        reader.warn(field, at: start, "this is no valid time")
        return nil
    }

    /// Seven octets in the low bits.
    @inline(__always)
    private init?(semiOctets: UInt64) {
        // Bit 3 of the last octet is the sign of the zone, the rest of that nibble its tens.
        let isBehind = semiOctets >> 51 & 1 == 1
        let octets = semiOctets & 0x00F7_FFFF_FFFF_FFFF
        let tens = octets & 0x000F_0F0F_0F0F_0F0F
        let units = octets >> 4 & 0x000F_0F0F_0F0F_0F0F
        // A nibble above 9 reaches bit 4 when 6 is added.
        let carries = (tens &+ 0x0006_0606_0606_0606) | (units &+ 0x0006_0606_0606_0606)
        guard carries & 0x0010_1010_1010_1010 == 0 else { return nil }
        self.init(fields: tens &* 10 &+ units, isBehind: isBehind)
    }

    @inline(__always)
    static func decimal(_ octet: UInt8) -> Int? {
        let tens = octet & 0x0F
        let units = octet >> 4
        return tens < 10 && units < 10 ? Int(tens) * 10 + Int(units) : nil
    }

    static func semiOctets(_ value: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (value % 10) << 4 | value / 10 % 10)
    }

    func encode(_ writer: inout OctetWriter) {
        writer.append(Self.semiOctets(self.year % 100))
        writer.append(Self.semiOctets(self.month))
        writer.append(Self.semiOctets(self.day))
        writer.append(Self.semiOctets(self.hour))
        writer.append(Self.semiOctets(self.minute))
        writer.append(Self.semiOctets(self.second))
        let zone = Self.semiOctets(abs(self.quartersAheadOfUTC))
        writer.append(self.quartersAheadOfUTC < 0 ? zone | 0x08 : zone)
    }

    /// Refuses a missing time, which the standard does not know.
    static func encode(_ timestamp: Timestamp?, _ writer: inout OctetWriter, field: String) throws(PDUError) {
        guard let timestamp else {
            throw PDUError(.invalidTime, field: field, offset: writer.count, "this field needs a time")
        }
        timestamp.encode(&writer)
    }
}
