// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
package import GatewayStore

/// What comes of asking by what a message goes.
package enum RouteOutcome: Sendable, Equatable {
    case decided(RouteDecision)
    /// The recipient wants no messages by any of the SIMs that would send it.
    case optedOut(StoredError)
}

extension Messaging {
    /// Decides by which modem a message to this number goes. At most one of `modem`, `sim` and `route` is given.
    ///
    /// - Parameters:
    ///   - number: as it is stored, normalised.
    ///   - sim: ICCID, or the SIM's own number.
    ///   - token: name of the token that asks.
    /// - Throws: what is unknown or contradicts itself; `optedOut`.
    package func route(
        to number: String, modem: String? = nil, sim: String? = nil, route: RouteWish? = nil, token: String? = nil
    ) async throws(MessagingError) -> RouteDecision {
        let outcomes = try await self.routes(to: [number], modem: modem, sim: sim, route: route, token: token)
        switch outcomes.first {
        case .decided(let decision): return decision
        case .optedOut(let reason): throw MessagingError(.optedOut, reason.message)
        case nil: throw MessagingError(.noRecipient, "Nobody to send to; give at least one number.")
        }
    }

    /// The same for many numbers, in their order.
    package func routes(
        to numbers: [String], modem: String? = nil, sim: String? = nil, route: RouteWish? = nil, token: String? = nil
    ) async throws(MessagingError) -> [RouteOutcome] {
        guard [modem != nil, sim != nil, route != nil].count(where: { $0 }) <= 1 else {
            throw MessagingError(.invalidOption, "Give only one of modem, sim and route.")
        }
        let wish = RoutingTable.Wish(modem: modem, sim: sim, route: route)
        let table = self.routingTable
        do {
            let last = try await self.lastPlaces(numbers, wish)
            let lastModem = try await self.lastModem(wish, table)
            var decisions: [RouteDecision] = []
            for number in numbers {
                decisions.append(
                    try table.decide(number, wish, token: token, last: last[number], lastModem: lastModem))
            }
            return try await self.outcomes(zip(numbers, decisions).map { ($0, $1) }, table)
        } catch let error as MessagingError {
            throw error
        } catch {
            throw MessagingError(.storeFailed, "Nothing was accepted, the database failed: \(error)", cause: error)
        }
    }

    private var routingTable: RoutingTable {
        let now = self.now()
        let patience = self.configuration.failoverAfter.timeInterval
        let modems = self.lanes.map { lane in
            let stranded = lane.strandedSince(at: now)
            return RoutingTable.Modem(
                id: lane.id, isAvailable: stranded == nil, sim: self.sim(lane.id), number: self.ownNumber(lane.id),
                isStranded: stranded.map { now.timeIntervalSince($0) >= patience } ?? false)
        }
        return RoutingTable(rules: self.configuration.routes, modems: modems)
    }

    /// Where each of these wrote to last; nothing when that does not matter.
    private func lastPlaces(
        _ numbers: [String], _ wish: RoutingTable.Wish
    ) async throws -> [String: SendingPlace] {
        let isAutomatic = wish.modem == nil && wish.sim == nil && wish.route == nil
        guard self.configuration.sticky, isAutomatic, self.lanes.count > 1 else { return [:] }
        return try await self.store.lastReceived(from: numbers)
    }

    /// A SIM that is in no modem now is known from before: the message waits at the modem it was in, or at any.
    private func lastModem(_ wish: RoutingTable.Wish, _ table: RoutingTable) async throws -> String? {
        guard let sim = wish.sim, table.modem(withSIM: sim) == nil else { return nil }
        let place = try await self.store.place(ofSIM: sim)
        guard place.isKnown else { return nil }
        return table.modems.first { $0.id == place.modem }?.id ?? table.modems.first?.id
    }

    private func outcomes(
        _ decisions: [(number: String, decision: RouteDecision)], _ table: RoutingTable
    ) async throws -> [RouteOutcome] {
        // Recipients of one request mostly share a decision, so that the list is asked once for all of them.
        var optedOut: [Set<SendingPlace>: Set<String>] = [:]
        var outcomes: [RouteOutcome] = []
        let places = decisions.map { Self.places(of: $0.decision, table) }
        for group in Set(places) {
            let numbers = zip(decisions, places).filter { $1 == group }.map(\.0.number)
            optedOut[group] = try await self.store.optedOut(numbers, from: Array(group))
        }
        for (entry, place) in zip(decisions, places) {
            let isOut = optedOut[place]?.contains(entry.number) ?? false
            outcomes.append(isOut ? .optedOut(.optedOut) : .decided(entry.decision))
        }
        return outcomes
    }

    /// Every SIM that may send it: who opted out of one of them gets it from none.
    private static func places(of decision: RouteDecision, _ table: RoutingTable) -> Set<SendingPlace> {
        let chosen: [String] =
            switch decision.choice {
            case .named(let modem): [modem]
            case .fewestWaiting(let modems): modems
            }
        return Set(
            (chosen + decision.alternatives).map { id in
                let sim = decision.wantedSIM ?? table.modems.first { $0.id == id }?.sim
                return SendingPlace(modem: id, sim: sim)
            })
    }
}
