// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GatewayStore

/// The words that opt out and in again, by language.
///
/// A word counts only as the whole message. So words that people also answer in a conversation (end, cancel, yes) are
/// in no list, though some networks take them; the configuration can add them.
package enum OptOutWords {
    struct Language: Sendable {
        /// ISO 639-1.
        var code: String
        var stop: [String]
        var start: [String]
        /// In the GSM 7-bit default alphabet, and one part long.
        var confirmation: String
    }

    package static var languages: [String] { self.table.map(\.code) }

    static let table = [
        Language(
            code: "en", stop: ["stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "opt-out", "quit"],
            start: ["start", "unstop", "subscribe", "opt in", "optin", "opt-in"],
            confirmation: "You get no more messages from this number. Answer START to get them again."),
        Language(
            code: "fr",
            stop: [
                "stop", "arret", "arreter", "stop sms", "desabonner", "desabonnement", "desinscription", "desinscrire",
            ],
            start: ["start", "reprendre", "reabonner", "reabonnement", "reinscription"],
            confirmation: "Vous ne recevrez plus de messages de ce numéro. Répondez START pour en recevoir à nouveau."),
        Language(
            code: "de", stop: ["stop", "stopp", "abmelden", "abmeldung", "abbestellen", "austragen"],
            start: ["start", "anmelden", "anmeldung", "eintragen"],
            confirmation: "Sie erhalten keine Nachrichten mehr von dieser Nummer. Mit START bekommen Sie wieder welche."
        ),
        Language(
            code: "es", stop: ["stop", "alto", "baja", "darse de baja", "parar"], start: ["start", "alta", "reanudar"],
            confirmation: "No recibira mas mensajes de este numero. Responda START para volver a recibirlos."),
        Language(
            code: "it", stop: ["stop", "basta", "disiscrivimi", "disiscrizione", "cancellami"],
            start: ["start", "iscrivimi", "iscrizione", "riprendi"],
            confirmation: "Non riceverà più messaggi da questo numero. Risponda START per riceverli di nuovo."),
        Language(
            code: "nl", stop: ["stop", "stoppen", "afmelden", "afmelding", "uitschrijven"],
            start: ["start", "aanmelden", "aanmelding", "inschrijven"],
            confirmation: "U krijgt geen berichten meer van dit nummer. Antwoord START om ze weer te krijgen."),
        Language(
            code: "pt", stop: ["stop", "parar", "pare", "remover", "descadastrar"],
            start: ["start", "voltar", "retomar", "cadastrar"],
            confirmation: "Nao vai receber mais mensagens deste numero. Responda START para voltar a receber."),
    ]

    /// What the configuration says, a word that is in several lists under the first of its languages.
    static func words(_ configuration: OptOutConfiguration) -> [OptOutWord] {
        guard configuration.isEnabled else { return [] }
        var words: [OptOutWord] = []
        for code in configuration.languages {
            guard let language = self.table.first(where: { $0.code == code }) else { continue }
            words += language.stop.map { OptOutWord($0, .stop, language: code) }
            words += language.start.map { OptOutWord($0, .start, language: code) }
        }
        words += configuration.stopWords.map { OptOutWord($0, .stop, language: nil) }
        words += configuration.startWords.map { OptOutWord($0, .start, language: nil) }
        return words
    }

    /// The answer in this language; `nil` when there is no list for it.
    package static func confirmationText(language: String) -> String? {
        self.table.first { $0.code == language }?.confirmation
    }

    /// The answer to somebody who opted out with a word of this language.
    static func confirmation(_ configuration: OptOutConfiguration, language: String?) -> String {
        if let text = configuration.confirmation { return text }
        let code = language ?? configuration.languages.first ?? "en"
        return (self.table.first { $0.code == code } ?? self.table[0]).confirmation
    }
}
