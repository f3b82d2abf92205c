// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A simulated modem without its ttys and its clock: bytes and events in, actions out.
struct SimulatedModemStateMachine: Sendable {
    /// `<fun>` of `+CFUN`, TS 27.007 §8.2.
    enum Functionality: Int {
        case minimum = 0
        case full = 1
        case flight = 4
    }

    enum Power: Equatable {
        /// No ttys.
        case unplugged
        /// Plugged in, not yet listening.
        case booting
        case on
    }

    /// An answer that is ready and waits for its time.
    struct PendingAnswer: Equatable {
        var answer: ATAnswer
        var bytes: [UInt8]
    }

    let configuration: SimulatedModemConfiguration
    var power: Power = .unplugged
    var functionality: Functionality = .full
    var sim: SIMCard
    var service: MessageService
    var ports: [SimulatedATPort]
    var faults = ArmedFaults()
    var ussd = SimulatedUSSD()
    /// `+QINDCFG` switches, all off after power-up but for the master switch.
    var indications: [String: Bool] = [:]
    /// `+QCFG` and its like: kept over a restart as the modem's own memory does.
    var configurationValues: [String: String] = [:]
    /// `<rssi>` of `+CSQ`, 0 … 31.
    var signalLevel = 22
    /// TP-MR of the last message; the SIM keeps it (EF SMSS, TS 31.102 §4.2.9).
    var messageReference: UInt8 = 0
    /// Seconds since 1970 in UTC, set before each event.
    var now: Int64 = 0
    var pendingAnswers: [Int: PendingAnswer] = [:]
    var pendingSubmissions: [Int: MessageSubmission] = [:]
    private var actions: [ModemAction] = []

    init(_ configuration: SimulatedModemConfiguration) {
        self.configuration = configuration
        self.sim = SIMCard(pin: configuration.pin)
        self.service = MessageService(model: configuration.model)
        self.ports = [SimulatedATPort(model: configuration.model)]
    }

    var model: SimulatedModemModel { self.configuration.model }

    /// Hands out what is to be done, once.
    mutating func takeActions() -> [ModemAction] {
        defer { self.actions = [] }
        return self.actions
    }

    mutating func act(_ action: ModemAction) {
        self.actions.append(action)
    }

    /// Bytes to a port; neighbours become one write.
    mutating func write(_ bytes: [UInt8], port: Int) {
        guard !bytes.isEmpty, self.power != .unplugged else { return }
        if case .write(let earlier, port)? = self.actions.last {
            self.actions[self.actions.count - 1] = .write(earlier + bytes, port: port)
        } else {
            self.actions.append(.write(bytes, port: port))
        }
    }

    /// An unsolicited result code on the port that shows them (`+QURCCFG: "urcport","usbat"`).
    mutating func unsolicited(_ line: String) {
        self.write(Array("\r\n\(line)\r\n".utf8), port: 0)
    }
}

// MARK: - Power

extension SimulatedModemStateMachine {
    /// The modem gets power and its ttys appear. The settings are those of power-up, messages stay.
    mutating func plugged(showsBanners: Bool) -> [ModemAction] {
        guard self.power == .unplugged else { return [] }
        self.ports = self.ports.map { _ in SimulatedATPort(model: self.model) }
        self.service.reset(model: self.model)
        self.sim.reset()
        self.ussd.reset()
        self.functionality = .full
        self.indications = [:]
        self.pendingAnswers = [:]
        self.pendingSubmissions = [:]
        self.power = .booting
        if self.configuration.bootDelay > .zero {
            self.act(.schedule(.boot, after: self.configuration.bootDelay))
        } else {
            self.booted(showsBanners: showsBanners)
        }
        return self.takeActions()
    }

    /// The ttys are gone: what was being done ends here.
    mutating func unplugged() -> [ModemAction] {
        guard self.power != .unplugged else { return [] }
        self.hangUp()
        return self.takeActions()
    }

    mutating func hangUp() {
        self.losePower()
        self.act(.hangUp)
    }

    mutating func restart() {
        self.losePower()
        self.act(.restart(after: self.configuration.isRealistic ? .seconds(24) : .zero))
    }

    private mutating func losePower() {
        self.power = .unplugged
        for port in self.ports.indices {
            self.act(.cancel(.answer(port: port)))
            self.act(.cancel(.submission(port: port)))
        }
        self.act(.cancel(.acknowledgement))
        self.act(.cancel(.boot))
        self.act(.cancel(.ussd))
        if let delivery = self.service.unacknowledged {
            self.service.unacknowledged = nil
            self.act(.acknowledge(delivery: delivery, .unacknowledged))
        }
    }

    /// Start-up is over. Banners as captured: the EC25 with `+QIND`, the SIM7600 with bare words in one burst.
    mutating func booted(showsBanners: Bool) {
        guard self.power == .booting else { return }
        self.power = .on
        if showsBanners {
            self.unsolicited("RDY")
            if self.model == .ec25 { self.unsolicited("+CFUN: 1") }
            self.announceSIM()
        }
        self.reachabilityMayHaveChanged()
    }

    /// `+CPIN` and, with an open SIM, what follows it.
    mutating func announceSIM() {
        if self.faults.has(.simRemoved) {
            self.unsolicited("+CPIN: NOT INSERTED")
            return
        }
        self.unsolicited("+CPIN: \(self.pinCode)")
        guard self.sim.lock == .open else { return }
        switch self.model {
        case .ec25:
            self.unsolicited("+QUSIM: 1")
            self.unsolicited("+QIND: SMS DONE")
            self.unsolicited("+QIND: PB DONE")
        case .sim7600:
            self.unsolicited("SMS DONE")
            self.unsolicited("PB DONE")
        }
    }

    /// `<code>` of `+CPIN`, TS 27.007 §8.3.
    var pinCode: String {
        switch self.sim.lock {
        case .open: "READY"
        case .pin: "SIM PIN"
        case .puk, .blocked: "SIM PUK"
        }
    }

    /// Attached to the network, so that messages can go both ways.
    var isReachable: Bool {
        self.power == .on && self.isRegistered && !self.service.isSilenced
    }

    mutating func reachabilityMayHaveChanged() {
        if self.isReachable { self.act(.reachable) }
    }
}
