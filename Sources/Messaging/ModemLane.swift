// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import CellularModem
internal import Foundation
internal import GatewayStore
internal import Logging
internal import PosixMutex

/// One modem's way out and way in.
final class ModemLane: Sendable {
    private struct State {
        var isAvailable = false
        var isStopping = false
        /// Since when it cannot send.
        var awaySince: Date
        var pacing: LanePacing
    }

    let id: String
    private let modem: any ShortMessageModem
    private let messaging: Messaging
    private let inbox: Inbox
    private let work = WakeSignal()
    private let state: Mutex<State>
    /// The SIM whose messages were brought here, while it is here.
    private let noted = Mutex<String?>(nil)

    init(_ modem: any ShortMessageModem, _ messaging: Messaging) {
        self.id = modem.id
        self.modem = modem
        self.messaging = messaging
        self.inbox = Inbox(modem: modem.id, messaging)
        let limits = messaging.configuration.modemLimits[modem.id] ?? ModemLimits()
        self.state = Mutex(State(awaySince: messaging.now(), pacing: LanePacing(limits)))
    }

    var isAvailable: Bool { self.state.withLock { $0.isAvailable } }

    /// ICCID of the SIM in it, when known.
    var sim: String? { self.messaging.sim(self.id) }

    /// Why it takes nothing at this moment.
    func pause(at now: Date) -> WaitingReason? { self.state.withLock { $0.pacing.pause(at: now) } }

    /// Since when others should send what waits here; `nil` while it sends. A limit that will not give way before
    /// others would stand in is as good as having been away for that long.
    func strandedSince(at now: Date) -> Date? {
        let patience = self.messaging.configuration.failoverAfter.timeInterval
        return self.state.withLock { state in
            if !state.isAvailable { return state.awaySince }
            guard let hindrance = state.pacing.hindrance(at: now) else { return nil }
            if let since = state.pacing.refusals.since { return since }
            guard let until = hindrance.until, until > now.addingTimeInterval(patience) else { return nil }
            return now.addingTimeInterval(-patience)
        }
    }

    /// Something may have to be sent.
    func wake() {
        self.work.signal()
        if !self.isAvailable { self.messaging.failover.signal() }
    }

    func stop() {
        self.state.withLock { $0.isStopping = true }
        self.work.signal()
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchAvailability() }
            group.addTask { await self.receive() }
            group.addTask { await self.inbox.giveUpOverdue() }
            await self.send()
            group.cancelAll()
        }
    }

    private func watchAvailability() async {
        for await isAvailable in self.modem.availability { self.becomes(available: isAvailable) }
        self.becomes(available: false)
    }

    private func becomes(available: Bool) {
        let now = self.messaging.now()
        self.state.withLock { state in
            guard state.isAvailable != available else { return }
            state.isAvailable = available
            if available { state.pacing.note { $0.returned() } } else { state.awaySince = now }
        }
        self.work.signal()
        self.messaging.failover.signal()
    }
}

extension ModemLane {
    /// What the sender found before a step.
    private struct Situation {
        var isAvailable: Bool
        var isOver: Bool
        var pause: WaitingReason?
        var takesNext: Bool { self.isAvailable && !self.isOver && self.pause == nil }
    }

    private var situation: Situation {
        let now = self.messaging.now()
        return self.state.withLock { state in
            Situation(
                isAvailable: state.isAvailable, isOver: state.isStopping || Task.isCancelled,
                pause: state.pacing.pause(at: now))
        }
    }

    /// The sender: one part after the other, its outcome and the start of the next in one transaction.
    private func send() async {
        var finished: (assignment: Assignment, result: SubmitResult)?
        while true {
            let situation = self.situation
            if situation.isOver, finished == nil { return }
            do {
                try await self.bringMessagesOfSIM()
                let next = try await self.step(finished, situation)
                // While the modem had it, it was not among those that wait, and so not among those that expire.
                if case .retry? = finished?.result { self.messaging.expiry.signal() }
                finished = nil
                switch next {
                case .submit(let assignment): finished = (assignment, await self.submit(assignment))
                case .idle(let due):
                    if situation.isOver { return }
                    await self.rest(until: situation.pause?.until ?? due)
                case .paused(let until, let reason):
                    self.state.withLock { $0.pacing.limitReached(reason, until: until) }
                    self.messaging.failover.signal()
                }
            } catch {
                self.messaging.counters.add { $0.storeFailures += 1 }
                self.log.error("message state not stored", metadata: ["error": "\(error)"])
                // Stopping now leaves the part `sending` in the store: `uncertain` at the next start, which is true.
                if situation.isOver { return }
                try? await self.messaging.clock.sleep(for: .storeRetry)
            }
        }
    }

    private func step(
        _ finished: (assignment: Assignment, result: SubmitResult)?, _ situation: Situation
    ) async throws -> NextSubmission {
        guard finished != nil || situation.takesNext else { return .idle(until: nil) }
        return try await self.messaging.store.advance(
            modem: self.id, finished: finished, takeNext: situation.takesNext, terms: self.terms,
            onMove: { self.messaging.wakeLanes($0) })
    }

    private var terms: SendingTerms {
        let configuration = self.messaging.configuration
        var terms = SendingTerms(sim: self.sim)
        terms.simLimits = configuration.modemLimits[self.id]?.sending ?? SendingLimits()
        terms.recipientLimits = configuration.recipientLimits
        terms.tokenLimits = configuration.tokenLimits
        terms.zone = configuration.timeZone
        return terms
    }

    private func rest(until time: Date?) async {
        await self.work.wait(for: time.map { self.messaging.delay(until: $0) }, clock: self.messaging.clock)
    }

    /// What must be sent by the SIM that is here now comes here, wherever it waited.
    private func bringMessagesOfSIM() async throws {
        let sim = self.sim
        guard sim != self.noted.withLock({ $0 }) else { return }
        if let sim {
            if try await self.messaging.store.noteSIM(sim, in: self.id) {
                self.log.notice("another SIM is in this modem")
            }
            var position: Int64?
            repeat {
                position = try await self.messaging.store.followSIM(sim, to: self.id, after: position)
            } while position != nil
        }
        self.noted.withLock { $0 = sim }
    }

    private func submit(_ assignment: Assignment) async -> SubmitResult {
        let now = self.messaging.now()
        self.state.withLock { $0.pacing.handedOver(at: now) }
        do {
            let reference = try await self.modem.submit(pdu: assignment.pdu, length: assignment.tpduLength)
            self.state.withLock { state in state.pacing.note { $0.worked() } }
            self.log.info(
                "message part sent",
                metadata: [
                    "sms.id": "\(assignment.messageID)", "sms.part": "\(assignment.partNumber)",
                    "sms.reference": "\(reference)",
                ])
            return .sent(reference: reference)
        } catch {
            return self.judge(error, assignment)
        }
    }

    private func judge(_ error: SubmitError, _ assignment: Assignment) -> SubmitResult {
        let stored = StoredError(error)
        self.log.warning(
            "message part not confirmed",
            metadata: [
                "sms.id": "\(assignment.messageID)", "sms.part": "\(assignment.partNumber)",
                "error.code": "\(stored.code)", "sms.attempt": "\(assignment.attempt)",
            ])
        let policy = self.messaging.configuration.retry
        let decision = policy.decide(
            error, attempt: assignment.attempt, chance: .random(in: 0..<1),
            modemRefuses: self.note(error, assignment, policy))
        switch decision {
        case .retry(let delay):
            let seconds = Double(delay.components.seconds) + Double(delay.components.attoseconds) / 1e18
            return .retry(at: self.messaging.now().addingTimeInterval(seconds), stored)
        case .failed: return .failed(stored)
        case .uncertain: return .uncertain(stored)
        }
    }

    /// - Returns: the modem refuses everything.
    private func note(_ error: SubmitError, _ assignment: Assignment, _ policy: RetryPolicy) -> Bool {
        let now = self.messaging.now()
        let (before, after) = self.state.withLock { state in
            let before = state.pacing.refusals.since
            state.pacing.note { refusals in
                switch policy.decide(error, attempt: 0, chance: 0) {
                case .retry:
                    refusals.refused(message: assignment.messageID, at: now) { policy.delay(attempt: $0, chance: 0.5) }
                case .failed: refusals.worked()
                // No answer at all: it is being brought back, and `availability` will say so.
                case .uncertain: break
                }
            }
            return (before, state.pacing.refusals.since)
        }
        if before == nil, after != nil {
            self.log.warning("the modem refuses all messages; it is tried with one now and then")
        }
        if after != nil { self.messaging.failover.signal() }
        return after != nil
    }

    private var log: Logger {
        var log = self.messaging.logger
        log[metadataKey: "modem.id"] = "\(self.id)"
        return log
    }
}

extension ModemLane {
    /// The receiver: store, then let go.
    private func receive() async {
        for await incoming in self.modem.incoming {
            while await !self.inbox.store(incoming) {
                // Held back until it can be stored; the modem keeps it meanwhile.
                do { try await self.messaging.clock.sleep(for: .storeRetry) } catch { return }
            }
            self.messaging.confirmations.signal()
            do {
                try await self.modem.release(incoming)
            } catch {
                self.messaging.counters.add { $0.notReleased += 1 }
                self.log.warning("stored message not released by the modem", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension Assignment {
    /// Octets of the TPDU alone: the PDU without the service centre address, whose length is its first octet.
    var tpduLength: Int {
        let octets = self.pdu.utf8.count / 2
        let centre = Int(self.pdu.prefix(2), radix: 16) ?? 0
        return max(0, octets - 1 - centre)
    }
}
