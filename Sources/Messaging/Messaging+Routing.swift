// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GatewayStore

/// Where a message goes out.
struct RouteDecision: Sendable, Equatable {
    var choice: ModemChoice
    /// Modems that may send it, most wanted first; empty: only the chosen one.
    var alternatives: [String] = []
    /// The SIM that must send it.
    var wantedSIM: String?
    /// For people.
    var why: String
}

extension Messaging {
    /// Chooses the modem for a message.
    ///
    /// - Parameter number: normalised.
    func route(
        to number: String, modem: String?, sim: String?, route: RouteWish?, token: String?
    ) async throws(MessagingError) -> RouteDecision {
        let lanes = self.lanes
        if let modem {
            try Self.check(modem, lanes)
            return RouteDecision(choice: .named(modem), why: "The request names this modem.")
        }
        if let sim { return try self.route(sim: sim, lanes) }
        if let route { return try Self.route(route, lanes) }
        guard let first = lanes.first else {
            throw MessagingError(.noModem, "There is no modem; plug one in or configure one.")
        }
        let available = lanes.filter(\.isAvailable).map(\.id)
        return RouteDecision(
            choice: .fewestWaiting(available.isEmpty ? [first.id] : available), why: "The fewest messages wait for it.")
    }

    private func route(sim: String, _ lanes: [ModemLane]) throws(MessagingError) -> RouteDecision {
        let found = lanes.first { self.ownNumber($0.id).map { AddressMatch.same($0, sim) } ?? false }
        guard let found else {
            throw MessagingError(.unknownSIM, "No modem has that SIM now; GET /api/modems lists the SIMs.")
        }
        return RouteDecision(choice: .named(found.id), wantedSIM: sim, why: "The request names its SIM.")
    }

    private static func route(_ wish: RouteWish, _ lanes: [ModemLane]) throws(MessagingError) -> RouteDecision {
        switch wish {
        case .named:
            throw MessagingError(.unknownRouteName, "There is no route of that name; sms.routes names them.")
        case .modems(let modems):
            for modem in modems { try Self.check(modem, lanes) }
            let isAvailable = Set(lanes.filter(\.isAvailable).map(\.id))
            guard let chosen = modems.first(where: { isAvailable.contains($0) }) ?? modems.first else {
                throw MessagingError(.invalidOption, "The route is empty; name at least one modem.")
            }
            return RouteDecision(choice: .named(chosen), alternatives: modems, why: "The request names the route.")
        }
    }

    private static func check(_ modem: String, _ lanes: [ModemLane]) throws(MessagingError) {
        guard !lanes.contains(where: { $0.id == modem }) else { return }
        let known = lanes.isEmpty ? "none" : lanes.map(\.id).joined(separator: ", ")
        throw MessagingError(.unknownModem, "There is no modem of that name; there are: \(known).")
    }
}
