// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A configuration with what is worth knowing about it.
package struct LoadedConfiguration: Sendable, Equatable {
    package var configuration: GatewayConfiguration
    /// The file that was read, if any.
    package var file: String?
    /// Not wrong, but perhaps not meant.
    package var warnings: [ConfigurationProblem]
    /// Where each setting that is not the default was set: `http.listen` → file, line, column.
    package var origins: [String: ConfigurationPlace]
}

extension GatewayConfiguration {
    /// Reads the file, then the environment, then the flags; later ones replace earlier ones, lists as a whole.
    ///
    /// - Parameters:
    ///   - file: `nil`: the file of `ConfigurationFile.standardPath`, or none.
    ///   - environment: all variables; those that begin with `MODEMGATE_` are settings.
    ///   - readingPINs: `false` for the command line, which needs no PIN and may not be allowed to read `pin_file`.
    /// - Throws: every problem at once, in the order of the sources and lines.
    package static func load(
        file: String?, environment: [String: String], overrides: [ConfigurationOverride] = [],
        isRoot: Bool = DataDirectory.isRoot, readingPINs: Bool = true
    ) throws(ConfigurationError) -> LoadedConfiguration {
        var loading = ConfigurationLoading()
        let path = file ?? ConfigurationFile.standardPath(environment: environment, isRoot: isRoot)
        if let path { loading.readFile(path, checkingMode: readingPINs) }
        loading.readEnvironment(environment)
        loading.readOverrides(overrides)
        let standard = DataDirectory.standard(environment: environment, isRoot: isRoot)
        var configuration = loading.configuration(standardDataDirectory: standard)
        if readingPINs { loading.readPINFiles(&configuration) }
        guard loading.problems.isEmpty else { throw ConfigurationError(loading.problems) }
        return LoadedConfiguration(
            configuration: configuration, file: path, warnings: loading.warnings, origins: loading.origins)
    }
}

/// The sources read one after the other.
struct ConfigurationLoading {
    private var draft = ConfigurationDraft()
    private(set) var origins: [String: ConfigurationPlace] = [:]
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    mutating func readFile(_ path: String, checkingMode: Bool) {
        let text: String
        let isReadableByAll: Bool
        do throws(ConfigurationError) {
            (text, isReadableByAll) = try ConfigurationFile.read(path)
        } catch {
            self.problems += error.problems
            return
        }
        var yaml = YAMLText(text, place: .file(path: path, line: 0, column: 0))
        var found: [ConfigurationProblem] = []
        if let root = yaml.parse() {
            found = SettingTable<ConfigurationDraft>.gateway.read(root, into: &self.draft, origins: &self.origins)
        }
        found += yaml.problems
        if checkingMode, isReadableByAll, let place = self.draft.pinPlaces.lazy.compactMap(\.self).first {
            found.append(
                ConfigurationProblem(
                    place, key: "pin", "every user of this machine can read this file and the PIN in it",
                    suggestion: "chmod 640 \(path), or keep the PIN in a pin_file"))
        }
        self.problems += found.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
    }

    /// Variables that are no settings: `MODEMGATE_CONFIG` names the file.
    private static let otherVariables = ["MODEMGATE_CONFIG"]

    mutating func readEnvironment(_ environment: [String: String]) {
        let settings = SettingTable<ConfigurationDraft>.gateway.settings
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("MODEMGATE_") {
            if Self.otherVariables.contains(name) { continue }
            let place = ConfigurationPlace.environment(name: name, line: 1, column: 1)
            guard let setting = settings.first(where: { $0.environmentName == name }) else {
                self.unknownVariable(name, place: place, known: settings.map(\.environmentName))
                continue
            }
            self.read(setting, place: place) { () throws(ConfigurationError) in
                try SettingText.value(text, form: setting.form, key: setting.path, place: place)
            }
        }
    }

    /// A misspelt setting is refused; a variable that looks like none of them may belong to a script around us.
    private mutating func unknownVariable(_ name: String, place: ConfigurationPlace, known: [String]) {
        if let meant = Spelling.nearest(to: name, among: known + Self.otherVariables) {
            self.problems.append(
                ConfigurationProblem(place, "unknown setting", suggestion: "did you mean \"\(meant)\"?"))
        } else {
            self.warnings.append(ConfigurationProblem(place, "is no setting and has no effect"))
        }
    }

    mutating func readOverrides(_ overrides: [ConfigurationOverride]) {
        for override in overrides {
            let place = ConfigurationPlace.flag(name: override.flag)
            guard
                let setting = SettingTable<ConfigurationDraft>.gateway.settings.first(where: { $0.path == override.key }
                )
            else {
                self.problems.append(ConfigurationProblem(place, key: override.key, "unknown setting"))
                continue
            }
            self.read(setting, place: place) { () throws(ConfigurationError) in
                switch override.value {
                case .text(let text):
                    try SettingText.value(text, form: setting.form, key: setting.path, place: place)
                case .modems(let texts):
                    try SettingText.modems(texts, flag: override.flag)
                }
            }
        }
    }

    private mutating func read(
        _ setting: Setting<ConfigurationDraft>, place: ConfigurationPlace,
        _ value: () throws(ConfigurationError) -> WrittenValue
    ) {
        do throws(ConfigurationError) {
            try setting.read(try value(), &self.draft)
            self.origins[setting.path] = place
        } catch {
            self.problems += error.problems
        }
    }
}

// MARK: - What only the whole shows

extension ConfigurationLoading {
    mutating func configuration(standardDataDirectory: String) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(dataDirectory: self.draft.dataDirectory ?? standardDataDirectory)
        configuration.http = self.draft.http
        configuration.sms = self.draft.sms
        configuration.modems = self.draft.modems
        configuration.webhooks = self.draft.webhooks
        configuration.ussd = self.draft.ussd
        configuration.log = self.draft.log
        switch (self.draft.certificate, self.draft.certificateKey) {
        case (let certificate?, let key?):
            configuration.http.tls = GatewayConfiguration.TLS(certificate: certificate, key: key)
        case (nil, nil): break
        case (_?, nil): self.missingHalf("http.tls.certificate", needs: "http.tls.key")
        case (nil, _?): self.missingHalf("http.tls.key", needs: "http.tls.certificate")
        }
        self.checkDelays(
            "sms.retry", first: configuration.sms.retry.firstDelay, longest: configuration.sms.retry.longestDelay)
        self.checkDelays(
            "webhooks", first: configuration.webhooks.firstDelay, longest: configuration.webhooks.longestDelay)
        self.lookForRoutedModems(among: configuration.modems.map(\.id))
        if !configuration.http.listen.isLoopback, configuration.http.tls == nil {
            self.warnings.append(
                ConfigurationProblem(
                    self.origins["http.listen"] ?? .builtIn, key: "http.listen",
                    "\(configuration.http.listen) is open to the network without encryption",
                    suggestion: "set http.tls, or listen on 127.0.0.1"))
        }
        return configuration
    }

    private mutating func missingHalf(_ present: String, needs absent: String) {
        self.problems.append(
            ConfigurationProblem(
                self.origins[present] ?? .builtIn, key: present, "needs \(absent) as well", suggestion: "set both"))
    }

    private mutating func checkDelays(_ section: String, first: Duration, longest: Duration) {
        guard longest < first else { return }
        let key = section + ".longest_delay"
        let place = self.origins[key] ?? self.origins[section + ".first_delay"] ?? .builtIn
        self.problems.append(
            ConfigurationProblem(
                place, key: key,
                "\(longest.configurationText) is less than first_delay, \(first.configurationText)",
                suggestion: "set it to at least that"))
    }

    /// Only a warning: the modem may be a simulated one, or one of an option.
    private mutating func lookForRoutedModems(among ids: [String]) {
        for modem in self.draft.routedModems where !ids.contains(modem.id) {
            self.warnings.append(
                ConfigurationProblem(
                    modem.place, key: modem.key, "no modem of this configuration is called \(modem.id)",
                    suggestion: Spelling.nearest(to: modem.id, among: ids).map { "did you mean \"\($0)\"?" }))
        }
    }

    mutating func readPINFiles(_ configuration: inout GatewayConfiguration) {
        for index in configuration.modems.indices {
            guard let path = configuration.modems[index].pinFile else { continue }
            do throws(ConfigurationError) {
                configuration.modems[index].pin = try Self.pin(inFile: path)
            } catch {
                self.problems += error.problems
            }
        }
    }

    /// The PIN and nothing else but white space at the end.
    private static func pin(inFile path: String) throws(ConfigurationError) -> String {
        let place = ConfigurationPlace.file(path: path, line: 0, column: 0)
        let file: BoundedFile
        do throws(BoundedFile.Failure) {
            file = try BoundedFile.read(path, limit: 4096)
        } catch {
            throw ConfigurationError(place, key: "pin_file", error.message)
        }
        guard file.mode & 0o004 == 0 else {
            throw ConfigurationError(
                place, key: "pin_file", "every user of this machine can read it", suggestion: "chmod 600 \(path)")
        }
        let text = String(decoding: file.bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        guard file.bytes.dropFirst(text.utf8.count).allSatisfy({ $0 <= 0x20 }) else {
            throw ConfigurationError(place, key: "pin_file", "holds more than a PIN", suggestion: "4 to 8 digits")
        }
        return try WrittenValue(content: .scalar(text, plain: false), place: place, key: "pin_file")
            .personalIdentificationNumber()
    }
}
