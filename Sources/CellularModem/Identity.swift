// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What modems print about who they are, made plain.
enum Identity {
    /// SIM7600 prefixes some answers and not others: `+CGMR: LE20B03SIM7600M22`, but a bare `AT+CGMM`
    /// (LE20B03SIM7600M22); Quectel's `ATI` style is `Revision: …`.
    static func plain(_ line: String) -> String {
        guard line.hasPrefix("+"), let colon = line.firstIndex(of: ":") else { return Self.trimmed(line[...]) }
        return Self.trimmed(line[line.index(after: colon)...])
    }

    /// `SIMCOM_SIM7600G-H` → `SIM7600G-H`: the maker is a field of its own.
    static func model(_ text: String) -> String {
        text.hasPrefix("SIMCOM_") ? String(text.dropFirst("SIMCOM_".count)) : text
    }

    /// 15 digits (TS 23.003 §6.2.1), or `nil`.
    static func imei(_ line: String) -> String? {
        Self.digits(line, 15...15)
    }

    /// Up to 15 digits (TS 23.003 §2.2), at least country and network code and one more.
    static func imsi(_ line: String) -> String? {
        Self.digits(line, 6...15)
    }

    /// 18 … 20 digits; the pad `F` of EC25 (`+QCCID: 8900000000000000000F`) goes. Some cards carry letters
    /// (`898600000000A0000001`), so hexadecimal digits are kept.
    static func iccid(_ line: String) -> String? {
        var text = Self.unquoted(Self.plain(line)).uppercased()
        while text.hasSuffix("F") { text.removeLast() }
        guard (18...20).contains(text.utf8.count), text.allSatisfy(\.isHexDigit) else { return nil }
        return text
    }

    private static func digits(_ line: String, _ count: ClosedRange<Int>) -> String? {
        let text = Self.unquoted(Self.plain(line))
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text
    }

    private static func unquoted(_ text: String) -> String {
        text.filter { $0 != "\"" }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
