// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import CellularModem
package import Foundation

/// Decides which changes of one modem become events, and when.
///
/// The state goes out at every change. Levels move all the time: their event comes at most every five seconds, at once
/// only when a level moved by 5 dB; what was held back follows when the five seconds are over.
package struct ModemChangeFilter: Sendable {
    package static let signalInterval: TimeInterval = 5
    /// A move that a user of the modem notices: about two bars.
    private static let notableChange = 5.0

    /// What to publish now.
    package struct Decision: Sendable, Equatable {
        /// The whole modem: its state, SIM, network or identity changed.
        package var state: Bool
        package var signal: Bool
        /// Ask again after this many seconds: a level was held back.
        package var again: TimeInterval?

        package init(state: Bool = false, signal: Bool = false, again: TimeInterval? = nil) {
            self.state = state
            self.signal = signal
            self.again = again
        }
    }

    private var published: ModemStatus?
    private var latest: ModemStatus?
    private var signalTime: Date?
    private var isHeldBack = false

    package init() {}

    /// The modem says that something changed.
    package mutating func changed(_ status: ModemStatus, at now: Date) -> Decision {
        self.latest = status
        guard let published = self.published else {
            return self.publish(status, state: true, signal: false, at: now)
        }
        var withoutSignal = status
        withoutSignal.signal = published.signal
        let state = withoutSignal != published
        // The whole modem carries its levels too.
        if state { return self.publish(status, state: true, signal: false, at: now) }
        guard status.signal != published.signal else { return Decision() }
        let wait = self.signalTime.map { Self.signalInterval - now.timeIntervalSince($0) } ?? 0
        if wait <= 0 || wait > Self.signalInterval || Self.isNotable(from: published.signal, to: status.signal) {
            return self.publish(status, state: false, signal: true, at: now)
        }
        defer { self.isHeldBack = true }
        return Decision(again: self.isHeldBack ? nil : wait)
    }

    /// The time asked for has passed.
    package mutating func held(at now: Date) -> Decision {
        guard self.isHeldBack, let latest = self.latest, let published = self.published else { return Decision() }
        self.isHeldBack = false
        guard latest.signal != published.signal else { return Decision() }
        let wait = self.signalTime.map { Self.signalInterval - now.timeIntervalSince($0) } ?? 0
        if wait > 0, wait <= Self.signalInterval {
            self.isHeldBack = true
            return Decision(again: wait)
        }
        return self.publish(latest, state: false, signal: true, at: now)
    }

    private mutating func publish(_ status: ModemStatus, state: Bool, signal: Bool, at now: Date) -> Decision {
        self.published = status
        self.signalTime = now
        return Decision(state: state, signal: signal)
    }

    /// A level that appears or goes is as notable as one that jumps.
    private static func isNotable(from old: SignalStatus, to new: SignalStatus) -> Bool {
        let pairs: [(Double?, Double?)] = [
            (old.rssi.map(Double.init), new.rssi.map(Double.init)),
            (old.rsrp.map(Double.init), new.rsrp.map(Double.init)),
            (old.rsrq, new.rsrq), (old.sinr, new.sinr),
        ]
        return pairs.contains { old, new in
            guard let old, let new else { return (old == nil) != (new == nil) }
            return abs(new - old) >= self.notableChange
        }
    }
}
