// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One table of TS 23.038: the main one or a locking shift table, or an extension or single shift table.
struct SeptetTable: Sendable {
    /// UTF-16 units by septet (all of them are in the basic plane); 0 where the table shows nothing.
    let units: [UInt16]
    /// Septets by scalar; the lower one where a character has two places.
    let septets: [UInt32: UInt8]

    /// The escape to the other table (TS 23.038 §6.2.1), which is no character.
    static let escape: UInt8 = 0x1B

    init(units: [UInt16]) {
        self.units = units
        var septets: [UInt32: UInt8] = [:]
        for (septet, unit) in units.enumerated().reversed() where unit != 0 {
            septets[UInt32(unit)] = UInt8(septet)
        }
        self.septets = septets
    }

    /// 128 characters, `gap` where there is none.
    init(_ rows: [String], gap: Unicode.Scalar = "\u{1B}") {
        self.init(
            units: rows.flatMap { row in
                row.unicodeScalars.map { $0 == gap ? 0 : UInt16(truncatingIfNeeded: $0.value) }
            })
    }

    /// Characters by septet, nothing elsewhere.
    init(_ characters: [UInt8: Unicode.Scalar]) {
        var units = [UInt16](repeating: 0, count: 128)
        for (septet, character) in characters where septet < 128 {
            units[Int(septet)] = UInt16(truncatingIfNeeded: character.value)
        }
        self.init(units: units)
    }

    /// The table with some places filled otherwise.
    func replacing(_ characters: [UInt8: Unicode.Scalar]) -> SeptetTable {
        var units = self.units
        for (septet, character) in characters where Int(septet) < units.count {
            units[Int(septet)] = UInt16(truncatingIfNeeded: character.value)
        }
        return SeptetTable(units: units)
    }
}

extension SeptetTable {
    /// GSM 7-bit default alphabet, TS 23.038 §6.2.1.
    static let main = SeptetTable([
        "@£$¥èéùìòÇ\nØø\rÅå", "Δ_ΦΓΛΩΠΨΣΘΞ\u{1B}ÆæßÉ", " !\"#¤%&'()*+,-./", "0123456789:;<=>?",
        "¡ABCDEFGHIJKLMNO", "PQRSTUVWXYZÄÖÑÜ§", "¿abcdefghijklmno", "pqrstuvwxyzäöñüà",
    ])

    /// GSM 7-bit default alphabet extension table, TS 23.038 §6.2.1.1; 0A is the page break.
    static let mainExtension = SeptetTable([
        0x0A: "\u{0C}", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
        0x65: "€",
    ])

    /// The table for septets without escape, by national language identifier; 0 is the default.
    static let locking: [SeptetTable] =
        [Self.main] + NationalLanguage.allCases.map { NationalTables.locking($0) ?? Self.main }

    /// The table for septets behind an escape, by national language identifier; 0 is the default.
    static let single: [SeptetTable] = [Self.mainExtension] + NationalLanguage.allCases.map(NationalTables.single)
}
