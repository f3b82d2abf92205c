// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import GatewayStore

/// A rule of the configuration: what fits goes by these modems. The first rule that fits decides.
package struct RouteRule: Sendable, Equatable {
    /// So that a request can ask for it, too.
    package var name: String?
    /// How the recipient's number begins, `+33`; `nil` fits any.
    package var prefix: String?
    /// Name of the token that sends; `nil` fits any.
    package var token: String?
    /// In the order in which they are wanted.
    package var modems: [String]

    package init(name: String? = nil, prefix: String? = nil, token: String? = nil, modems: [String]) {
        self.name = name
        self.prefix = prefix
        self.token = token
        self.modems = modems
    }

    func fits(_ number: String, token: String?) -> Bool {
        (self.prefix.map(number.hasPrefix) ?? true) && (self.token.map { $0 == token } ?? true)
    }
}

/// By what a message goes.
package struct RouteDecision: Sendable, Equatable {
    package var choice: ModemChoice
    /// All that may send it, most wanted first; empty: only the one chosen.
    package var alternatives: [String]
    /// ICCID of the SIM that must send it, wherever it is.
    package var wantedSIM: String?
    /// A sentence.
    package var why: String

    /// The one, or the first of those among which the queue decides.
    package var modem: String? {
        switch self.choice {
        case .named(let modem): modem
        case .fewestWaiting(let modems): modems.first
        }
    }
}

/// Decides by what a message goes, from the rules and what is known of the modems.
struct RoutingTable: Sendable {
    struct Modem: Sendable, Equatable {
        var id: String
        /// It sends now.
        var isAvailable: Bool
        /// ICCID.
        var sim: String?
        /// The SIM's own number.
        var number: String?
        /// Long enough that it is not worth waiting for.
        var isStranded = false
    }

    /// What a request says, at most one of the three.
    struct Wish: Sendable {
        var modem: String?
        /// ICCID, or the SIM's own number.
        var sim: String?
        var route: RouteWish?
    }

    var rules: [RouteRule]
    var modems: [Modem]

    /// - Parameters:
    ///   - last: where the recipient wrote to last, if conversations are to stay with their SIM.
    ///   - lastModem: of the wanted SIM, should it be in none now: it is known, and may come back.
    func decide(
        _ number: String, _ wish: Wish, token: String?, last: SendingPlace?, lastModem: String?
    ) throws(MessagingError) -> RouteDecision {
        if let modem = wish.modem { return try self.byName(modem) }
        if let sim = wish.sim { return try self.bySIM(sim, lastModem: lastModem) }
        guard !self.modems.isEmpty else {
            throw MessagingError(.noModem, "There is no modem; plug one in or configure one.")
        }
        switch wish.route {
        case .modems(let names):
            var decision = try self.inOrder(names, why: "as the request says")
            // Shown as it was asked for, also when it is one modem only.
            if decision.alternatives.isEmpty { decision.alternatives = Array(names.prefix(1)) }
            return decision
        case .named(let name):
            guard let rule = self.rules.first(where: { $0.name == name }) else {
                throw MessagingError(.unknownRouteName, "There is no route of that name; there are: \(self.ruleNames).")
            }
            return try self.inOrder(self.existing(rule), why: "by the route \(name)")
        case nil: break
        }
        let rule = self.rules.first { $0.fits(number, token: token) }
        let candidates = try rule.map(self.existing) ?? self.modems.map(\.id)
        if let last, let sticky = self.sticky(last, among: candidates) {
            return RouteDecision(
                choice: .named(sticky), alternatives: self.alternatives(first: sticky, candidates),
                why: "the recipient wrote to this SIM last")
        }
        if let rule { return try self.inOrder(candidates, why: rule.name.map { "by the route \($0)" } ?? "by a rule") }
        return self.fewestWaiting()
    }

    /// The modem with this SIM, by ICCID or by its own number.
    func modem(withSIM sim: String) -> Modem? {
        self.modems.first { $0.sim == sim }
            ?? self.modems.first { modem in modem.number.map { AddressMatch.same($0, sim) } ?? false }
    }
}

extension RoutingTable {
    private func byName(_ name: String) throws(MessagingError) -> RouteDecision {
        try self.check([name])
        return RouteDecision(choice: .named(name), alternatives: [], why: "as the request says")
    }

    private func bySIM(_ sim: String, lastModem: String?) throws(MessagingError) -> RouteDecision {
        if let modem = self.modem(withSIM: sim) {
            return RouteDecision(
                choice: .named(modem.id), alternatives: [], wantedSIM: modem.sim, why: "as the request says")
        }
        guard let lastModem else {
            let known = self.modems.compactMap { $0.number ?? $0.sim }
            throw MessagingError(
                .unknownSIM,
                "No modem has, or had, a SIM of that ICCID or number; there are: \(Self.list(known)).")
        }
        return RouteDecision(
            choice: .named(lastModem), alternatives: [], wantedSIM: sim, why: "as the request says; the SIM is not here"
        )
    }

    private func inOrder(_ names: [String], why: String) throws(MessagingError) -> RouteDecision {
        guard !names.isEmpty else {
            throw MessagingError(.invalidOption, "The route is empty; name at least one modem.")
        }
        try self.check(names)
        var seen: Set<String> = []
        let order = names.filter { seen.insert($0).inserted }
        let available = order.first { name in self.modems.contains { $0.id == name && $0.isAvailable } }
        return RouteDecision(
            choice: .named(available ?? order[0]), alternatives: order.count > 1 ? order : [], why: why)
    }

    private func fewestWaiting() -> RouteDecision {
        let all = self.modems.map(\.id)
        let available = self.modems.filter(\.isAvailable).map(\.id)
        return RouteDecision(
            choice: .fewestWaiting(available.isEmpty ? Array(all.prefix(1)) : available),
            alternatives: all.count > 1 ? available + all.filter { !available.contains($0) } : [],
            why: "the modem with the fewest messages waiting")
    }

    private func sticky(_ last: SendingPlace, among candidates: [String]) -> String? {
        // The SIM may be in another modem by now; one whose ICCID nobody knows is where it was.
        let place =
            last.sim.map { sim in self.modems.first { $0.sim == sim } } ?? self.modems.first { $0.id == last.modem }
        guard let place, candidates.contains(place.id), !place.isStranded else { return nil }
        return place.id
    }

    private func alternatives(first: String, _ candidates: [String]) -> [String] {
        candidates.count > 1 ? [first] + candidates.filter { $0 != first } : []
    }

    private func existing(_ rule: RouteRule) throws(MessagingError) -> [String] {
        let found = rule.modems.filter { name in self.modems.contains { $0.id == name } }
        guard !found.isEmpty else {
            throw MessagingError(
                .noModem,
                "The route for this message names no modem there is, only: \(Self.list(rule.modems)). Change the "
                    + "configuration, or name a modem.")
        }
        return found
    }

    private func check(_ names: [String]) throws(MessagingError) {
        guard !names.allSatisfy({ name in self.modems.contains { $0.id == name } }) else { return }
        throw MessagingError(
            .unknownModem, "There is no modem of that name; there are: \(Self.list(self.modems.map(\.id))).")
    }

    private var ruleNames: String { Self.list(self.rules.compactMap(\.name)) }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}

extension MessagingError.Code {
    /// The recipient wants no messages.
    package static let optedOut = Self(rawValue: "opted-out")
}
