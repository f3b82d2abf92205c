// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension GatewayConfiguration {
    /// Every setting as YAML that reads back as the same configuration; PINs are `****` and the file says so.
    ///
    /// - Parameter origins: named in a comment beside each setting.
    package func yaml(origins: [String: ConfigurationPlace] = [:]) -> String {
        var lines: [String] = []
        var section: [Substring] = []
        for (path, value) in self.settings {
            let words = path.split(separator: ".")
            for depth in words.indices.dropLast() where section.count <= depth || section[depth] != words[depth] {
                section = Array(words[...depth])
                lines.append(String(repeating: "  ", count: depth) + words[depth] + ":")
            }
            section = Array(words.dropLast())
            let indent = String(repeating: "  ", count: words.count - 1)
            let origin = origins[path].map { "  # \($0)" } ?? ""
            switch value {
            case .absent: lines.append("\(indent)#\(words[words.count - 1]):\(origin)")
            case .flow(let text): lines.append("\(indent)\(words[words.count - 1]): \(text)\(origin)")
            case .items(let items):
                lines.append("\(indent)\(words[words.count - 1]):\(items.isEmpty ? " []" : "")\(origin)")
                lines += items.map { "\(indent)  - \($0)" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private enum Rendered {
        case absent
        case flow(String)
        case items([String])

        init(_ text: String?) { self = text.map { .flow(YAMLScalar.text($0)) } ?? .absent }
        init(_ texts: [String]) { self = .flow("[" + texts.map(YAMLScalar.text).joined(separator: ", ") + "]") }
        init(_ duration: Duration) { self = .flow(duration.configurationText) }
    }

    /// In the order of `SettingTable.gateway`; a test compares the two.
    private var settings: [(path: String, value: Rendered)] {
        [
            ("data_dir", Rendered(self.dataDirectory)),
            ("http.listen", Rendered("\(self.http.listen)")),
            ("http.allowed_hosts", Rendered(self.http.allowedHosts)),
            ("http.tls.certificate", Rendered(self.http.tls?.certificate)),
            ("http.tls.key", Rendered(self.http.tls?.key)),
            ("sms.nationalLanguages", Rendered(self.sms.nationalLanguages)),
            ("sms.assembly_timeout", Rendered(self.sms.assemblyTimeout)),
            ("sms.delivery_reports", .flow("\(self.sms.deliveryReports)")),
            ("sms.service_centre", Rendered(self.sms.serviceCentre)),
            ("sms.retry.first_delay", Rendered(self.sms.retry.firstDelay)),
            ("sms.retry.longest_delay", Rendered(self.sms.retry.longestDelay)),
            ("sms.retry.give_up_after", Rendered(self.sms.retry.giveUpAfter)),
            ("modems", .items(self.modems.map(\.yaml))),
            ("log.level", .flow(self.log.level.rawValue)),
            ("log.show_numbers", .flow("\(self.log.showNumbers)")),
        ]
    }

    /// The names of all settings, `http.listen` …, with the environment variable of each.
    package static var settingNames: [(path: String, environment: String)] {
        SettingTable<ConfigurationDraft>.gateway.settings.map { ($0.path, $0.environmentName) }
    }

    /// The names of a modem's settings.
    package static var modemSettingNames: [String] {
        SettingTable<ModemDraft>.modem.settings.map(\.path)
    }
}

extension GatewayConfiguration.Modem {
    fileprivate var yaml: String {
        var fields = ["id: \(YAMLScalar.text(self.id))"]
        if let model = self.model { fields.append("model: \(YAMLScalar.text(model))") }
        fields.append("tty: \(YAMLScalar.text(self.tty))")
        if let pinFile = self.pinFile {
            fields.append("pin_file: \(YAMLScalar.text(pinFile))")
        } else if self.pin != nil {
            fields.append("pin: \"****\"")
        }
        return "{" + fields.joined(separator: ", ") + "}"
    }
}

enum YAMLScalar {
    /// Plain where that is unmistakable, else in double quotes (YAML 1.1 §5.7 escapes).
    static func text(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0.isDigit || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || "/.-_".utf8.contains($0)
        }
        let startsWell = text.utf8.first.map { !"-.".utf8.contains($0) } ?? false
        let isWord = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain, startsWell, !isWord { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
