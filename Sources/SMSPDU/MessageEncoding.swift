// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// How the characters of a message travel, in words for people.
package enum MessageEncoding: Hashable, Sendable {
    /// GSM 7-bit, with the national tables named.
    case gsm7(locking: NationalLanguage?, single: NationalLanguage?)
    case ucs2
    case octets

    /// `gsm7`, `gsm7-tr-single`, `gsm7-tr-locking`, `gsm7-tr-both`, `ucs2` or `8bit`; tables of two languages, which
    /// only other senders combine, read `gsm7-pt-locking-es-single`.
    package var name: String {
        switch self {
        case .gsm7(nil, nil): "gsm7"
        case .gsm7(nil, let single?): "gsm7-\(single.code)-single"
        case .gsm7(let locking?, nil): "gsm7-\(locking.code)-locking"
        case .gsm7(let locking?, let single?) where locking == single: "gsm7-\(locking.code)-both"
        case .gsm7(let locking?, let single?): "gsm7-\(locking.code)-locking-\(single.code)-single"
        case .ucs2: "ucs2"
        case .octets: "8bit"
        }
    }

    package var alphabet: Alphabet {
        switch self {
        case .gsm7: .gsm7
        case .ucs2: .ucs2
        case .octets: .octets
        }
    }
}
