// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Cutting of text in the default alphabet, the common case, without looking at characters.
///
/// Of that alphabet only carriage return and line feed make a grapheme cluster of two.
enum DefaultAlphabetText {
    /// Nil when a character is not in the alphabet.
    static func segment(_ text: String, reference: PartReference) -> Segmentation? {
        var copy = text
        let parts = copy.withUTF8 { utf8 in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: utf8.count * 2 + 8) { septets -> [UserData]? in
                guard let count = GSMText.encode(utf8, into: septets) else { return nil }
                let encoded = UnsafeBufferPointer(rebasing: septets[..<count])
                return count <= 160 ? [Self.part(encoded)] : Self.parts(encoded, reference: reference)
            }
        }
        return parts.map { Segmentation(encoding: .gsm7(locking: nil, single: nil), parts: $0) }
    }

    private static func part(_ septets: UnsafeBufferPointer<UInt8>) -> UserData {
        UserData(
            storage: Septets.pack(septets, header: []), start: 0, length: septets.count, alphabet: .gsm7,
            headerOctets: 0, languages: LanguageShifts(), concatenationOffset: 0)
    }

    private static func parts(_ septets: UnsafeBufferPointer<UInt8>, reference: PartReference) -> [UserData] {
        let size = 160 - ((reference.elementOctets + 1) * 8 + 6) / 7
        var total = 0
        var position = 0
        while position < septets.count {
            position = Self.cut(septets, from: position, size: size)
            total += 1
        }
        var parts: [UserData] = []
        parts.reserveCapacity(total)
        position = 0
        for part in 1...max(1, total) {
            let end = Self.cut(septets, from: position, size: size)
            let body = UnsafeBufferPointer(rebasing: septets[position..<end])
            parts.append(Self.part(body, reference.concatenation(part: part, of: total)))
            position = end
        }
        return parts
    }

    private static func part(_ septets: UnsafeBufferPointer<UInt8>, _ concatenation: Concatenation) -> UserData {
        let low = UInt8(truncatingIfNeeded: concatenation.reference)
        let high = UInt8(truncatingIfNeeded: concatenation.reference >> 8)
        let (total, sequence) = (concatenation.total, concatenation.sequence)
        let header: [UInt8] =
            concatenation.isWide ? [6, 8, 4, high, low, total, sequence] : [5, 0, 3, low, total, sequence]
        return UserData(
            storage: Septets.pack(septets, header: header), start: 0,
            length: (header.count * 8 + 6) / 7 + septets.count, alphabet: .gsm7, headerOctets: header.count,
            languages: LanguageShifts(), concatenationOffset: 1)
    }

    /// Where the part that begins at `start` ends.
    private static func cut(_ septets: UnsafeBufferPointer<UInt8>, from start: Int, size: Int) -> Int {
        let end = start + size
        guard end < septets.count else { return septets.count }
        let isPair = septets[end - 1] == 0x0D && septets[end] == 0x0A && !(end - start > 1 && septets[end - 2] == 0x1B)
        return septets[end - 1] == SeptetTable.escape || isPair ? end - 1 : end
    }
}
