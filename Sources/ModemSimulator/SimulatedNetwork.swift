// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import SMSPDU
internal import Serial

/// The simulated mobile network and the modems in it, on the thread their ttys are polled on.
package actor SimulatedNetwork {
    private enum Work {
        case modem(String, ModemAction)
        case network(NetworkStateMachine.Action)
    }

    private nonisolated let ioThread: IOThread
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Int64
    private var network = NetworkStateMachine()
    private var modems: [String: SimulatedModem] = [:]
    private var order: [String] = []
    private var work: [Work] = []
    private var isWorking = false
    private var isStopped = false
    private var nextTimer = 0
    private var observers: [Int: AsyncStream<NetworkLogEntry>.Continuation] = [:]
    private var nextObserver = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.ioThread.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - directory: where the links to the ttys are made.
    ///   - now: seconds since 1970 in UTC, for time stamps of messages.
    init(
        modems: [SimulatedModemConfiguration], directory: String, ioThread: IOThread, clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Int64
    ) {
        self.ioThread = ioThread
        self.clock = clock
        self.now = now
        for modem in modems {
            self.network.add(modem: modem.id, number: modem.number, serviceCentre: modem.serviceCentre)
            self.modems[modem.id] = SimulatedModem(modem, link: "\(directory)/\(modem.id).tty")
            self.order.append(modem.id)
        }
    }

    // MARK: Plugs

    /// Makes the tty and its link.
    ///
    /// - Parameter showsBanners: a modem that gets power says `RDY` and more; one that was on all the time does not.
    package func plug(_ id: String, showsBanners: Bool = true) throws {
        let modem = try self.modem(id)
        guard modem.port == nil, !self.isStopped else { return }
        let port = try PseudoTerminal(on: self.ioThread, link: modem.link)
        modem.generation += 1
        modem.port = port
        try port.start(SimulatedModemReceiver(network: self, modem: id, generation: modem.generation))
        self.perform(id) { $0.plugged(showsBanners: showsBanners) }
    }

    /// Hangs up the tty and removes its link.
    package func unplug(_ id: String) throws {
        _ = try self.modem(id)
        self.perform(id) { $0.unplugged() }
    }

    /// Nothing is plugged in afterwards, also not what was about to restart.
    func stop() {
        self.isStopped = true
        for id in self.order { self.perform(id) { $0.unplugged() } }
        for modem in self.modems.values { modem.cancelTimers() }
        for observer in self.observers.values { observer.finish() }
        self.observers = [:]
    }

    private func hangUp(_ modem: SimulatedModem) {
        modem.generation += 1
        modem.port?.close()
        modem.port = nil
    }

    // MARK: Control

    package func arm(_ fault: SimulatedFault, modem id: String) throws {
        _ = try self.modem(id)
        self.perform(id) { $0.arm(fault) }
    }

    package func clearFaults(modem id: String) throws {
        _ = try self.modem(id)
        self.perform(id) { $0.clearFaults() }
    }

    /// `<rssi>` of `+CSQ` from now on, 0 to 31.
    package func setSignal(_ level: Int, modem id: String) throws {
        _ = try self.modem(id)
        self.perform(id) { $0.setSignal(level) }
    }

    /// A text from an outside number or name; returns the numbers of its parts in the log.
    @discardableResult
    package func deliver(text: String, from sender: String, to id: String) throws -> [Int] {
        _ = try self.modem(id)
        let deliveries: [Int]
        do {
            deliveries = try self.network.deliver(text: text, from: sender, to: id, now: self.now())
        } catch {
            throw SimulationError(code: .badRequest, message: String(describing: error))
        }
        self.settle()
        return deliveries
    }

    /// A PDU with service centre address, in hexadecimal, however wrong it is.
    @discardableResult
    package func deliver(pdu: String, to id: String) throws -> Int {
        _ = try self.modem(id)
        let delivery: Int
        do {
            delivery = try self.network.deliver(pdu: pdu, to: id, now: self.now())
        } catch {
            throw SimulationError(code: .badRequest, message: String(describing: error))
        }
        self.settle()
        return delivery
    }

    /// The network begins a USSD session: a notification, or a question.
    package func notifyUSSD(_ text: String, asks: Bool = false, ucs2: Bool = false, modem id: String) throws {
        _ = try self.modem(id)
        let page = USSDScript.Page(text: text, manner: ucs2 ? .ucs2 : .plain, asks: asks)
        self.perform(id) { $0.notifyUSSD(page) }
    }

    /// The network ends the USSD session of a modem.
    package func releaseUSSD(modem id: String) throws {
        _ = try self.modem(id)
        self.perform(id) { $0.releaseUSSD() }
    }

    /// From now on the network answers so to a code, or to a reply behind it: `*123#`, `*123#/1`.
    package func scriptUSSD(_ path: String, text: String, asks: Bool = false, ucs2: Bool = false, modem id: String)
        throws
    {
        let page = USSDScript.Page(text: text, manner: ucs2 ? .ucs2 : .plain, asks: asks)
        guard try self.modem(id).machine.scriptUSSD(path, page) else {
            throw SimulationError(
                code: .badRequest, message: "More than \(USSDScript.limit) USSD answers are scripted.")
        }
    }

    /// Entries with a higher sequence, oldest first.
    package func log(after sequence: Int = 0, limit: Int = .max) -> [NetworkLogEntry] {
        Array(self.network.log.entries(after: sequence, limit: limit))
    }

    /// Entries from now on; the newest 10,000 wait for a slow reader.
    package func observe() -> AsyncStream<NetworkLogEntry> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NetworkLogEntry.self, bufferingPolicy: .bufferingNewest(10_000))
        let id = self.nextObserver
        self.nextObserver += 1
        self.observers[id] = continuation
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.forget(observer: id) }
        }
        return stream
    }

    private func forget(observer id: Int) {
        self.observers[id] = nil
    }

    package func status() -> [SimulatedModemStatus] {
        self.order.compactMap { id in
            self.modems[id].map { SimulatedModemStatus($0, waiting: self.network.waitingCount(id)) }
        }
    }

    private func modem(_ id: String) throws -> SimulatedModem {
        guard let modem = self.modems[id] else {
            let known = self.order.joined(separator: ", ")
            throw SimulationError(code: .unknownModem, message: "There is no modem '\(id)'. There are: \(known).")
        }
        return modem
    }

    // MARK: Events

    func received(_ bytes: [UInt8], modem id: String, generation: Int) {
        guard self.modems[id]?.generation == generation else { return }
        self.perform(id) { $0.received(bytes, port: 0) }
    }

    func portClosed(modem id: String, generation: Int) {
        guard let modem = self.modems[id], modem.generation == generation else { return }
        self.perform(id) { $0.unplugged() }
    }

    private func timerFired(_ timer: ModemTimer, token: Int, modem id: String) {
        guard let modem = self.modems[id], modem.timers[timer]?.token == token else { return }
        modem.timers[timer] = nil
        self.perform(id) { $0.timerFired(timer) }
    }

    // MARK: Actions

    private func perform(_ id: String, _ event: (inout SimulatedModemStateMachine) -> [ModemAction]) {
        guard let modem = self.modems[id] else { return }
        modem.machine.now = self.now()
        self.work += event(&modem.machine).map { .modem(id, $0) }
        self.settle()
    }

    /// Carries out actions in the order they came up, until there are none. An action that brings more of them puts
    /// them at the end, so one modem's answer is out before the network moves on.
    private func settle() {
        self.work += self.network.takeActions().map(Work.network)
        guard !self.isWorking else { return }
        self.isWorking = true
        var index = 0
        while index < self.work.count {
            let item = self.work[index]
            index += 1
            switch item {
            case .modem(let id, let action): self.carryOut(action, modem: id)
            case .network(.deliver(let delivery, let id)): self.perform(id) { $0.deliver(delivery) }
            }
            self.work += self.network.takeActions().map(Work.network)
            // Long runs, as a storage that empties a full queue, must not keep what is done.
            if index > 1024 {
                self.work.removeFirst(index)
                index = 0
            }
        }
        self.work.removeAll(keepingCapacity: true)
        self.isWorking = false
        for entry in self.network.takeFreshEntries() {
            for observer in self.observers.values { observer.yield(entry) }
        }
    }

    private func carryOut(_ action: ModemAction, modem id: String) {
        guard let modem = self.modems[id] else { return }
        switch action {
        case .write(let bytes, _): modem.port?.write(bytes)
        case .submit(let submission, let port):
            let outcome = self.network.submit(submission, from: id, now: self.now())
            self.perform(id) { $0.submissionAnswered(outcome, reference: submission.reference, port: port) }
        case .acknowledge(let delivery, let outcome):
            self.network.acknowledged(delivery, outcome, modem: id, now: self.now())
        case .reachable: self.network.reachable(id, now: self.now())
        case .deleted(let delivery, let memory, let index):
            self.network.deleted(delivery, memory: memory, index: index, modem: id, now: self.now())
        case .requested(let text): self.network.requested(ussd: text, modem: id, now: self.now())
        case .schedule(let timer, let delay): self.schedule(timer, after: delay, modem: id)
        case .cancel(let timer): modem.timers.removeValue(forKey: timer)?.task.cancel()
        case .hangUp: self.hangUp(modem)
        case .restart(let delay): self.restart(modem, id: id, after: delay)
        }
    }

    private func restart(_ modem: SimulatedModem, id: String, after delay: Duration) {
        self.hangUp(modem)
        let clock = self.clock
        Task {
            do { try await clock.sleep(for: delay) } catch { return }
            // Without a descriptor left for a tty the modem stays away, as one that does not come back.
            try? self.plug(id)
        }
    }

    private func schedule(_ timer: ModemTimer, after delay: Duration, modem id: String) {
        guard let modem = self.modems[id] else { return }
        modem.timers.removeValue(forKey: timer)?.task.cancel()
        self.nextTimer += 1
        let token = self.nextTimer
        let clock = self.clock
        let task = Task {
            do { try await clock.sleep(for: delay) } catch { return }
            self.timerFired(timer, token: token, modem: id)
        }
        modem.timers[timer] = SimulatedModem.RunningTimer(token: token, task: task)
    }
}
