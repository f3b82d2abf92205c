// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One routing rule as far as it has been written.
struct RouteDraft {
    var name: String?
    var prefix: String?
    var token: String?
    var modems: [(id: String, place: ConfigurationPlace, key: String)] = []
}

/// A modem that a rule names, and where.
struct RoutedModem {
    var id: String
    var place: ConfigurationPlace
    var key: String
}

extension SettingTable where Target == RouteDraft {
    static let route = SettingTable(settings: [
        Setting("name") { value, route throws(ConfigurationError) in
            route.name = try value.identifier(what: "the name of a route")
        },
        Setting("prefix") { value, route throws(ConfigurationError) in route.prefix = try value.numberPrefix() },
        Setting("token") { value, route throws(ConfigurationError) in route.token = try value.shortText(limit: 64) },
        Setting("modems", .list) { value, route throws(ConfigurationError) in
            route.modems = try value.items { item throws(ConfigurationError) in
                (id: try item.identifier(what: "a modem id"), place: item.place, key: item.key)
            }
        },
    ])
}

extension WrittenValue {
    /// Every message is compared with the rules in their order.
    static let routeLimit = 1000

    func routes() throws(ConfigurationError) -> ([GatewayConfiguration.Route], modems: [RoutedModem]) {
        let items = try self.list()
        guard items.count <= Self.routeLimit else {
            throw self.problem("\(items.count) routes are too many", suggestion: "at most \(Self.routeLimit)")
        }
        var problems: [ConfigurationProblem] = []
        var drafts: [RouteDraft] = []
        var modems: [RoutedModem] = []
        for item in items {
            var draft = RouteDraft()
            var origins: [String: ConfigurationPlace] = [:]
            let found = SettingTable<RouteDraft>.route.read(item, into: &draft, origins: &origins)
            problems += found
            if found.isEmpty { problems += item.weakness(of: draft, after: drafts) }
            drafts.append(draft)
            modems += draft.modems.map { RoutedModem(id: $0.id, place: $0.place, key: $0.key) }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        let routes = drafts.map { draft in
            GatewayConfiguration.Route(
                name: draft.name, prefix: draft.prefix, token: draft.token, modems: draft.modems.map(\.id))
        }
        return (routes, modems)
    }

    private func weakness(of route: RouteDraft, after earlier: [RouteDraft]) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if route.modems.isEmpty {
            problems +=
                self.problem("names no modem", suggestion: "write modems: [ID, …], the first choice first").problems
        }
        if Set(route.modems.map(\.id)).count < route.modems.count {
            problems += self.problem("names a modem twice", suggestion: "keep one").problems
        }
        if let name = route.name, let other = earlier.firstIndex(where: { $0.name == name }) {
            problems +=
                self.problem("route \(other + 1) is called \(name) too", suggestion: "names are unique").problems
        }
        return problems
    }

    /// `+33`, `+3369`, or the digits of a short code.
    fileprivate func numberPrefix() throws(ConfigurationError) -> String {
        let text = try self.text("the beginning of a number such as +33")
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit) else {
            throw self.problem(
                "\"\(text.shortened)\" is not the beginning of a number",
                suggestion: "write + and digits, such as +33, or the digits of a short code")
        }
        guard !text.hasPrefix("00") else {
            throw self.problem(
                "numbers are compared in their international form",
                suggestion: "did you mean \"+\(text.dropFirst(2))\"?")
        }
        return text
    }
}
