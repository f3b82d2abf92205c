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
        init(_ texts: [String]) { self = .flow(YAMLScalar.list(texts)) }
        init(_ duration: Duration?) { self = duration.map { .flow($0.configurationText) } ?? .absent }
        init(_ number: Int?) { self = number.map { .flow("\($0)") } ?? .absent }
        init(_ flag: Bool) { self = .flow("\(flag)") }
    }

    /// In the order of `SettingTable.gateway`; a test compares the two.
    private var settings: [(path: String, value: Rendered)] {
        [
            ("data_dir", Rendered(self.dataDirectory)),
            ("http.listen", Rendered("\(self.http.listen)")),
            ("http.allowed_hosts", Rendered(self.http.allowedHosts)),
            ("http.tls.certificate", Rendered(self.http.tls?.certificate)),
            ("http.tls.key", Rendered(self.http.tls?.key)),
        ] + self.messageSettings + self.flowSettings + self.optOutSettings + [
            ("modems", .items(self.modems.map(\.yaml))),
            ("webhooks.allow", Rendered(self.webhooks.allow)),
            ("webhooks.timeout", Rendered(self.webhooks.timeout)),
            ("webhooks.first_delay", Rendered(self.webhooks.firstDelay)),
            ("webhooks.longest_delay", Rendered(self.webhooks.longestDelay)),
            ("webhooks.maximum_age", Rendered(self.webhooks.maximumAge)),
            ("webhooks.concurrency", Rendered(self.webhooks.concurrency)),
            ("ussd.timeout", Rendered(self.ussd.timeout)),
            ("log.level", .flow(self.log.level.rawValue)),
            ("log.show_numbers", Rendered(self.log.showNumbers)),
        ]
    }

    private var messageSettings: [(path: String, value: Rendered)] {
        [
            ("sms.nationalLanguages", Rendered(self.sms.nationalLanguages)),
            ("sms.assembly_timeout", Rendered(self.sms.assemblyTimeout)),
            ("sms.delivery_reports", Rendered(self.sms.deliveryReports)),
            ("sms.service_centre", Rendered(self.sms.serviceCentre)),
            ("sms.country", Rendered(self.sms.country?.country)),
            ("sms.default_validity", Rendered(self.sms.defaultValidity)),
            ("sms.retry.first_delay", Rendered(self.sms.retry.firstDelay)),
            ("sms.retry.longest_delay", Rendered(self.sms.retry.longestDelay)),
            ("sms.retry.give_up_after", Rendered(self.sms.retry.giveUpAfter)),
        ]
    }

    private var flowSettings: [(path: String, value: Rendered)] {
        [
            ("sms.routes", .items(self.sms.routes.map(\.yaml))),
            ("sms.sticky", Rendered(self.sms.isSticky)),
            ("sms.failover_after", Rendered(self.sms.failoverAfter)),
            ("sms.limits.recipient.per_hour", Rendered(self.sms.limits.recipient.perHour)),
            ("sms.limits.recipient.per_day", Rendered(self.sms.limits.recipient.perDay)),
            ("sms.limits.token.per_minute", Rendered(self.sms.limits.token.perMinute)),
            ("sms.limits.token.per_hour", Rendered(self.sms.limits.token.perHour)),
            ("sms.limits.token.per_day", Rendered(self.sms.limits.token.perDay)),
            ("sms.time_zone", Rendered(self.sms.timeZone)),
            ("sms.retention.received", Rendered(self.sms.retention.received)),
            ("sms.retention.sent", Rendered(self.sms.retention.sent)),
            ("sms.retention.maximum_messages", Rendered(self.sms.retention.maximumMessages)),
        ]
    }

    private var optOutSettings: [(path: String, value: Rendered)] {
        [
            ("sms.opt_out.enabled", Rendered(self.sms.optOut.isEnabled)),
            ("sms.opt_out.scope", .flow(self.sms.optOut.scope.rawValue)),
            ("sms.opt_out.languages", Rendered(self.sms.optOut.languages)),
            ("sms.opt_out.words", Rendered(self.sms.optOut.words)),
            ("sms.opt_out.start_words", Rendered(self.sms.optOut.startWords)),
            ("sms.opt_out.confirm", Rendered(self.sms.optOut.confirms)),
            ("sms.opt_out.confirmation", Rendered(self.sms.optOut.confirmation)),
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

    /// The names of a route's settings.
    package static var routeSettingNames: [String] {
        SettingTable<RouteDraft>.route.settings.map(\.path)
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
        let limits = YAMLScalar.table([
            ("per_minute", self.limits.perMinute.map(String.init)), ("per_hour", self.limits.perHour.map(String.init)),
            ("per_day", self.limits.perDay.map(String.init)), ("per_month", self.limits.perMonth.map(String.init)),
        ])
        if limits != "{}" { fields.append("limits: \(limits)") }
        if let quietHours = self.quietHours { fields.append("quiet_hours: \(YAMLScalar.text("\(quietHours)"))") }
        if self.partPause != .zero { fields.append("part_pause: \(self.partPause.configurationText)") }
        if let balance = self.balance {
            let table = YAMLScalar.table([
                ("code", YAMLScalar.text(balance.code)),
                ("steps", balance.steps.isEmpty ? nil : YAMLScalar.list(balance.steps)),
                ("every", balance.every.configurationText),
                ("pattern", YAMLScalar.text(balance.pattern)),
            ])
            fields.append("balance: \(table)")
        }
        return "{" + fields.joined(separator: ", ") + "}"
    }
}

extension GatewayConfiguration.Route {
    fileprivate var yaml: String {
        YAMLScalar.table([
            ("name", self.name.map(YAMLScalar.text)), ("prefix", self.prefix.map(YAMLScalar.text)),
            ("token", self.token.map(YAMLScalar.text)),
            ("modems", YAMLScalar.list(self.modems)),
        ])
    }
}

enum YAMLScalar {
    static func list(_ texts: [String]) -> String { "[" + texts.map(Self.text).joined(separator: ", ") + "]" }

    /// In flow style, without what is `nil`.
    static func table(_ entries: [(name: String, value: String?)]) -> String {
        let written = entries.compactMap { entry in entry.value.map { "\(entry.name): \($0)" } }
        return "{" + written.joined(separator: ", ") + "}"
    }

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
