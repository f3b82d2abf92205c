// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A number a message can be sent to, in the one form in which it is stored, compared and sent.
enum RecipientNumber {
    /// An international number, ITU-T E.164 §6.1: country code and rest, 15 digits at most.
    private static let internationalLengths = 3...15
    /// As it is dialled; TS 23.040 §9.1.2.5 has room for 20 semi-octets.
    private static let dialledLengths = 3...20
    /// A longer number belongs to a person and is international or national.
    private static let longestShortCode = 6
    /// A number with what people write between its digits; longer is no number.
    private static let longestWritten = 64

    /// What a person writes between the digits: spaces, dots, dashes, brackets, a stroke.
    private static let separators: Set<Unicode.Scalar> = [
        " ", "\u{A0}", "\u{2007}", "\u{2009}", "\u{202F}", ".", "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}",
        "\u{2212}", "(", ")", "/",
    ]

    /// The number as E.164 with `+` where that is known, else as it is dialled; short codes and codes with `*` or `#`
    /// stay as they are.
    ///
    /// - Parameter plan: `nil` leaves national numbers as they are dialled.
    static func normalised(
        _ written: String, plan: MessagingConfiguration.NumberingPlan?
    ) throws(MessagingError) -> String {
        let number = try Self.stripped(written)
        let isInternational = number.utf8.first == UInt8(ascii: "+")
        let digits = isInternational ? number.dropFirst() : number[...]
        if isInternational { return try Self.checkedInternational(digits, written) }
        guard Self.dialledLengths.contains(digits.utf8.count) else { throw Self.refusal(written) }
        let isCode = digits.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") }
        guard !isCode, digits.utf8.count > Self.longestShortCode, let found = plan?.international(digits) else {
            return String(digits)
        }
        return try Self.checkedInternational(found.dropFirst(), written)
    }

    private static func checkedInternational(
        _ digits: Substring, _ written: String
    ) throws(MessagingError) -> String {
        // No country code begins with 0.
        guard Self.internationalLengths.contains(digits.utf8.count), digits.utf8.first != UInt8(ascii: "0"),
            digits.utf8.allSatisfy({ Self.isDigit($0) })
        else { throw Self.refusal(written) }
        return "+" + digits
    }

    /// The number without separators: `+` in front only, digits, `*` and `#`.
    private static func stripped(_ written: String) throws(MessagingError) -> String {
        guard written.utf8.count <= Self.longestWritten else { throw Self.refusal(written) }
        var rest = Substring(written)
        if let trunk = rest.firstRange(of: "(0)"),
            rest[..<trunk.lowerBound].unicodeScalars.contains(where: { !Self.separators.contains($0) })
        {
            // "+33 (0)6 39…": the 0 in brackets is for those who dial nationally.
            rest.removeSubrange(trunk)
        }
        var number = ""
        for scalar in rest.unicodeScalars where !Self.separators.contains(scalar) {
            let isPlus = scalar == "+" && number.isEmpty
            guard isPlus || scalar == "*" || scalar == "#" || ("0"..."9").contains(scalar) else {
                throw scalar.properties.isAlphabetic ? Self.name(written) : Self.refusal(written)
            }
            number.unicodeScalars.append(scalar)
        }
        return number
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

    private static func name(_ written: String) -> MessagingError {
        MessagingError(
            .invalidNumber,
            "“\(Self.shortened(written))” has letters: a name can send messages but not receive them. Give the number.")
    }

    private static func refusal(_ written: String) -> MessagingError {
        MessagingError(
            .invalidNumber,
            "“\(Self.shortened(written))” is no number to send to: give + and 3 to 15 digits beginning with the country "
                + "code, or 3 to 20 digits, * and # as they are dialled.")
    }

    private static func shortened(_ number: String) -> String {
        let printable = String(
            number.unicodeScalars.prefix(40).filter { $0.value >= 32 && $0.value != 127 }.map(Character.init))
        return number.unicodeScalars.count > 40 ? printable + "…" : printable
    }
}
