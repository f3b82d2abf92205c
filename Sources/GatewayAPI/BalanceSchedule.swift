// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import CellularModem
package import Foundation
package import GatewayStore

/// When the balance of a SIM is asked for. No I/O, no clock.
package enum BalanceSchedule {
    package enum Decision: Sendable, Equatable {
        case ask
        /// Look again then, seconds.
        case wait(TimeInterval)
    }

    /// After a query that failed, unless the usual interval is shorter: a network that is out of order for an hour must
    /// not cost the owner a day.
    static let retryInterval: TimeInterval = 3600
    /// While the modem is not in service, or a session of somebody is open.
    static let patience: TimeInterval = 30
    /// A wait is never longer: the clock may be set, and another SIM put in.
    static let longestWait: TimeInterval = 600

    /// The record is of this query, and of this SIM.
    package static func isAbout(_ record: BalanceRecord, _ query: BalanceQuery, sim: String?) -> Bool {
        record.code == query.code && record.sim == sim
    }

    package static func due(_ record: BalanceRecord, _ query: BalanceQuery) -> Date {
        let every = TimeInterval(query.every.components.seconds)
        return record.askedAt + (record.problem == nil ? every : min(every, self.retryInterval))
    }

    /// - Parameter isOpen: a USSD session is open at the modem.
    package static func decide(
        _ record: BalanceRecord?, _ query: BalanceQuery, modem: ModemStatus?, isOpen: Bool, now: Date
    ) -> Decision {
        guard let modem, modem.state == .ready || modem.state == .degraded, !isOpen else { return .wait(self.patience) }
        guard let record, self.isAbout(record, query, sim: modem.sim.iccid) else { return .ask }
        // Asked in the future: the clock was wrong, and what it said means nothing.
        guard record.askedAt <= now else { return .ask }
        let left = self.due(record, query).timeIntervalSince(now)
        return left <= 0 ? .ask : .wait(min(left, self.longestWait))
    }
}
