// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import CellularModem
package import Foundation
package import GatewayStore
package import Logging
internal import PosixMutex
internal import ServiceLifecycle

/// The flow of messages between clients, the store and the modems.
///
/// Accepting is possible at any time; modems send and receive while `run()` runs. What was accepted but not sent stays
/// in the store, whatever happens to modem, daemon or machine.
package final class Messaging: Service {
    private struct State {
        var lanes: [ModemLane] = []
        var isStopping = false
    }

    let store: GatewayStore
    let configuration: MessagingConfiguration
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger
    let ownNumber: @Sendable (_ modem: String) -> String?
    let sim: @Sendable (_ modem: String) -> String?
    let counters = MessagingCounters()
    let expiry = WakeSignal()
    /// Modems came, went or rest; or something waits for one that is away.
    let failover = WakeSignal()
    /// Somebody may have opted out.
    let confirmations = WakeSignal()
    let startedAt: Date
    private let state = Mutex(State())
    private let additions: AsyncStream<ModemLane>
    private let addition: AsyncStream<ModemLane>.Continuation

    /// - Parameters:
    ///   - clock: for all waiting.
    ///   - now: the wall clock.
    ///   - ownNumber: the number of a modem's SIM at this moment, when known; called often, must not block.
    ///   - sim: its ICCID, likewise.
    package init(
        store: GatewayStore, modems: [any ShortMessageModem], configuration: MessagingConfiguration,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger, ownNumber: @escaping @Sendable (_ modem: String) -> String? = { _ in nil },
        sim: @escaping @Sendable (_ modem: String) -> String? = { _ in nil }
    ) {
        self.store = store
        self.configuration = configuration
        self.clock = clock
        self.now = now
        self.logger = logger
        self.ownNumber = ownNumber
        self.sim = sim
        self.startedAt = now()
        // As many as there are modems, and each is taken at once while running.
        (self.additions, self.addition) = AsyncStream.makeStream(of: ModemLane.self)
        for modem in modems { self.addModem(modem) }
    }

    /// Sends and receives until cancelled or shut down gracefully. A part that a modem has at that moment is waited
    /// for; a cancelled task does not wait, and its part becomes `uncertain`.
    package func run() async throws {
        let uncertain = try await self.store.recoverInterrupted(longestRetry: self.configuration.retry.bound)
        if uncertain > 0 {
            self.logger.warning("messages of unknown outcome after a stop", metadata: ["sms.count": "\(uncertain)"])
        }
        try await self.setOptOutWords()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.expireMessages() }
                group.addTask { await self.moveStrandedMessages() }
                group.addTask { await self.confirmOptOuts() }
                group.addTask { await self.keepHouse() }
                await withDiscardingTaskGroup { lanes in
                    for await lane in self.additions { lanes.addTask { await lane.run() } }
                }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
    }

    /// Takes a modem into service. Its streams must not have another consumer.
    package func addModem(_ modem: any ShortMessageModem) {
        let lane = ModemLane(modem, self)
        let isNew = self.state.withLock { state in
            guard !state.isStopping, !state.lanes.contains(where: { $0.id == lane.id }) else { return false }
            state.lanes.append(lane)
            return true
        }
        if isNew { self.addition.yield(lane) }
    }

    /// Takes a modem out of service; what waits for it stays in the store.
    package func removeModem(id: String) {
        let lane = self.state.withLock { state -> ModemLane? in
            guard let index = state.lanes.firstIndex(where: { $0.id == id }) else { return nil }
            return state.lanes.remove(at: index)
        }
        lane?.stop()
        self.failover.signal()
    }

    package func health() async -> MessagingHealth {
        var health = MessagingHealth(self.counters.values)
        do {
            health.queue = try await self.store.queueFacts()
        } catch {
            health.problem = String(describing: error)
        }
        return health
    }

    func wakeLanes(_ modems: Set<String>) {
        for lane in self.lanes where modems.contains(lane.id) { lane.wake() }
    }

    var lanes: [ModemLane] { self.state.withLock { $0.lanes } }

    private func stop() {
        let lanes = self.state.withLock { state in
            state.isStopping = true
            return state.lanes
        }
        for lane in lanes { lane.stop() }
        self.addition.finish()
    }

    private func expireMessages() async {
        while !Task.isCancelled {
            var delay: Duration?
            do {
                let next = try await self.store.expireOverdue()
                delay = next.map { self.delay(until: $0) }
            } catch {
                self.logger.error("messages past their validity not marked", metadata: ["error": "\(error)"])
                delay = .storeRetry
            }
            await self.expiry.wait(for: delay, clock: self.clock)
        }
    }

    func delay(until time: Date) -> Duration {
        // A day at most at a time, so that a date far off overflows nothing.
        .seconds(min(max(0, time.timeIntervalSince(self.now())), 86_400))
    }
}

extension Duration {
    /// Before a failed write is tried again: time enough for somebody to make room on the disk.
    static var storeRetry: Duration { .seconds(5) }
}
