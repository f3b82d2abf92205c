// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A number a message can be sent to: `+` and 3 to 20 digits, or 3 to 20 digits, `*` and `#` as they would be dialled.
///
/// TS 23.040 §9.1.2.5 has room for 20 semi-octets.
enum RecipientNumber {
    private static let lengths = 3...20

    static func check(_ number: String) throws(MessagingError) {
        let isInternational = number.utf8.first == UInt8(ascii: "+")
        let digits = isInternational ? number.utf8.dropFirst() : number.utf8[...]
        let wrong = digits.contains { octet in
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
            let isCode = !isInternational && (octet == UInt8(ascii: "*") || octet == UInt8(ascii: "#"))
            return !isDigit && !isCode
        }
        guard !wrong, Self.lengths.contains(digits.count) else {
            throw MessagingError(
                .invalidNumber,
                "“\(Self.shortened(number))” is no number to send to: give + and 3 to 20 digits, or 3 to 20 digits, * and #, "
                    + "without letters and spaces.")
        }
    }

    private static func shortened(_ number: String) -> String {
        let printable = String(number.unicodeScalars.prefix(40).filter { $0.value >= 32 }.map(Character.init))
        return number.unicodeScalars.count > 40 ? printable + "…" : printable
    }
}
