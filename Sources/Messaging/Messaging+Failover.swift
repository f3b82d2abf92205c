// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GatewayStore
internal import Logging

extension Messaging {
    /// Until cancelled: what waits for a modem that has been away for long enough is sent by others that may.
    func moveStrandedMessages() async {
        while !Task.isCancelled {
            var delay: Duration?
            do {
                delay = try await self.moveDue().map { self.delay(until: $0) }
            } catch {
                self.logger.error("messages not moved to another modem", metadata: ["error": "\(error)"])
                delay = .storeRetry
            }
            await self.failover.wait(for: delay, clock: self.clock)
        }
    }

    /// - Returns: when to look again; `nil`: when something changes.
    private func moveDue() async throws -> Date? {
        let now = self.now()
        let lanes = self.lanes
        let stranded = Dictionary(
            uniqueKeysWithValues: lanes.compactMap { lane in lane.strandedSince(at: now).map { (lane.id, $0) } })
        let available = lanes.map(\.id).filter { stranded[$0] == nil }
        // Nobody to move to; who comes signals.
        guard !available.isEmpty else { return nil }
        var next: Date?
        for modem in self.store.waitingCounts.keys.sorted() where !available.contains(modem) {
            // A modem that is not configured any more has been away since the start.
            let since = stranded[modem] ?? self.startedAt
            let due = since.addingTimeInterval(self.configuration.failoverAfter.timeInterval)
            if due > now {
                next = min(next ?? due, due)
            } else {
                try await self.move(from: modem, to: available)
            }
        }
        return next
    }

    private func move(from modem: String, to available: [String]) async throws {
        var own: [String: String] = [:]
        for target in available { own[target] = self.ownNumber(target) }
        var position: Int64?
        repeat {
            let step = try await self.store.moveWaiting(from: modem, to: available, own: own, after: position)
            position = step.next
            for (target, count) in step.moved {
                self.logger.notice(
                    "messages moved to another modem",
                    metadata: ["modem.id": "\(target)", "modem.from": "\(modem)", "sms.count": "\(count)"])
            }
            self.wakeLanes(Set(step.moved.keys))
        } while position != nil && !Task.isCancelled
    }
}
