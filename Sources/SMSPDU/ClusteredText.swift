// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A text in one encoding with the places where it may be cut: the way of national tables and UCS2.
struct ClusteredText {
    let encoding: MessageEncoding
    private let reference: PartReference
    /// Where every part begins and ends: UTF-8 offsets.
    private let cuts: [Int]

    var partCount: Int { max(1, self.cuts.count - 1) }

    /// Nil when a character is not in the encoding's tables.
    init?(_ text: String, encoding: MessageEncoding, reference: PartReference) {
        self.encoding = encoding
        self.reference = reference
        let whole = Self.capacity(encoding, concatenationOctets: 0)
        guard let units = CutPlan.units(of: text, encoding) else { return nil }
        if units <= whole {
            self.cuts = [0, text.utf8.count]
            return
        }
        var plan = CutPlan(size: Self.capacity(encoding, concatenationOctets: reference.elementOctets))
        for character in text { plan.append(character, encoding: encoding) }
        self.cuts = plan.cuts + [text.utf8.count]
    }

    /// Septets or octets of text in one part.
    private static func capacity(_ encoding: MessageEncoding, concatenationOctets: Int) -> Int {
        var header = concatenationOctets
        switch encoding {
        case .gsm7(let locking, let single):
            header += (locking == nil ? 0 : 3) + (single == nil ? 0 : 3)
            if header > 0 { header += 1 }
            return 160 - (header * 8 + 6) / 7
        case .ucs2, .octets:
            if header > 0 { header += 1 }
            return UserData.maximumOctets - header
        }
    }

    func userData(of text: String) throws(PDUError) -> [UserData] {
        let total = self.partCount
        var languages = LanguageShifts()
        if case .gsm7(let locking, let single) = self.encoding {
            languages = LanguageShifts(locking: locking, single: single)
        }
        var parts: [UserData] = []
        for part in 1...total {
            let start = text.utf8.index(text.startIndex, offsetBy: self.cuts[part - 1])
            let end = text.utf8.index(text.startIndex, offsetBy: self.cuts[part])
            let body = total == 1 ? text : String(String.UnicodeScalarView(text.unicodeScalars[start..<end]))
            var header = languages.elements
            if total > 1 { header.insert(self.reference.element(part: part, of: total), at: 0) }
            parts.append(try UserData(text: body, alphabet: self.encoding.alphabet, header: header))
        }
        return parts
    }
}

/// Finds the cuts while characters come one by one.
private struct CutPlan {
    let size: Int
    private(set) var cuts: [Int] = [0]
    private var unitsInPart = 0
    private var offset = 0

    init(size: Int) {
        self.size = size
    }

    /// All septets or octets of a text; nil when the encoding does not have one of its characters.
    static func units(of text: String, _ encoding: MessageEncoding) -> Int? {
        if case .ucs2 = encoding { return text.utf16.count * 2 }
        var units = 0
        for scalar in text.unicodeScalars {
            guard let width = Self.width(of: scalar, encoding) else { return nil }
            units += width
        }
        return units
    }

    /// The character is one that the encoding has.
    mutating func append(_ character: Character, encoding: MessageEncoding) {
        let width = character.unicodeScalars.reduce(0) { $0 + (Self.width(of: $1, encoding) ?? 0) }
        if width <= self.size {
            self.place(width: width, octets: character.utf8.count)
        } else {
            // A cluster longer than a part is cut between its scalars.
            for scalar in character.unicodeScalars {
                self.place(width: Self.width(of: scalar, encoding) ?? 0, octets: UTF8.width(scalar))
            }
        }
    }

    private mutating func place(width: Int, octets: Int) {
        if self.unitsInPart + width > self.size {
            self.cuts.append(self.offset)
            self.unitsInPart = 0
        }
        self.unitsInPart += width
        self.offset += octets
    }

    private static func width(of scalar: Unicode.Scalar, _ encoding: MessageEncoding) -> Int? {
        switch encoding {
        case .gsm7(let locking, let single):
            let count = GSMText.septets(of: scalar, languages: LanguageShifts(locking: locking, single: single)).count
            return count == 0 ? nil : count
        case .ucs2, .octets:
            return scalar.value < 0x10000 ? 2 : 4
        }
    }
}
