// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

extension GatewayStore {
    /// Parts that a SIM has sent, by the time looked back over.
    package func usage(of place: SendingPlace, zone: TimeZone) async throws -> [UsageWindow: Int] {
        let now = self.now().storable
        return try await self.read { database in
            let subject = UsageSubject.sim(place.sim, modem: place.modem)
            var usage: [UsageWindow: Int] = [:]
            for window in UsageWindow.allCases {
                usage[window] = try database.usage(of: subject, window, at: now, zone: zone).reduce(0) { $0 + $1.count }
            }
            return usage
        }
    }

    /// Messages counted ahead of one; more are not worth the time.
    package static let aheadLimit = 1_000

    /// How many messages its modem takes before this one, `aheadLimit` at most.
    package func ahead(of message: StoredMessage) async throws -> Int {
        try await self.read { database in
            let fresh = "FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NULL"
            let higher = try Int.fetchOne(
                try database.cachedStatement(
                    sql: "SELECT count(*) FROM (SELECT 1 \(fresh) AND priority > ? LIMIT \(Self.aheadLimit))"),
                arguments: [message.modem, message.priority])
            let earlier = try Int.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT count(*) FROM (SELECT 1 \(fresh) AND priority = ?
                            AND n < (SELECT n FROM message WHERE id = ?) LIMIT \(Self.aheadLimit))
                        """),
                arguments: [message.modem, message.priority, message.id])
            return min((higher ?? 0) + (earlier ?? 0), Self.aheadLimit)
        }
    }

    /// By which modem and SIM each of these numbers wrote last.
    package func lastReceived(from peers: [String]) async throws -> [String: SendingPlace] {
        try await self.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT peer, modem, sim FROM last_received WHERE tail = ? ORDER BY received_at DESC")
            var places: [String: SendingPlace] = [:]
            for peer in Set(peers) {
                let rows = try Row.fetchCursor(statement, arguments: [AddressMatch.key(peer)])
                while let row = try rows.next() {
                    guard AddressMatch.same(row[0], peer) else { continue }
                    places[peer] = SendingPlace(modem: row[1], sim: row[2])
                    break
                }
            }
            return places
        }
    }
}
