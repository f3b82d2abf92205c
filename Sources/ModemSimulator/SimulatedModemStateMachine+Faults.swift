// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// What goes wrong on demand.

extension SimulatedModemStateMachine {
    mutating func arm(_ fault: SimulatedFault) -> [ModemAction] {
        let wasRegistered = self.isRegistered
        if fault.isImmediate {
            self.happen(fault)
        } else {
            self.faults.arm(fault)
        }
        if fault.kind == .simRemoved, self.power == .on {
            self.unsolicited(self.model == .ec25 ? "+CPIN: NOT READY" : "+SIMCARD: NOT AVAILABLE")
        }
        self.registrationMayHaveChanged(wasRegistered)
        return self.takeActions()
    }

    /// Ends every fault. A card that comes back asks for its PIN again.
    mutating func clearFaults() -> [ModemAction] {
        let wasRegistered = self.isRegistered
        let wasRemoved = self.faults.has(.simRemoved)
        self.faults.clear()
        if wasRemoved, self.power == .on {
            self.sim.reset()
            self.announceSIM()
        }
        self.registrationMayHaveChanged(wasRegistered)
        self.reachabilityMayHaveChanged()
        return self.takeActions()
    }

    /// `+CSQ` from now on.
    mutating func setSignal(_ level: Int) -> [ModemAction] {
        self.signalLevel = min(max(level, 0), 31)
        if self.power == .on, self.model == .ec25, self.indicates("csq") {
            self.unsolicited("+QIND: \"csq\",\(self.signalLevel),99")
        }
        return self.takeActions()
    }

    private mutating func happen(_ fault: SimulatedFault) {
        switch fault.kind {
        case .garbage: self.write(Self.garbage(fault), port: 0)
        case .urcStorm: self.write(Self.storm(fault), port: 0)
        case .acknowledgementTimeout: self.acknowledgementFailed()
        case .pinLocked:
            if let pin = fault.text { self.sim.pin = pin }
            self.sim.isPINEnabled = true
            self.sim.lock = .pin
            if self.power == .on { self.unsolicited("+CPIN: SIM PIN") }
        case .lateAnswer, .lostAnswer, .error, .cmsError, .cmeError, .falseError, .unplugBefore, .unplugAfter,
            .unplugWithin, .storageFull, .noNetwork, .simRemoved, .unresponsive:
            break
        }
    }

    private mutating func registrationMayHaveChanged(_ wasRegistered: Bool) {
        guard self.power == .on, wasRegistered != self.isRegistered else { return }
        for line in self.registrationLines() { self.unsolicited(line) }
        self.reachabilityMayHaveChanged()
    }
}
