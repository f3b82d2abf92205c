// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// What waits at the operator for the SIM of a modem, as the network said last.
package struct WaitingIndication: Sendable, Equatable {
    package var modem: String
    /// As `MessageDetails.Waiting.kind`.
    package var kind: String
    package var isActive: Bool
    /// How many, when the network said it; 255 means 255 or more.
    package var count: Int?
    package var changedAt: Date
    /// Id of the message that said so.
    package var message: String
}

extension GatewayStore {
    /// One for each modem and kind that was ever heard of, by modem and kind.
    package func waitingIndications() async throws -> [WaitingIndication] {
        try await self.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT modem, kind, active, count, changed_at, message FROM indication ORDER BY modem, kind")
            return rows.map { row in
                WaitingIndication(
                    modem: row[0], kind: row[1], isActive: row[2], count: row[3],
                    changedAt: Date(microseconds: row[4]), message: row[5])
            }
        }
    }

    /// Messages of this sender that were shown with gaps, newest first: a late part may belong to one.
    ///
    /// Sixteen at most: the service centre's time stamp tells them apart, and a sender with more is an attack.
    package func incompleteMessages(modem: String, peer: String) async throws -> [StoredMessage] {
        try await self.read {
            try $0.messageRecords(
                """
                modem = ? AND peer = ? AND incomplete = 1 AND direction = 'in' AND error_code = 'incomplete' \
                ORDER BY n DESC LIMIT 16
                """, [modem, peer]
            ).map(\.message)
        }
    }
}
