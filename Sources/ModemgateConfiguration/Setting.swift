// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One setting: its name, how a single text stands for it, and how it is read.
struct Setting<Target>: Sendable {
    /// What a text of the environment or of a flag is: the value itself, a comma list, or YAML.
    enum Form: Sendable { case scalar, list, yaml }

    /// `http.listen`.
    let path: String
    let form: Form
    let read: @Sendable (WrittenValue, inout Target) throws(ConfigurationError) -> Void

    init(
        _ path: String, _ form: Form = .scalar,
        _ read: @escaping @Sendable (WrittenValue, inout Target) throws(ConfigurationError) -> Void
    ) {
        self.path = path
        self.form = form
        self.read = read
    }

    /// `sms.nationalLanguages` → `MODEMGATE_SMS_NATIONAL_LANGUAGES`.
    var environmentName: String {
        var name = "MODEMGATE_"
        for letter in self.path {
            if letter.isUppercase { name += "_" }
            name += letter == "." ? "_" : letter.uppercased()
        }
        return name
    }
}

/// All settings of one kind of section.
struct SettingTable<Target>: Sendable {
    let settings: [Setting<Target>]

    /// Reads what is written into `target` and returns everything that is wrong with it.
    func read(
        _ root: WrittenValue, into target: inout Target, origins: inout [String: ConfigurationPlace]
    ) -> [ConfigurationProblem] {
        self.read(root, prefix: "", into: &target, origins: &origins)
    }

    private func read(
        _ section: WrittenValue, prefix: String, into target: inout Target, origins: inout [String: ConfigurationPlace]
    ) -> [ConfigurationProblem] {
        if section.isEmpty { return [] }
        guard case .table(let entries) = section.content else {
            let names = self.names(under: prefix).joined(separator: ", ")
            return section.problem("expected settings (\(names)), found \(section.kind)").problems
        }
        var problems: [ConfigurationProblem] = []
        for entry in entries {
            let path = prefix + entry.name
            if let setting = self.settings.first(where: { $0.path == path && !entry.name.contains(".") }) {
                do throws(ConfigurationError) {
                    try setting.read(entry.value, &target)
                    origins[path] = entry.place
                } catch {
                    problems += error.problems
                }
            } else if !entry.name.contains("."), self.settings.contains(where: { $0.path.hasPrefix(path + ".") }) {
                problems += self.read(entry.value, prefix: path + ".", into: &target, origins: &origins)
            } else {
                problems.append(self.unknown(entry, prefix: prefix))
            }
        }
        return problems
    }

    private func unknown(_ entry: WrittenValue.Entry, prefix: String) -> ConfigurationProblem {
        var suggestion: String?
        if let dot = entry.name.lastIndex(of: "."), self.settings.contains(where: { $0.path == prefix + entry.name }) {
            suggestion = "write \(entry.name[entry.name.index(after: dot)...]) below \(entry.name[..<dot])"
        } else if let sibling = Spelling.nearest(to: entry.name, among: self.names(under: prefix)) {
            suggestion = "did you mean \"\(sibling)\"?"
        } else if let full = self.fullName(meantBy: entry.name, notUnder: prefix) {
            suggestion = "did you mean \"\(full)\"?"
        } else {
            suggestion = "known here: \(self.names(under: prefix).joined(separator: ", "))"
        }
        return ConfigurationProblem(entry.place, key: entry.value.key, "unknown setting", suggestion: suggestion)
    }

    /// The next word of every setting below `prefix`, once each, in the table's order.
    private func names(under prefix: String) -> [String] {
        var names: [String] = []
        for setting in self.settings where setting.path.hasPrefix(prefix) {
            let name = String(setting.path.dropFirst(prefix.count).prefix { $0 != "." })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// A setting of another section, by its last word.
    private func fullName(meantBy name: String, notUnder prefix: String) -> String? {
        let paths = self.settings.map(\.path)
        if let whole = Spelling.nearest(to: name, among: paths) { return whole }
        let lastWords = paths.map { path in
            (path: path, word: path.split(separator: ".").last.map(String.init) ?? path)
        }
        guard let word = Spelling.nearest(to: name, among: lastWords.map(\.word)) else { return nil }
        return lastWords.first { $0.word == word }?.path
    }
}
