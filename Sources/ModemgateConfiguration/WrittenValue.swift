// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One value as it was written, with its place. What it means is decided by the setting that reads it.
struct WrittenValue: Sendable {
    indirect enum Content: Sendable {
        /// `plain`: not in quotes, so that `true` or `~` may mean what YAML gives them.
        case scalar(String, plain: Bool)
        case list([WrittenValue])
        case table([Entry])
    }

    struct Entry: Sendable {
        var name: String
        var place: ConfigurationPlace
        var value: WrittenValue
    }

    var content: Content
    var place: ConfigurationPlace
    /// Full name of the setting, for messages.
    var key: String

    /// Nothing after the colon, `~` or `null`.
    var isEmpty: Bool {
        guard case .scalar(let text, plain: true) = self.content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What a reader of the message sees at that place.
    var kind: String {
        switch self.content {
        case .list: "a list"
        case .table: "a section"
        case .scalar(let text, _): self.isEmpty ? "nothing" : "\"\(text.shortened)\""
        }
    }

    func problem(_ message: String, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(self.place, key: self.key, message, suggestion: suggestion)
    }
}

extension String {
    /// Fit for one line of a message: no control characters, at most 60 characters.
    var shortened: String {
        let visible = String(String.UnicodeScalarView(self.unicodeScalars.prefix(240).map(\.madeVisible)))
        return visible.count > 60 ? visible.prefix(60) + "…" : visible
    }
}

extension Unicode.Scalar {
    fileprivate var madeVisible: Unicode.Scalar {
        switch self.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: "\u{FFFD}"
        default: self
        }
    }
}
