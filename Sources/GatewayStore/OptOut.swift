// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// Somebody who wants no messages, from one SIM or from all.
package struct OptOut: Sendable, Equatable {
    /// UUID version 7.
    package var id: String
    /// As they wrote, or as they were entered.
    package var peer: String
    /// From no SIM of this gateway; otherwise from the one of `modem` and `sim`.
    package var isGlobal: Bool
    package var modem: String?
    /// ICCID, when the modem told it.
    package var sim: String?
    /// What they wrote, normalised; `nil` when somebody entered it.
    package var word: String?
    /// Language of the list that has the word.
    package var language: String?
    package var createdAt: Date
    /// The message that confirmed it.
    package var confirmation: String?
}

/// A word that opts out or in again.
package struct OptOutWord: Sendable, Equatable {
    package enum Action: String, Sendable { case stop, start }

    /// Normalised: `OptOutWord.normalised`.
    package var word: String
    package var action: Action
    package var language: String?

    package init(_ word: String, _ action: Action, language: String?) {
        self.word = Self.normalised(word)
        self.action = action
        self.language = language
    }

    /// Longer texts are no word of a list; nothing of that length is worth folding.
    private static let longest = 64

    /// A whole message as it is compared: small letters without marks, words one space apart, without the punctuation
    /// around it. Empty for what is too long to be one.
    package static func normalised(_ text: String) -> String {
        guard text.utf8.count <= 4 * Self.longest else { return "" }
        var words: [String] = []
        var word = ""
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark, .format: continue
            case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control:
                if !word.isEmpty { words.append(word) }
                word = ""
            default: word += scalar.properties.lowercaseMapping
            }
        }
        if !word.isEmpty { words.append(word) }
        let joined = words.joined(separator: " ")
        let trimmed = joined.trimmingCharacters(in: Self.around)
        return trimmed.count <= Self.longest ? trimmed : ""
    }

    private static let around = CharacterSet.punctuationCharacters.union(.symbols).union(.whitespaces)
}

/// A modem and the SIM in it.
package struct SendingPlace: Sendable, Hashable {
    package var modem: String
    /// ICCID, when known.
    package var sim: String?

    package init(modem: String, sim: String?) {
        self.modem = modem
        self.sim = sim
    }
}
