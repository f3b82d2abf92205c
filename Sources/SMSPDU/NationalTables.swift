// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// National language tables, TS 23.038 annex A (release 16). Cells that the annex leaves empty are empty here.
///
/// The tables of nine Indian languages have one plan: the letters of a script's block in Unicode's order at the same
/// septets, so that a table is its block, the letters which the script lacks, and six places of its own.
enum NationalTables {
    /// Annex A.3; nil for Spanish, which has none.
    static func locking(_ language: NationalLanguage) -> SeptetTable? {
        switch language {
        case .turkish:
            SeptetTable.main.replacing([
                0x04: "€", 0x07: "ı", 0x0B: "Ğ", 0x0C: "ğ", 0x1C: "Ş", 0x1D: "ş", 0x40: "İ", 0x60: "ç",
            ])
        case .spanish: nil
        case .portuguese:
            SeptetTable.main.replacing([
                0x04: "ê", 0x06: "ú", 0x07: "í", 0x08: "ó", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á",
                0x12: "ª", 0x13: "Ç", 0x14: "À", 0x15: "∞", 0x16: "^", 0x17: "\\", 0x18: "€", 0x19: "Ó", 0x1A: "|",
                0x1C: "Â", 0x1D: "â", 0x1E: "Ê", 0x24: "º", 0x40: "Í", 0x5B: "Ã", 0x5C: "Õ", 0x5D: "Ú", 0x60: "~",
                0x7B: "ã", 0x7C: "õ", 0x7D: "`",
            ])
        case .urdu: Self.urduLocking
        case .bengali, .gujarati, .hindi, .kannada, .malayalam, .oriya, .punjabi, .tamil, .telugu:
            Self.indianLocking(language)
        }
    }

    /// Annex A.2.
    static func single(_ language: NationalLanguage) -> SeptetTable {
        switch language {
        case .turkish:
            SeptetTable.mainExtension.replacing([
                0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş",
            ])
        case .spanish:
            SeptetTable.mainExtension.replacing([
                0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6F: "ó", 0x75: "ú",
            ])
        case .portuguese:
            SeptetTable.mainExtension.replacing([
                0x05: "ê", 0x09: "ç", 0x0B: "Ô", 0x0C: "ô", 0x0E: "Á", 0x0F: "á", 0x12: "Φ", 0x13: "Γ", 0x15: "Ω",
                0x16: "Π", 0x17: "Ψ", 0x18: "Σ", 0x19: "Θ", 0x1F: "Ê", 0x41: "À", 0x49: "Í", 0x4F: "Ó", 0x55: "Ú",
                0x5B: "Ã", 0x5C: "Õ", 0x61: "Â", 0x69: "í", 0x6F: "ó", 0x75: "ú", 0x7B: "ã", 0x7C: "õ", 0x7F: "â",
            ])
        case .bengali, .gujarati, .hindi, .kannada, .malayalam, .oriya, .punjabi, .tamil, .telugu, .urdu:
            Self.asianSingle(Self.singleShiftLetters(language))
        }
    }

    // MARK: Locking shift

    /// What the ten tables from Bengali to Urdu have in common: line ends, punctuation, digits, small Latin letters.
    private static let asianFrame = SeptetTable(
        [
            "________________________________".replacingUnderscores([0x0A: "\n", 0x0D: "\r"]),
            " !______)(__,_._0123456789:;___?", "________________________________", "_abcdefghijklmnopqrstuvwxyz_____",
        ], gap: "_")

    /// The septets of letters, in the order of the letters; the last six places belong to each table alone.
    private static let letterSeptets: [UInt8] =
        [0x00...0x09, 0x0B...0x0C, 0x0E...0x1A, 0x1C...0x1F, 0x22...0x27, 0x2A...0x2B].flatMap { $0 }
        + [0x2D, 0x2F, 0x3C, 0x3D, 0x3E] + Array(0x40...0x5F)
    private static let ownSeptets: [UInt8] = [0x60, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F]

    /// Places in a block of Indian Unicode scripts, in the order of `letterSeptets`.
    private static let letterOffsets: [UInt16] = [0x01...0x03, 0x05...0x39, 0x3C...0x4D].flatMap { $0 }

    private static func indianLocking(_ language: NationalLanguage) -> SeptetTable {
        let script = Self.script(language)
        var units = Self.asianFrame.units
        for (septet, offset) in zip(Self.letterSeptets, Self.letterOffsets) where !script.missing.contains(offset) {
            units[Int(septet)] = script.block + offset
        }
        for (septet, offset) in zip(Self.ownSeptets, script.own) { units[Int(septet)] = script.block + offset }
        return SeptetTable(units: units)
    }

    private static let urduLocking: SeptetTable = {
        var units = Self.asianFrame.units
        let letters: [UInt16] = [
            0x0627, 0x0622, 0x0628, 0x067B, 0x0680, 0x067E, 0x06A6, 0x062A, 0x06C2, 0x067F, 0x0679, 0x067D, 0x067A,
            0x067C, 0x062B, 0x062C, 0x0681, 0x0684, 0x0683, 0x0685, 0x0686, 0x0687, 0x062D, 0x062E, 0x062F, 0x068C,
            0x0688, 0x0689, 0x068A, 0x068F, 0x068D, 0x0630, 0x0631, 0x0691, 0x0693, 0x0699, 0x0632, 0x0696, 0x0698,
            0x069A, 0x0633, 0x0634, 0x0635, 0x0636, 0x0637, 0x0638, 0x0639, 0x0641, 0x0642, 0x06A9, 0x06AA, 0x06AB,
            0x06AF, 0x06B3, 0x06B1, 0x0644, 0x0645, 0x0646, 0x06BA, 0x06BB, 0x06BC, 0x0648, 0x06C4, 0x06D5, 0x06C1,
            0x06BE, 0x0621, 0x06CC, 0x06D0, 0x06D2, 0x064D, 0x0650, 0x064F, 0x0657, 0x0654, 0x0655, 0x0651, 0x0653,
            0x0656, 0x0670,
        ]
        for (septet, unit) in zip(Self.letterSeptets + Self.ownSeptets, letters) { units[Int(septet)] = unit }
        return SeptetTable(units: units)
    }()

    // MARK: Single shift

    /// Latin punctuation and capitals, common to the ten tables.
    private static let asianSingleFrame: SeptetTable = {
        var characters: [UInt8: Unicode.Scalar] = [
            0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
        ]
        let first = "@£$¥¿\"¤%&'\u{0C}*+\u{1B}-/<=>¡^¡_#*"
        for (septet, character) in first.unicodeScalars.enumerated() where character != "\u{1B}" {
            characters[UInt8(septet)] = character
        }
        for letter in UInt8(0x41)...0x5A { characters[letter] = Unicode.Scalar(letter) }
        return SeptetTable(characters)
    }()

    /// Where digits and further letters stand, in the order of `singleShiftLetters`.
    private static let singleShiftSeptets: [UInt8] =
        [0x19...0x1A, 0x1C...0x27, 0x2A...0x2E, 0x30...0x3B].flatMap { $0 } + [0x3F]

    private static func asianSingle(_ letters: [UInt16]) -> SeptetTable {
        var units = Self.asianSingleFrame.units
        for (septet, unit) in zip(Self.singleShiftSeptets, letters) where unit != 0 { units[Int(septet)] = unit }
        return SeptetTable(units: units)
    }
}

extension String {
    /// Control characters at their places: written out they would spoil the look of a row.
    fileprivate func replacingUnderscores(_ characters: [Int: Unicode.Scalar]) -> String {
        var scalars = Array(self.unicodeScalars)
        for (place, character) in characters where place < scalars.count { scalars[place] = character }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
