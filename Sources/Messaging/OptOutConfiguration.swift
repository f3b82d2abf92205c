// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What `STOP` does.
package struct OptOutConfiguration: Sendable, Equatable {
    /// For whom an opt-out holds.
    package enum Scope: String, Sendable, CaseIterable {
        /// The SIM that received it.
        case sim
        /// All SIMs of this gateway.
        case global
    }

    /// When off, words do nothing; those who opted out before, or were entered, still get no messages.
    package var isEnabled = true
    package var scope = Scope.sim
    /// ISO 639-1 codes of the word lists (`OptOutWords.languages`).
    package var languages = ["en", "fr", "de", "es", "it", "nl", "pt"]
    /// Words beside those of the lists.
    package var stopWords: [String] = []
    package var startWords: [String] = []
    /// An opt-out is answered, once.
    package var confirms = true
    /// The answer; `nil` takes the one of the word's language.
    package var confirmation: String?

    package init() {}
}
