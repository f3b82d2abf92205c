// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What has been read so far; sources are read one after the other, later ones replace.
struct ConfigurationDraft {
    var dataDirectory: String?
    var http = GatewayConfiguration.HTTP()
    var certificate: String?
    var certificateKey: String?
    var sms = GatewayConfiguration.SMS()
    var modems: [GatewayConfiguration.Modem] = []
    var webhooks = GatewayConfiguration.Webhooks()
    var ussd = GatewayConfiguration.USSD()
    var log = GatewayConfiguration.Log()
    /// Where each modem's PIN was written, in the order of `modems`.
    var pinPlaces: [ConfigurationPlace?] = []
    /// The modems that `sms.routes` names.
    var routedModems: [RoutedModem] = []
}

extension SettingTable where Target == ConfigurationDraft {
    /// Every setting there is. The example file and docs/CONFIGURATION.md list the same; a test compares them.
    static let gateway = SettingTable(
        settings: [Self.base, Self.messages, Self.flow, Self.optOut, Self.modems, Self.webhooks, Self.log]
            .flatMap(\.self))

    private static let base: [Setting<ConfigurationDraft>] = [
        Setting("data_dir") { value, draft throws(ConfigurationError) in draft.dataDirectory = try value.path() },
        Setting("http.listen") { value, draft throws(ConfigurationError) in
            draft.http.listen = try value.listenAddress()
        },
        Setting("http.allowed_hosts", .list) { value, draft throws(ConfigurationError) in
            draft.http.allowedHosts = try value.items { item throws(ConfigurationError) in try item.allowedHost() }
        },
        Setting("http.tls.certificate") { value, draft throws(ConfigurationError) in
            draft.certificate = try value.path()
        },
        Setting("http.tls.key") { value, draft throws(ConfigurationError) in
            draft.certificateKey = try value.path()
        },
    ]

    private static let modems: [Setting<ConfigurationDraft>] = [
        Setting("modems", .yaml) { value, draft throws(ConfigurationError) in
            (draft.modems, draft.pinPlaces) = try value.modems()
        }
    ]

    private static let log: [Setting<ConfigurationDraft>] = [
        Setting("log.level") { value, draft throws(ConfigurationError) in
            let words = GatewayConfiguration.Level.allCases.map(\.rawValue)
            let word = try value.word(of: words, what: "a log level")
            draft.log.level = GatewayConfiguration.Level(rawValue: word) ?? .info
        },
        Setting("log.show_numbers") { value, draft throws(ConfigurationError) in
            draft.log.showNumbers = try value.boolean()
        },
    ]
}

extension WrittenValue {
    /// Reads every item and reports all that are wrong.
    func items<Item>(
        _ read: (WrittenValue) throws(ConfigurationError) -> Item
    ) throws(ConfigurationError) -> [Item] {
        var items: [Item] = []
        var problems: [ConfigurationProblem] = []
        for value in try self.list() {
            do throws(ConfigurationError) { items.append(try read(value)) } catch { problems += error.problems }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return items
    }

    /// `HOST:PORT`; an IPv6 address in brackets (RFC 3986 §3.2.2).
    func listenAddress() throws(ConfigurationError) -> ListenAddress {
        let text = try self.text("an address such as 127.0.0.1:8080")
        guard let colon = text.lastIndex(of: ":") else {
            let isPort = Int(text) != nil
            throw self.problem(
                "\"\(text.shortened)\" has no \(isPort ? "host" : "port")",
                suggestion: "did you mean \"\(isPort ? "127.0.0.1:\(text)" : text.shortened + ":8080")\"?")
        }
        var host = String(text[..<colon])
        let portText = String(text[text.index(after: colon)...])
        guard let port = Int(portText), (0...65_535).contains(port), portText.utf8.allSatisfy(\.isDigit) else {
            throw self.problem(
                "\"\(portText.shortened)\" is not a TCP port",
                suggestion: "a number from 0 to 65535; 0 lets the system choose")
        }
        guard !host.isEmpty else {
            throw self.problem(
                "has no host", suggestion: "write 127.0.0.1:\(port) for this machine alone, 0.0.0.0:\(port) for all")
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw self.problem(
                "an IPv6 address stands in brackets", suggestion: "did you mean \"[\(host.shortened)]:\(port)\"?")
        }
        guard host.utf8.allSatisfy(\.isHostLetter), !host.isEmpty else {
            throw self.problem("\"\(host.shortened)\" is not a host name or address")
        }
        return ListenAddress(host: host, port: port)
    }

    /// What a browser or client writes into Host: a name or address, with a port where it is not the standard one.
    func allowedHost() throws(ConfigurationError) -> String {
        let text = try self.text("a host name")
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...].prefix { $0 != "/" }
            throw self.problem("a host, not a URL", suggestion: "did you mean \"\(String(rest).shortened)\"?")
        }
        let isHost = text.utf8.allSatisfy { $0.isHostLetter || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        guard isHost else {
            throw self.problem(
                "\"\(text.shortened)\" is not a host name",
                suggestion: text.contains("*") ? "write every name out; patterns are not read" : nil)
        }
        return text.lowercased()
    }

    func nationalLanguage() throws(ConfigurationError) -> String {
        let text = try self.text("a language code").lowercased()
        if let code = Self.nationalLanguages.first(where: { $0.code == text })?.code { return code }
        let names = Self.nationalLanguages.map(\.name)
        let meant = Spelling.nearest(to: text, among: names)
            .flatMap { name in Self.nationalLanguages.first { $0.name == name }?.code }
        throw self.problem(
            "\"\(text.shortened)\" has no national language table",
            suggestion: meant.map { "did you mean \"\($0)\"?" }
                ?? "it is one of \(Self.nationalLanguages.map(\.code).joined(separator: ", "))")
    }

    /// The languages of TS 23.038 §6.2.1.2.4, in its order, by ISO 639-1 code.
    static let nationalLanguages = [
        (code: "tr", name: "turkish"), (code: "es", name: "spanish"), (code: "pt", name: "portuguese"),
        (code: "bn", name: "bengali"), (code: "gu", name: "gujarati"), (code: "hi", name: "hindi"),
        (code: "kn", name: "kannada"), (code: "ml", name: "malayalam"), (code: "or", name: "oriya"),
        (code: "pa", name: "punjabi"), (code: "ta", name: "tamil"), (code: "te", name: "telugu"),
        (code: "ur", name: "urdu"),
    ]

    /// ITU-T E.164: at most 15 digits after the `+`.
    func internationalNumber() throws(ConfigurationError) -> String {
        let text = try self.text("a number such as +33639980001")
        let digits = text.dropFirst()
        guard text.hasPrefix("+"), (3...15).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit) else {
            throw self.problem(
                "\"\(text.shortened)\" is not an international number",
                suggestion: "write + and 3 to 15 digits, nothing else")
        }
        return text
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isHostLetter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "%"), UInt8(ascii: "_"): true
        default: self.isDigit
        }
    }
}
