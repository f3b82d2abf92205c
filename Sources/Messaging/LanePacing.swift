// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GatewayStore

/// When a modem's sender may take the next part, as far as that does not depend on the messages.
struct LanePacing: Sendable {
    let limits: ModemLimits
    private(set) var refusals = RefusalCount()
    private var lastHandOver: Date?
    /// What the store said of the SIM's limits.
    private(set) var exhausted: WaitingReason?

    init(_ limits: ModemLimits) { self.limits = limits }

    /// Why nothing is taken at this moment; the one that lasts longest.
    func pause(at now: Date) -> WaitingReason? {
        let reasons = [self.quiet(now), self.refusing(now), self.limited(now), self.between(now)].compactMap { $0 }
        return reasons.max { ($0.until ?? .distantFuture) < ($1.until ?? .distantFuture) }
    }

    /// Why nothing is taken, and others should stand in: quiet hours are meant, and are no reason.
    func hindrance(at now: Date) -> WaitingReason? { self.refusing(now) ?? self.limited(now) }

    mutating func handedOver(at now: Date) {
        self.lastHandOver = now
        self.exhausted = nil
    }

    mutating func limitReached(_ reason: StoredError, until: Date) {
        self.exhausted = WaitingReason(code: reason.code, reason: reason.message, until: until)
    }

    mutating func note(_ change: (inout RefusalCount) -> Void) { change(&self.refusals) }

    private func quiet(_ now: Date) -> WaitingReason? {
        guard let end = self.limits.quietHours?.end(at: now) else { return nil }
        return WaitingReason(code: "quiet-hours", reason: "Its modem keeps quiet hours.", until: end)
    }

    private func refusing(_ now: Date) -> WaitingReason? {
        guard let until = self.refusals.until, until > now else { return nil }
        return WaitingReason(
            code: "modem-refuses", reason: "Its modem refuses all messages at present; it is tried again then.",
            until: until)
    }

    private func limited(_ now: Date) -> WaitingReason? {
        guard let exhausted, let until = exhausted.until, until > now else { return nil }
        return exhausted
    }

    private func between(_ now: Date) -> WaitingReason? {
        guard let lastHandOver, self.limits.partPause > .zero, lastHandOver <= now else { return nil }
        let until = lastHandOver.addingTimeInterval(self.limits.partPause.timeInterval)
        guard until > now else { return nil }
        return WaitingReason(code: "part-pause", reason: "Its modem pauses between two parts.", until: until)
    }
}
