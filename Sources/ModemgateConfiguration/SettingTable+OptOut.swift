// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension SettingTable where Target == ConfigurationDraft {
    static var optOut: [Setting<ConfigurationDraft>] {
        [
            Setting("sms.opt_out.enabled") { value, draft throws(ConfigurationError) in
                draft.sms.optOut.isEnabled = try value.boolean()
            },
            Setting("sms.opt_out.scope") { value, draft throws(ConfigurationError) in
                let words = GatewayConfiguration.OptOut.Scope.allCases.map(\.rawValue)
                let word = try value.word(of: words, what: "where an opt-out counts")
                draft.sms.optOut.scope = GatewayConfiguration.OptOut.Scope(rawValue: word) ?? .sim
            },
            Setting("sms.opt_out.languages", .list) { value, draft throws(ConfigurationError) in
                draft.sms.optOut.languages = try value.items { item throws(ConfigurationError) in
                    try item.word(of: GatewayConfiguration.OptOut().languages, what: "a language with opt-out words")
                }
            },
            Setting("sms.opt_out.words", .list) { value, draft throws(ConfigurationError) in
                draft.sms.optOut.words = try value.optOutWords()
            },
            Setting("sms.opt_out.start_words", .list) { value, draft throws(ConfigurationError) in
                draft.sms.optOut.startWords = try value.optOutWords()
            },
            Setting("sms.opt_out.confirm") { value, draft throws(ConfigurationError) in
                draft.sms.optOut.confirms = try value.boolean()
            },
            Setting("sms.opt_out.confirmation") { value, draft throws(ConfigurationError) in
                draft.sms.optOut.confirmation = try value.shortText(limit: WrittenValue.confirmationLimit)
            },
        ]
    }
}

extension WrittenValue {
    /// More are a mistake; each received message is compared with all of them.
    private static let wordLimit = 100
    /// Three parts in UCS2, 3 x 67 characters (TS 23.040 §9.2.3.24.1): a sentence, no leaflet.
    fileprivate static let confirmationLimit = 201

    fileprivate func optOutWords() throws(ConfigurationError) -> [String] {
        let words = try self.items { item throws(ConfigurationError) in try item.shortText(limit: 40) }
        guard words.count <= Self.wordLimit else {
            throw self.problem("\(words.count) words are too many", suggestion: "at most \(Self.wordLimit)")
        }
        return words
    }

    /// - Parameter limit: in characters.
    func shortText(limit: Int) throws(ConfigurationError) -> String {
        let text = try self.text()
        guard text.unicodeScalars.count <= limit else {
            throw self.problem(
                "has \(text.unicodeScalars.count) characters", suggestion: "at most \(limit) are allowed")
        }
        guard !text.allSatisfy(\.isWhitespace) else { throw self.problem("is blank", suggestion: "write a text") }
        return text
    }
}
