// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
package import Foundation
package import Logging
import PosixMutex
package import Serial

/// One modem from its tty to service, and the only user of its AT port.
///
/// `ModemStateMachine` decides; this actor asks, listens and tells. It runs on the thread that reads the port.
package actor CellularModem: ShortMessageModem {
    package nonisolated let id: String
    package nonisolated let incoming: AsyncStream<IncomingPDU>
    package nonisolated let availability: AsyncStream<Bool>
    /// Every change of what is known, newest last; one consumer. A slow consumer sees the newest 64.
    package nonisolated let statusChanges: AsyncStream<ModemStatus>

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.thread.asUnownedSerialExecutor() }

    /// What the network says in USSD, newest last; one consumer. A slow consumer sees the newest 256.
    package nonisolated let ussdEvents: AsyncStream<USSDEvent>

    /// What is known now.
    package private(set) var status: ModemStatus {
        didSet { self.snapshot.withLock { $0 = self.status } }
    }
    /// The same from any thread.
    package nonisolated var latestStatus: ModemStatus { self.snapshot.withLock { $0 } }

    let configuration: ModemConfiguration
    let clock: any Clock<Duration>
    let logger: Logger
    var profile: ModemProfile?
    var machine: ModemStateMachine
    var channel: ATChannel?
    /// What the session still has to do, in order.
    private var work: AsyncStream<Work>.Continuation?
    /// What `work` holds, each thing once: a modem that says the same a thousand times gets one answer.
    private(set) var queued: Set<Work> = []
    var storage = MessageStorage()
    /// Counts the lives of the port: what one handed over is not released into another.
    var sessionNumber = 0
    var storageGate = StorageGate()
    /// Registration by the command that reported it: circuit switched (`+CREG`) and LTE (`+CEREG`).
    var domains: [String: Registration] = [:]
    var pollsSinceSweep = 0
    /// The USSD session, and who waits in it.
    var ussd = USSDLine()
    /// Unsolicited results the session's channel has dropped, as far as a sweep makes up for them.
    var knownDrops = 0
    /// The `+CNMI` the modem accepted, to be found again when it is read back.
    var acceptedCNMI: String?
    /// The modem wants `AT+CNMA` for what it hands over directly (`+CSMS=1`).
    var mustAcknowledge = false

    private nonisolated let thread: IOThread
    private nonisolated let snapshot: Mutex<ModemStatus>
    let now: @Sendable () -> Date
    let incomingContinuation: AsyncStream<IncomingPDU>.Continuation
    private let availabilityContinuation: AsyncStream<Bool>.Continuation
    let ussdContinuation: AsyncStream<USSDEvent>.Continuation
    private let statusContinuation: AsyncStream<ModemStatus>.Continuation
    private var announcedAvailability: Bool?

    /// One thing for the session to do.
    enum Work: Sendable, Hashable {
        case action(ModemStateMachine.Action)
        case poll
        case sweep
        case read(StorageSlot)
    }

    package init(
        configuration: ModemConfiguration, thread: IOThread, clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }, logger: Logger
    ) {
        self.id = configuration.id
        self.configuration = configuration
        self.thread = thread
        self.clock = clock
        self.now = now
        var logger = logger
        logger[metadataKey: "modem.id"] = "\(configuration.id)"
        self.logger = logger
        self.profile = configuration.profile
        self.machine = ModemStateMachine(hasPIN: configuration.pin != nil)
        let status = ModemStatus(
            id: configuration.id, state: .plugged, since: now(),
            ports: [ModemPort(role: "at", path: configuration.portPath)])
        self.status = status
        self.snapshot = Mutex(status)
        // Ten full storages; only a broken modem, or a store that takes nothing any more, fills it.
        (self.incoming, self.incomingContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(4096))
        (self.availability, self.availabilityContinuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(1))
        (self.statusChanges, self.statusContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
        (self.ussdEvents, self.ussdContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256))
    }

    /// Runs the modem until the task is cancelled: opens the port, keeps a session on it, opens it again.
    package func run() async {
        self.publish()
        var wait = self.configuration.timing.reopen.lowerBound
        while !Task.isCancelled {
            do {
                let port = try self.configuration.openPort(self.thread)
                let served = await self.session(on: port)
                if served { wait = self.configuration.timing.reopen.lowerBound }
            } catch {
                self.apply(self.machine.portUnavailable("\(error)"))
            }
            try? await self.clock.sleep(for: wait)
            wait = min(wait * 2, self.configuration.timing.reopen.upperBound)
        }
        self.incomingContinuation.finish()
        self.availabilityContinuation.finish()
        self.statusContinuation.finish()
        self.ussdContinuation.finish()
    }

    /// One life of the port. Answers whether the modem came as far as its SIM.
    private func session(on port: any BytePort) async -> Bool {
        let channel = ATChannel(port: port, clock: self.clock)
        let (work, continuation) = AsyncStream.makeStream(of: Work.self)
        self.channel = channel
        self.work = continuation
        self.queued = []
        self.storage = MessageStorage()
        self.sessionNumber += 1
        self.storageGate.selected = nil
        self.knownDrops = 0
        do {
            try await channel.open(leavingPrompt: true)
        } catch {
            self.apply(self.machine.portUnavailable("\(error)"))
            return false
        }
        self.apply(self.machine.portOpened())
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow(channel) }
            group.addTask { await self.perform(work) }
            group.addTask { await self.tick() }
            await group.next()
            group.cancelAll()
            continuation.finish()
            await channel.close()
        }
        let served = self.machine.isSetUp
        self.channel = nil
        self.work = nil
        self.loseUSSD(
            "The modem's port \(self.configuration.portPath) closed while the network's answer was waited for.")
        self.forgetNetwork()
        self.apply(
            self.machine.portClosed(
                "The modem's port \(self.configuration.portPath) is gone: it was unplugged or reset."))
        return served
    }

    /// Everything the session does beside the message flow, one thing after the other.
    private func perform(_ work: AsyncStream<Work>) async {
        for await item in work {
            self.queued.remove(item)
            guard !Task.isCancelled, self.channel != nil else { return }
            do {
                try await self.perform(item)
            } catch {
                self.logger.debug("modem step failed", metadata: ["error": "\(error)"])
                if await self.channel?.isOpen != true { return }
            }
        }
    }

    private func perform(_ item: Work) async throws {
        switch item {
        case .action(let action): try await self.perform(action)
        case .poll: try await self.poll()
        case .sweep: try await self.sweep()
        case .read(let slot): try await self.read(slot)
        }
    }

    func perform(_ action: ModemStateMachine.Action) async throws {
        switch action {
        case .none, .suspend: break
        case .probe: try await self.probe()
        case .checkSIM: try await self.checkSIM()
        case .enterPIN: try await self.enterPIN()
        case .setUp: try await self.setUp()
        case .serve: break
        case .closePort: await self.channel?.close()
        }
    }

    /// Polls at the pace the state asks for.
    private func tick() async {
        while !Task.isCancelled {
            let timing = self.configuration.timing
            try? await self.clock.sleep(for: self.machine.isServing ? timing.poll : timing.impatientPoll)
            self.enqueue(.poll)
        }
    }

    /// Gives the session something to do, unless it waits to be done already.
    func enqueue(_ item: Work) {
        guard let work = self.work, self.queued.insert(item).inserted else { return }
        work.yield(item)
    }

    /// Takes what the state machine decided: told to the session, and to whoever watches.
    func apply(_ action: ModemStateMachine.Action) {
        if action != .none { self.enqueue(.action(action)) }
        self.publish()
    }

    /// Changes what is known and tells it.
    func update(_ change: (inout ModemStatus) -> Void) {
        let before = self.status
        change(&self.status)
        if self.status != before { self.publish(always: true) }
    }

    private func forgetNetwork() {
        self.status.network = NetworkStatus()
        self.status.signal = SignalStatus()
        self.domains = [:]
    }

    private func publish(always: Bool = false) {
        var changed = always
        if self.status.state != self.machine.modemState {
            self.status.state = self.machine.modemState
            self.status.since = self.now()
            self.logger.info(
                "modem state",
                metadata: ["modem.state": "\(self.status.state.rawValue)", "reason": "\(self.machine.reason ?? "-")"])
            changed = true
        }
        if self.status.reason != self.machine.reason {
            self.status.reason = self.machine.reason
            changed = true
        }
        if self.announcedAvailability != self.machine.isServing {
            self.announcedAvailability = self.machine.isServing
            self.availabilityContinuation.yield(self.machine.isServing)
        }
        if changed { self.statusContinuation.yield(self.status) }
    }
}
