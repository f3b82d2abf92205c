// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore

extension StoredMessage {
    /// Why it waits, as far as the message itself says; `nil` when it does not.
    package func waitingReason(at now: Date) -> WaitingReason? {
        guard self.isWaiting else { return nil }
        guard let due = self.retryAt, due > now else {
            return WaitingReason(
                code: self.state == .sending ? "sending" : "queue",
                reason: self.state == .sending ? "Its parts are being sent." : "It waits for its modem.")
        }
        if let hold { return WaitingReason(code: hold.code, reason: hold.message, until: due) }
        if let sendAt, sendAt > now {
            return WaitingReason(code: "scheduled", reason: "It was ordered for later.", until: due)
        }
        return WaitingReason(
            code: "retry", reason: "It was refused for the time being and is tried again then.", until: due)
    }
}

extension Messaging {
    /// Why each of these messages waits at this moment; `nil` for those that do not.
    package func waitingReasons(_ messages: [StoredMessage]) async throws -> [WaitingReason?] {
        var reasons: [WaitingReason?] = []
        for message in messages { reasons.append(try await self.waitingReason(message)) }
        return reasons
    }

    private func waitingReason(_ message: StoredMessage) async throws -> WaitingReason? {
        let now = self.now()
        guard let reason = message.waitingReason(at: now), reason.code == "queue" || reason.code == "sending" else {
            return message.waitingReason(at: now)
        }
        guard let lane = self.lanes.first(where: { $0.id == message.modem }) else {
            return WaitingReason(
                code: "modem-not-configured",
                reason: "Its modem is not configured any more; configure it again, or cancel the message.",
                until: message.expiresAt)
        }
        if let pause = lane.pause(at: now) { return pause }
        guard lane.isAvailable else {
            return WaitingReason(code: "modem-not-ready", reason: "Its modem cannot send at present.")
        }
        if reason.code == "sending" { return reason }
        let ahead = try await self.store.ahead(of: message)
        switch ahead {
        case 0: return WaitingReason(code: "queue", reason: "It is the next one for its modem.")
        case 1: return WaitingReason(code: "queue", reason: "1 message goes before it.")
        case ..<GatewayStore.aheadLimit: return WaitingReason(code: "queue", reason: "\(ahead) messages go before it.")
        default: return WaitingReason(code: "queue", reason: "\(ahead) messages or more go before it.")
        }
    }
}

/// What one modem may send, and has.
package struct SendingSituation: Sendable, Equatable {
    package var place: SendingPlace
    package var limits: ModemLimits
    /// Parts of its SIM, by the time looked back over.
    package var used: [UsageWindow: Int]
    /// Messages with a part still to be sent.
    package var waiting: Int
    /// Why it takes nothing at this moment.
    package var pause: WaitingReason?
}

extension Messaging {
    /// All modems, in their order.
    package func sendingSituations() async throws -> [SendingSituation] {
        let now = self.now()
        let waiting = self.store.waitingCounts
        var situations: [SendingSituation] = []
        for lane in self.lanes {
            let place = SendingPlace(modem: lane.id, sim: lane.sim)
            situations.append(
                SendingSituation(
                    place: place, limits: self.configuration.modemLimits[lane.id] ?? ModemLimits(),
                    used: try await self.store.usage(of: place, zone: self.configuration.timeZone),
                    waiting: waiting[lane.id] ?? 0, pause: lane.pause(at: now)))
        }
        return situations
    }
}
