// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One modem as far as it has been written.
struct ModemDraft {
    var id: String?
    var model: String?
    var tty: String?
    var pin: (text: String, place: ConfigurationPlace)?
    var pinFile: (path: String, place: ConfigurationPlace)?
    var limits = GatewayConfiguration.SIMLimits()
    var quietHours: GatewayConfiguration.QuietHours?
    var partPause: Duration = .zero
    var balance = BalanceDraft()
}

struct BalanceDraft {
    var code: String?
    var steps: [String] = []
    var every: Duration?
    var pattern: String?

    var isEmpty: Bool { self.code == nil && self.steps.isEmpty && self.every == nil && self.pattern == nil }

    /// `nil` unless complete.
    var balance: GatewayConfiguration.Balance? {
        guard let code = self.code, let pattern = self.pattern else { return nil }
        return GatewayConfiguration.Balance(
            code: code, steps: self.steps, every: self.every ?? .seconds(86_400), pattern: pattern)
    }
}

extension SettingTable where Target == ModemDraft {
    static let modem = SettingTable(settings: Self.access + Self.sending)

    private static let access: [Setting<ModemDraft>] = [
        Setting("id") { value, modem throws(ConfigurationError) in
            modem.id = try value.identifier(what: "a modem id")
        },
        Setting("model") { value, modem throws(ConfigurationError) in
            modem.model = try value.word(of: WrittenValue.modemModels, what: "a modem model known here")
        },
        Setting("tty") { value, modem throws(ConfigurationError) in modem.tty = try value.path() },
        Setting("pin") { value, modem throws(ConfigurationError) in
            modem.pin = (try value.personalIdentificationNumber(), value.place)
        },
        Setting("pin_file") { value, modem throws(ConfigurationError) in
            modem.pinFile = (try value.path(), value.place)
        },
    ]

    private static let sending: [Setting<ModemDraft>] = [
        Setting("limits.per_minute") { value, modem throws(ConfigurationError) in
            modem.limits.perMinute = try value.limit()
        },
        Setting("limits.per_hour") { value, modem throws(ConfigurationError) in
            modem.limits.perHour = try value.limit()
        },
        Setting("limits.per_day") { value, modem throws(ConfigurationError) in
            modem.limits.perDay = try value.limit()
        },
        Setting("limits.per_month") { value, modem throws(ConfigurationError) in
            modem.limits.perMonth = try value.limit()
        },
        Setting("quiet_hours") { value, modem throws(ConfigurationError) in
            modem.quietHours = try value.quietHours()
        },
        Setting("part_pause") { value, modem throws(ConfigurationError) in
            modem.partPause = try value.duration(in: .zero...(.seconds(3600)))
        },
        Setting("balance.code") { value, modem throws(ConfigurationError) in
            modem.balance.code = try value.ussdCode()
        },
        Setting("balance.steps", .list) { value, modem throws(ConfigurationError) in
            modem.balance.steps = try value.items { item throws(ConfigurationError) in try item.ussdReply() }
            // Menus are no deeper.
            guard modem.balance.steps.count <= 8 else {
                throw value.problem("\(modem.balance.steps.count) steps are too many", suggestion: "at most 8")
            }
        },
        Setting("balance.every") { value, modem throws(ConfigurationError) in
            modem.balance.every = try value.duration(in: .seconds(300)...(.seconds(31 * 86_400)))
        },
        Setting("balance.pattern") { value, modem throws(ConfigurationError) in
            modem.balance.pattern = try value.amountPattern()
        },
    ]
}

extension WrittenValue {
    /// As `CellularModem` calls the families it knows.
    static let modemModels = ["EC25", "SIM7600"]
    /// A box has a handful of USB ports; the limit keeps ids, threads and descriptors within what one process has.
    static let modemLimit = 64

    /// The modems and where their PINs were written.
    func modems() throws(ConfigurationError) -> (
        [GatewayConfiguration.Modem], pinPlaces: [ConfigurationPlace?]
    ) {
        let items = try self.list()
        guard items.count <= Self.modemLimit else {
            throw self.problem("\(items.count) modems are too many", suggestion: "at most \(Self.modemLimit)")
        }
        var problems: [ConfigurationProblem] = []
        var drafts: [(value: WrittenValue, draft: ModemDraft)] = []
        for item in items {
            var draft = ModemDraft()
            var origins: [String: ConfigurationPlace] = [:]
            let found =
                item.isEmpty
                ? item.problem("has no value", suggestion: "write tty: /dev/…").problems
                : SettingTable<ModemDraft>.modem.read(item, into: &draft, origins: &origins)
            problems += found
            if found.isEmpty { problems += item.incompleteness(of: draft) }
            problems += item.repetition(of: draft, in: drafts)
            drafts.append((item, draft))
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return (Self.named(drafts.map(\.draft)), drafts.map { $0.draft.pin?.place })
    }

    private func incompleteness(of modem: ModemDraft) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if modem.tty == nil {
            problems += self.problem("has no tty", suggestion: "write tty: /dev/… (its AT port)").problems
        }
        if let pinFile = modem.pinFile, modem.pin != nil {
            problems.append(
                ConfigurationProblem(
                    pinFile.place, key: self.key + ".pin_file", "there is a pin as well",
                    suggestion: "keep one of the two"))
        }
        if !modem.balance.isEmpty, modem.balance.balance == nil {
            problems.append(
                ConfigurationProblem(
                    self.place, key: self.key + ".balance", "needs code and pattern", suggestion: "set both"))
        }
        return problems
    }

    private func repetition(
        of modem: ModemDraft, in earlier: [(value: WrittenValue, draft: ModemDraft)]
    ) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if let id = modem.id, let other = earlier.first(where: { $0.draft.id == id }) {
            problems +=
                self.problem("\(other.value.key) has the id \"\(id)\" too", suggestion: "ids are unique").problems
        }
        if let tty = modem.tty, let other = earlier.first(where: { $0.draft.tty == tty }) {
            problems +=
                self.problem("\(other.value.key) uses \(tty.shortened) too", suggestion: "one modem a tty").problems
        }
        return problems
    }

    /// Modems without an id are called after their model and a number that is free: `ec25-1`.
    private static func named(_ drafts: [ModemDraft]) -> [GatewayConfiguration.Modem] {
        var taken = Set(drafts.compactMap(\.id))
        return drafts.map { draft in
            let stem = draft.model?.lowercased() ?? "modem"
            let id = draft.id ?? (1...).lazy.map { "\(stem)-\($0)" }.first { !taken.contains($0) } ?? stem
            taken.insert(id)
            var modem = GatewayConfiguration.Modem(
                id: id, model: draft.model, tty: draft.tty ?? "", pin: draft.pin?.text, pinFile: draft.pinFile?.path)
            modem.limits = draft.limits
            modem.quietHours = draft.quietHours
            modem.partPause = draft.partPause
            modem.balance = draft.balance.balance
            return modem
        }
    }

    /// Stands in URLs, file names and log lines as it is.
    func identifier(what: String) throws(ConfigurationError) -> String {
        let text = try self.text("a name")
        let allowed = text.utf8.allSatisfy {
            $0.isDigit || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard allowed, (1...32).contains(text.utf8.count) else {
            let lower = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
            throw self.problem(
                "\"\(text.shortened)\" is not \(what) (1 to 32 of a-z, 0-9, - and _)",
                suggestion: "did you mean \"\(String(lower.prefix(32)))\"?")
        }
        return text
    }

    /// CHV1 is 4 to 8 decimal digits, TS 31.101 §9.5.1. The message never repeats it.
    func personalIdentificationNumber() throws(ConfigurationError) -> String {
        guard case .scalar(let text, _) = self.content, !self.isEmpty else {
            throw self.problem("expected a PIN, found \(self.isEmpty ? "nothing" : self.kind)")
        }
        guard (4...8).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else {
            throw self.problem("is not a PIN", suggestion: "4 to 8 digits")
        }
        return text
    }
}
