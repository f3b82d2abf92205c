// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Whether two spellings are the same subscriber, for status reports: TP-RA comes back from the network in the form it
/// likes, international or national, whatever TP-DA was (TS 23.040 §9.1.2.5).
package enum AddressMatch {
    /// National and international spellings share at least this many last digits; fewer would join short codes.
    private static let significantDigits = 7

    package static func same(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let (a, b) = (Self.significant(one), Self.significant(other))
        guard let a, let b else { return false }
        if a.count == b.count { return a == b }
        let (short, long) = a.count < b.count ? (a, b) : (b, a)
        return short.count >= Self.significantDigits && long.suffix(short.count) == short
    }

    /// What all spellings that are the same have in common, to look them up by; others may share it.
    static func key(_ number: String) -> String {
        guard let digits = Self.significant(number) else { return number }
        return String(decoding: digits.suffix(Self.significantDigits), as: UTF8.self)
    }

    /// The digits without international prefix (`+`, `00`) and without trunk prefix (`0`); `nil` with anything else.
    private static func significant(_ number: String) -> ArraySlice<UInt8>? {
        var rest = Array(number.utf8)[...]
        if rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard !rest.isEmpty, rest.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return rest.drop { $0 == UInt8(ascii: "0") }
    }
}
