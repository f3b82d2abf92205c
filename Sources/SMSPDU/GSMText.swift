// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Text in the GSM 7-bit alphabet and its national tables, TS 23.038 §6.1.2.1.1 and §6.2.1.
enum GSMText {
    /// The most UTF-8 octets that a septet becomes.
    private static let utf8PerSeptet = 3

    // MARK: Decoding

    /// Text of `count` packed septets. An escape at the very end shows as a space.
    static func string(
        packed octets: UnsafeRawBufferPointer, firstSeptet: Int, count: Int, _ languages: LanguageShifts
    ) -> String {
        if count <= 15, languages.locking == nil, let text = Self.short(octets, firstSeptet: firstSeptet, count: count)
        {
            return text
        }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count * Self.utf8PerSeptet + 16) { utf8 in
            var decoder = Decoder(languages)
            decoder.decode(octets, firstSeptet: firstSeptet, count: count, into: utf8)
            return decoder.text(utf8)
        }
    }

    /// At most fifteen septets that are the same in ASCII; nil for others.
    @inline(__always)
    private static func short(_ octets: UnsafeRawBufferPointer, firstSeptet: Int, count: Int) -> String? {
        guard count > 0 else { return "" }
        let position = firstSeptet * 7 / 8
        let shift = UInt64(firstSeptet * 7 % 8)
        let first = Self.filled(Septets.eight(octets, at: position, shift: shift), count: count)
        guard Self.isASCII(first) else { return nil }
        if count <= 8 { return String(ascii: first, 0, count: count) }
        let second = Self.filled(Septets.eight(octets, at: position &+ 7, shift: shift), count: count &- 8)
        return Self.isASCII(second) ? String(ascii: first, second, count: count) : nil
    }

    /// Eight septets with spaces behind the first `count`.
    @inline(__always)
    private static func filled(_ septets: UInt64, count: Int) -> UInt64 {
        let present = count < 8 ? (1 &<< UInt64(count &* 8)) &- 1 : UInt64.max
        return septets & present | 0x2020_2020_2020_2020 & ~present
    }

    /// Text of parts that belong together, each with its own tables: an escape at the end of one part holds for the
    /// first septet of the next.
    static func string(joining parts: [UserData]) -> String {
        let count = parts.reduce(0) { $0 + $1.bodySeptets }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count * Self.utf8PerSeptet + 16) { utf8 in
            var decoder = Decoder(LanguageShifts())
            for part in parts {
                decoder.languages = part.languages
                part.withStoredOctets {
                    decoder.decode($0, firstSeptet: part.headerSeptets, count: part.bodySeptets, into: utf8)
                }
            }
            return decoder.text(utf8)
        }
    }

    /// Whether eight septets (or characters) are at 20 to 23, 25 to 3F, 41 to 5A or 61 to 7A, where the default
    /// alphabet and ASCII agree.
    @inline(__always)
    static func isASCII(_ octets: UInt64) -> Bool {
        // Bit 7 of each octet: not below the first, and not beyond the last.
        let marks = (octets &+ 0x6060_6060_6060_6060) & ~(octets &+ 0x5C5C_5C5C_5C5C_5C5C)
        let signs = (octets &+ 0x5B5B_5B5B_5B5B_5B5B) & ~(octets &+ 0x4040_4040_4040_4040)
        let capitals = (octets &+ 0x3F3F_3F3F_3F3F_3F3F) & ~(octets &+ 0x2525_2525_2525_2525)
        let letters = (octets &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(octets &+ 0x0505_0505_0505_0505)
        return (marks | signs | capitals | letters) & ~octets & 0x8080_8080_8080_8080 == 0x8080_8080_8080_8080
    }

    private struct Decoder {
        var languages: LanguageShifts
        /// The last septet was an escape.
        private var isEscaped = false
        /// Nothing but plain characters so far; line ends do not count as such.
        private var isASCII = true
        /// Octets of UTF-8 so far.
        private var length = 0

        init(_ languages: LanguageShifts) {
            self.languages = languages
        }

        func text(_ utf8: UnsafeMutableBufferPointer<UInt8>) -> String {
            let count = self.isEscaped ? UTF8Scalar.write(0x20, into: utf8, at: self.length) : self.length
            return String(validUTF8: UnsafeRawBufferPointer(utf8), count: count, isASCII: self.isASCII)
        }

        /// Writes behind what there is: three octets per septet at most, eight more may be overwritten.
        @inline(__always)
        mutating func decode(
            _ packed: UnsafeRawBufferPointer, firstSeptet: Int, count: Int,
            into utf8: UnsafeMutableBufferPointer<UInt8>
        ) {
            let isDefault = self.languages.locking == nil
            let shift = UInt64(firstSeptet * 7 % 8)
            var position = firstSeptet * 7 / 8
            var left = count
            while left > 0 {
                let septets = Septets.eight(packed, at: position, shift: shift)
                position &+= 7
                let group = GSMText.filled(septets, count: left)
                if isDefault && !self.isEscaped && GSMText.isASCII(group) {
                    UnsafeMutableRawBufferPointer(utf8).storeBytes(
                        of: group.littleEndian, toByteOffset: self.length, as: UInt64.self)
                    self.length &+= min(left, 8)
                } else {
                    self.decode(septets, count: min(left, 8), into: utf8)
                }
                left &-= 8
            }
        }

        /// Up to eight septets, the first in the low octet, one by one.
        @inline(never)
        private mutating func decode(_ septets: UInt64, count: Int, into utf8: UnsafeMutableBufferPointer<UInt8>) {
            self.isASCII = false
            let locking = SeptetTable.locking[Int(self.languages.locking?.rawValue ?? 0)].units
            let single = SeptetTable.single[Int(self.languages.single?.rawValue ?? 0)].units
            for index in 0..<count {
                let septet = UInt8(truncatingIfNeeded: septets >> UInt64(index * 8)) & 0x7F
                if septet == SeptetTable.escape && !self.isEscaped {
                    self.isEscaped = true
                    continue
                }
                var unit = self.isEscaped ? single[Int(septet)] : 0
                if unit == 0 { unit = locking[Int(septet)] }
                self.isEscaped = false
                // An empty cell, and an escape behind an escape, show as a space (TS 23.038 §6.2.1.1 note 1).
                self.length = UTF8Scalar.write(unit == 0 ? 0x20 : UInt32(unit), into: utf8, at: self.length)
            }
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
                if position &+ 8 <= utf8.count {
                    let eight = UInt64(loading: UnsafeRawBufferPointer(utf8), at: position)
                    if Self.isASCII(eight) {
                        UnsafeMutableRawBufferPointer(septets).storeBytes(
                            of: eight.littleEndian, toByteOffset: count, as: UInt64.self)
                        position &+= 8
                        count &+= 8
                        continue
                    }
                }
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
