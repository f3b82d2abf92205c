// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
package import ATProtocol
import Logging

extension CellularModem {
    /// Sends one command; a missed deadline counts against the modem's health.
    func ask(_ command: ATCommand) async throws(ATChannelError) -> ATResponse {
        guard let channel = self.channel else { throw .closed }
        do {
            let response = try await channel.send(command)
            self.machine.answered()
            return response
        } catch {
            if error.isTimeout { self.apply(self.machine.unanswered()) }
            throw error
        }
    }

    /// Asks the modem one thing, with the priority of polling.
    package func query(_ text: String) async throws -> ATResponse {
        try await self.ask(
            ATCommand(text, response: .anyLines, deadline: self.configuration.timing.query, priority: .polling))
    }

    /// Answers of which only the first line matters; `nil` when the modem refuses the command.
    private func line(_ text: String) async throws -> String? {
        let response = try await self.query(text)
        return response.result == .ok ? response.lines.first : nil
    }

    /// Who is there? `ATE0`, `AT+CMEE=1` first: everything after is read without echo and with error numbers.
    func probe() async throws {
        for command in ["ATE0", "ATV1", "AT+CMEE=1"] { _ = try await self.query(command) }
        let manufacturer = try await self.line("AT+CGMI")
        let model = try await self.line("AT+CGMM")
        let firmware = try await self.line("AT+CGMR")
        let imei = try await self.line("AT+CGSN")
        self.update {
            $0.manufacturer = manufacturer.map(Identity.plain)
            $0.model = model.map { Identity.model(Identity.plain($0)) }
            $0.firmware = firmware.map(Identity.plain)
            $0.imei = imei.flatMap(Identity.imei)
        }
        if let model, let profile = ModemProfile.matching(model: model) { self.profile = profile }
        self.apply(self.machine.identified())
    }

    func checkSIM() async throws {
        let response = try await self.query("AT+CPIN?")
        let sim = SIMState(PINState(response: response))
        var tries: Int?
        if sim == .pin, let command = self.profile?.pinTriesCommand {
            tries = PINState.remainingTries(try await self.query(command).lines)
        }
        self.update { $0.sim.state = sim }
        let action = self.machine.simReported(sim, remainingTries: tries)
        guard action == .enterPIN else { return self.apply(action) }
        // At once, before the SIM is asked again: what it says next is the answer to the PIN.
        try await self.enterPIN()
    }

    func enterPIN() async throws {
        guard let pin = self.configuration.pin else { return }
        let command = try ATCommands.enterPIN(pin, deadline: self.configuration.timing.pin)
        let response = try await self.ask(command)
        self.logger.notice("SIM PIN entered", metadata: ["accepted": "\(response.result == .ok)"])
        try await self.checkSIM()
    }

    /// The profile's settings in their order, then what the SIM says of itself.
    func setUp() async throws {
        let profile = self.profile ?? .ec25
        var problems: [String] = []
        self.acceptedCNMI = nil
        // The first of the settings.
        self.ussd.characterSet = .ira
        for setting in profile.settings {
            if let problem = try await self.apply(setting) { problems.append(problem) }
        }
        // `+CSMS: <service>,…`: 1 makes every +CMT and +CDS wait for an AT+CNMA.
        self.mustAcknowledge = try await self.line("AT+CSMS?").map { ATFields($0).integer(0) == 1 } ?? false
        try await self.readSIM(profile)
        self.apply(self.machine.setUpFinished(problems: problems))
        try await self.readNetwork()
        try await self.sweep()
    }

    /// Answers the problem to show when neither the setting nor its fallback was accepted.
    private func apply(_ setting: ModemProfile.Setting) async throws -> String? {
        guard setting.command.hasPrefix("AT+CPMS=") else { return try await self.send(setting) }
        // Not between the reading and the deletion of a slot, which mean the memory chosen before.
        return try await self.withStorageGate {
            self.storageGate.selected = nil
            return try await self.send(setting)
        }
    }

    private func send(_ setting: ModemProfile.Setting) async throws -> String? {
        for command in [setting.command, setting.fallback].compactMap({ $0 }) {
            guard try await self.query(command).result == .ok else { continue }
            if command.hasPrefix("AT+CNMI=") { self.acceptedCNMI = String(command.dropFirst("AT+CNMI=".count)) }
            return nil
        }
        self.logger.warning("setting refused", metadata: ["at.command": "\(setting.command)"])
        return setting.problem
    }

    private func readSIM(_ profile: ModemProfile) async throws {
        let iccid = try await self.line(profile.iccidCommand).flatMap(Identity.iccid)
        let imsi = try await self.line("AT+CIMI").flatMap(Identity.imsi)
        let number = OwnNumber(lines: try await self.query("AT+CNUM").lines)?.number
        self.update {
            $0.sim.state = .ready
            $0.sim.iccid = iccid
            $0.sim.imsi = imsi
            $0.sim.number = number
        }
    }

    /// What is asked again and again; the message settings and the storage now and then.
    func poll() async throws {
        switch self.status.state {
        case .plugged, .gone, .unresponsive: return
        case .probing, .sim:
            // Done by this poll and then once more, the set-up would run when the modem is in service already.
            guard !self.queued.contains(.action(self.machine.unfinished)) else { return }
            try await self.perform(self.machine.unfinished)
        case .registering, .ready, .degraded:
            try await self.readNetwork()
            self.pollsSinceSweep += 1
            guard self.pollsSinceSweep >= self.configuration.timing.pollsPerSweep else { return }
            try await self.verifySettings()
            try await self.sweep()
        }
    }

    /// Another program, or a restart nobody announced, may have changed how messages reach us.
    func verifySettings() async throws {
        guard let accepted = self.acceptedCNMI, let answer = try await self.line("AT+CNMI?") else { return }
        guard !answer.filter({ $0 != " " }).hasSuffix(accepted) else { return }
        self.logger.warning("message settings were changed and are set again", metadata: ["at.answer": "\(answer)"])
        try await self.setUp()
    }
}
