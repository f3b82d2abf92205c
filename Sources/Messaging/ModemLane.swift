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
    }

    let id: String
    private let modem: any ShortMessageModem
    private let messaging: Messaging
    private let inbox: Inbox
    private let work = WakeSignal()
    private let state = Mutex(State())

    init(_ modem: any ShortMessageModem, _ messaging: Messaging) {
        self.id = modem.id
        self.modem = modem
        self.messaging = messaging
        self.inbox = Inbox(modem: modem.id, messaging)
    }

    var isAvailable: Bool { self.state.withLock { $0.isAvailable } }

    /// Something may have to be sent.
    func wake() { self.work.signal() }

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
        for await isAvailable in self.modem.availability {
            self.state.withLock { $0.isAvailable = isAvailable }
            self.work.signal()
        }
        self.state.withLock { $0.isAvailable = false }
    }
}

extension ModemLane {
    /// The sender: one part after the other, its outcome and the start of the next in one transaction.
    private func send() async {
        var finished: (assignment: Assignment, result: SubmitResult)?
        while true {
            let state = self.state.withLock { $0 }
            let isOver = state.isStopping || Task.isCancelled
            if isOver, finished == nil { return }
            do {
                let next = try await self.messaging.store.advance(
                    modem: self.id, finished: finished, takeNext: state.isAvailable && !isOver)
                finished = nil
                switch next {
                case .submit(let assignment): finished = (assignment, await self.submit(assignment))
                case .idle(let retry):
                    if isOver { return }
                    await self.work.wait(
                        for: retry.map { self.messaging.delay(until: $0) }, clock: self.messaging.clock)
                }
            } catch {
                self.messaging.counters.add { $0.storeFailures += 1 }
                self.log.error("message state not stored", metadata: ["error": "\(error)"])
                // Stopping now leaves the part `sending` in the store: `uncertain` at the next start, which is true.
                if isOver { return }
                try? await self.messaging.clock.sleep(for: .storeRetry)
            }
        }
    }

    private func submit(_ assignment: Assignment) async -> SubmitResult {
        do {
            let reference = try await self.modem.submit(pdu: assignment.pdu, length: assignment.tpduLength)
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
        let decision = self.messaging.configuration.retry.decide(
            error, attempt: assignment.attempt, chance: .random(in: 0..<1))
        switch decision {
        case .retry(let delay):
            let seconds = Double(delay.components.seconds) + Double(delay.components.attoseconds) / 1e18
            return .retry(at: self.messaging.now().addingTimeInterval(seconds), stored)
        case .failed: return .failed(stored)
        case .uncertain: return .uncertain(stored)
        }
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
