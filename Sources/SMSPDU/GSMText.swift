// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Text in the GSM 7-bit alphabet and its national tables, TS 23.038 §6.1.2.1.1 and §6.2.1.
enum GSMText {
    /// The most UTF-8 octets that a septet becomes.
    private static let utf8PerSeptet = 3

    // MARK: Decoding

    /// Text of `count` packed septets; the caller has checked that they exist.
    static func string(
        packed octets: [UInt8], octet: Int, firstSeptet: Int, count: Int, locking: NationalLanguage?,
        single: NationalLanguage?
    ) -> String {
        guard count > 0 else { return "" }
        return octets.withUnsafeBytes { octets in
            let packed = UnsafeRawBufferPointer(rebasing: octets[octet...])
            return withUnsafeTemporaryAllocation(byteCount: count + 8, alignment: 8) { septets in
                Septets.unpack(packed, firstSeptet: firstSeptet, count: count, into: septets)
                let unpacked = UnsafeBufferPointer(rebasing: septets.assumingMemoryBound(to: UInt8.self)[..<count])
                return Self.string(unpacked, locking: locking, single: single)
            }
        }
    }

    /// Text of unpacked septets. An escape at the very end shows as a space.
    static func string(
        _ septets: UnsafeBufferPointer<UInt8>, locking: NationalLanguage?, single: NationalLanguage?
    ) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: septets.count * Self.utf8PerSeptet + 8) { utf8 in
            var decoder = Decoder(locking: locking, single: single)
            var length = decoder.decode(septets, into: utf8)
            if decoder.isEscaped { length = UTF8Scalar.write(0x20, into: utf8, at: length) }
            let isASCII = decoder.isASCII
            return String(validUTF8: UnsafeBufferPointer(rebasing: utf8[..<length]), isASCII: isASCII)
        }
    }

    /// Text of parts that belong together, each with its own tables: an escape at the end of one part holds for the
    /// first septet of the next.
    static func string(joining parts: [(septets: [UInt8], languages: LanguageShifts)]) -> String {
        let count = parts.reduce(0) { $0 + $1.septets.count }
        return String(unsafeUninitializedCapacity: count * Self.utf8PerSeptet + 8) { utf8 in
            var length = 0
            var isEscaped = false
            for part in parts {
                var decoder = Decoder(locking: part.languages.locking, single: part.languages.single)
                decoder.isEscaped = isEscaped
                length += part.septets.withUnsafeBufferPointer {
                    decoder.decode($0, into: UnsafeMutableBufferPointer(rebasing: utf8[length...]))
                }
                isEscaped = decoder.isEscaped
            }
            return isEscaped ? UTF8Scalar.write(0x20, into: utf8, at: length) : length
        }
    }

    /// ASCII by septet of the default alphabet; 80 for every other character and for the escape.
    private static let ascii: [UInt8] = SeptetTable.main.units.map { 1..<0x80 ~= $0 ? UInt8($0) : 0x80 }

    private struct Decoder {
        let isDefault: Bool
        let locking: NationalLanguage?
        let single: NationalLanguage?
        /// The last septet was an escape.
        var isEscaped = false
        /// Nothing but plain characters so far; line ends do not count as such.
        private(set) var isASCII = true

        init(locking: NationalLanguage?, single: NationalLanguage?) {
            self.isDefault = locking == nil
            self.locking = locking
            self.single = single
        }

        /// Returns the octets written: three per septet at most, eight more may be overwritten.
        mutating func decode(
            _ septets: UnsafeBufferPointer<UInt8>, into utf8: UnsafeMutableBufferPointer<UInt8>
        ) -> Int {
            var length = 0
            var position = 0
            while position < septets.count {
                if self.isDefault && !self.isEscaped {
                    let run = Self.copyASCII(septets, from: position, into: utf8, at: length)
                    position += run
                    length += run
                }
                // A few septets of another kind rarely come alone.
                let end = min(position + 8, septets.count)
                if position < end {
                    self.isASCII = false
                    length = self.decode(septets, position..<end, into: utf8, at: length)
                    position = end
                }
            }
            return length
        }

        /// Copies as long as septets are ASCII, eight at a time.
        @inline(__always)
        private static func copyASCII(
            _ septets: UnsafeBufferPointer<UInt8>, from start: Int, into utf8: UnsafeMutableBufferPointer<UInt8>,
            at length: Int
        ) -> Int {
            let source = UnsafeRawBufferPointer(septets)
            let target = UnsafeMutableRawBufferPointer(utf8)
            var run = 0
            while start &+ run < septets.count {
                let left = septets.count &- start &- run
                var group: UInt64
                if left >= 8 {
                    group = source.loadUnaligned(fromByteOffset: start &+ run, as: UInt64.self)
                } else {
                    group = 0x2020_2020_2020_2020
                    withUnsafeMutableBytes(of: &group) {
                        for index in 0..<left { $0[index] = source[start &+ run &+ index] }
                    }
                }
                guard Self.isASCII(group) else {
                    return run &+ Self.leadingASCII(group, atMost: min(left, 8), target, length &+ run)
                }
                target.storeBytes(of: group, toByteOffset: length &+ run, as: UInt64.self)
                run &+= min(left, 8)
            }
            return run
        }

        /// Whether eight septets are at 20 to 23, 25 to 3F, 41 to 5A or 61 to 7A, where both alphabets agree.
        @inline(__always)
        private static func isASCII(_ septets: UInt64) -> Bool {
            // Bit 7 of each byte: not below the first, and not beyond the last.
            let marks = (septets &+ 0x6060_6060_6060_6060) & ~(septets &+ 0x5C5C_5C5C_5C5C_5C5C)
            let signs = (septets &+ 0x5B5B_5B5B_5B5B_5B5B) & ~(septets &+ 0x4040_4040_4040_4040)
            let capitals = (septets &+ 0x3F3F_3F3F_3F3F_3F3F) & ~(septets &+ 0x2525_2525_2525_2525)
            let letters = (septets &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(septets &+ 0x0505_0505_0505_0505)
            return (marks | signs | capitals | letters) & 0x8080_8080_8080_8080 == 0x8080_8080_8080_8080
        }

        /// Copies what comes before the first septet of another kind; `@`, `$`, `_` and line ends are ASCII too, elsewhere.
        private static func leadingASCII(
            _ group: UInt64, atMost count: Int, _ target: UnsafeMutableRawBufferPointer, _ length: Int
        ) -> Int {
            withUnsafeBytes(of: group) { septets in
                var run = 0
                while run < count {
                    let character = GSMText.ascii[Int(septets[run] & 0x7F)]
                    guard character < 0x80 else { break }
                    target[length &+ run] = character
                    run &+= 1
                }
                return run
            }
        }

        private mutating func decode(
            _ septets: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into utf8: UnsafeMutableBufferPointer<UInt8>,
            at start: Int
        ) -> Int {
            let locking = SeptetTable.locking[Int(self.locking?.rawValue ?? 0)].units
            let single = SeptetTable.single[Int(self.single?.rawValue ?? 0)].units
            var length = start
            for index in range {
                let septet = septets[index]
                if septet == SeptetTable.escape && !self.isEscaped {
                    self.isEscaped = true
                    continue
                }
                var unit = self.isEscaped ? single[Int(septet)] : 0
                if unit == 0 { unit = locking[Int(septet)] }
                self.isEscaped = false
                // An empty cell, and an escape behind an escape, show as a space (TS 23.038 §6.2.1.1 note 1).
                length = UTF8Scalar.write(unit == 0 ? 0x20 : UInt32(unit), into: utf8, at: length)
            }
            return length
        }
    }

    // MARK: Encoding

    /// What a character is in two tables: its septet, `escaped` with bit 7 set, or `none`, the escape itself, which is
    /// no character of any table.
    private static let none = SeptetTable.escape
    private static let escaped: UInt8 = 0x80

    /// Codes in the default tables of U+0000 to U+00FF, and behind them of U+0390 to U+03AF.
    private static let codes: [UInt8] = (0..<0x120).map { index in
        let scalar = UInt32(index < 0x100 ? index : index - 0x100 + 0x390)
        return Self.code(scalar, locking: SeptetTable.main, single: SeptetTable.mainExtension)
    }

    private static func code(_ scalar: UInt32, locking: SeptetTable, single: SeptetTable) -> UInt8 {
        if let septet = locking.septets[scalar] { return septet }
        if let septet = single.septets[scalar] { return septet | Self.escaped }
        return Self.none
    }

    @inline(__always)
    private static func defaultCode(_ scalar: UInt32, _ codes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        if scalar < 0x100 { return codes[Int(scalar)] }
        if 0x390..<0x3B0 ~= scalar { return codes[Int(scalar - 0x390 + 0x100)] }
        return scalar == 0x20AC ? Self.escaped | 0x65 : Self.none
    }

    /// Septets of the default alphabet; nil when a character is not in it. `septets` needs two places per octet.
    static func encode(_ utf8: UnsafeBufferPointer<UInt8>, into septets: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        Self.codes.withUnsafeBufferPointer { codes in
            var count = 0
            var position = 0
            while position < utf8.count {
                let first = utf8[position]
                let code: UInt8
                if first < 0x80 {
                    code = codes[Int(first)]
                    position += 1
                } else {
                    code = Self.defaultCode(UTF8Scalar.read(utf8, at: &position), codes)
                }
                if code == Self.none { return nil }
                if code >= Self.escaped {
                    septets[count] = SeptetTable.escape
                    count += 1
                }
                septets[count] = code & 0x7F
                count += 1
            }
            return count
        }
    }

    /// One scalar's septets in national tables; empty when they do not have it.
    static func septets(of scalar: Unicode.Scalar, languages: LanguageShifts) -> [UInt8] {
        let code = Self.code(
            scalar.value, locking: SeptetTable.locking[Int(languages.locking?.rawValue ?? 0)],
            single: SeptetTable.single[Int(languages.single?.rawValue ?? 0)])
        if code == Self.none { return [] }
        return code >= Self.escaped ? [SeptetTable.escape, code & 0x7F] : [code]
    }

    /// The septets of `text`, which must be in the alphabet as a whole.
    static func septets(
        of text: String, locking: NationalLanguage? = nil, single: NationalLanguage? = nil, field: String
    ) throws(PDUError) -> [UInt8] {
        var septets: [UInt8] = []
        septets.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            let codes = Self.septets(of: scalar, languages: LanguageShifts(locking: locking, single: single))
            guard !codes.isEmpty else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                throw PDUError(
                    .notInAlphabet, field: field, offset: 0, "the GSM alphabet chosen does not have U+\(number)")
            }
            septets.append(contentsOf: codes)
        }
        return septets
    }
}
