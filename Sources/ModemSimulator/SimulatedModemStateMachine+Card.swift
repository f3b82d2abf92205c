// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// The card: PIN, identities, tries left, TS 27.007 §7 and §8.

extension SimulatedModemStateMachine {
    /// `+CME ERROR` of commands that need an open card; `nil` when it is open.
    var cardError: Int? {
        if self.faults.has(.simRemoved) { return 10 }
        if self.functionality == .minimum { return 13 }
        switch self.sim.lock {
        case .open: return nil
        case .pin: return 11
        case .puk, .blocked: return 12
        }
    }

    /// The same for short message commands (TS 27.005 §3.2.5).
    var messageCardError: Int? {
        switch self.cardError {
        case nil: nil
        case 10: 310
        case 11: 311
        case 12: 316
        default: 313
        }
    }

    mutating func pin(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .test: return .ok
        case .read:
            if let error = self.cardError, error == 10 || error == 13 { return .cme(error) }
            return .text("+CPIN: \(self.pinCode)")
        case .write: return self.enterPIN(command)
        }
    }

    private mutating func enterPIN(_ command: ATInvocation) -> ATAnswer {
        if let error = self.cardError, error == 10 || error == 13 { return .cme(error) }
        guard let code = command.string(0), code.count <= 8, code.allSatisfy(\.isDecimalDigit) else { return .error }
        switch self.sim.lock {
        case .open: return .cme(3)
        case .blocked: return .cme(13)
        case .pin:
            guard self.sim.enter(pin: code) else { return .cme(self.sim.lock == .puk ? 12 : 16) }
        case .puk:
            guard let new = command.string(1), (4...8).contains(new.count), new.allSatisfy(\.isDecimalDigit) else {
                return .cme(12)
            }
            guard self.sim.enter(puk: code, newPIN: new) else { return .cme(16) }
        }
        var answer = ATAnswer.ok
        switch self.model {
        case .ec25: answer.unsolicited = ["+CPIN: READY", "+QUSIM: 1", "+QIND: PB DONE", "+QIND: SMS DONE"]
        case .sim7600: answer.unsolicited = ["+CPIN: READY", "SMS DONE", "PB DONE"]
        }
        answer.unsolicited += self.registrationLines()
        self.reachabilityMayHaveChanged()
        return answer
    }

    func subscriberIdentity(_ command: ATInvocation) -> ATAnswer {
        if command.form == .execute, let error = self.cardError { return .cme(error) }
        return .identity(command, self.configuration.imsi)
    }

    func cardIdentity(_ command: ATInvocation, line: String) -> ATAnswer {
        guard command.form == .execute || command.form == .read else { return command.form == .test ? .ok : .error }
        if self.faults.has(.simRemoved) { return .cme(10) }
        return .text(line, framing: self.model == .sim7600 ? .noBlankLine : .standard)
    }

    /// `AT+CNUM`: type of number 145 with `+`, 129 without (TS 24.008 §10.5.4.7).
    func ownNumber(_ command: ATInvocation) -> ATAnswer {
        guard command.form == .execute else { return command.form == .test ? .ok : .error }
        if let error = self.cardError { return .cme(error) }
        let type = self.configuration.number.hasPrefix("+") ? 145 : 129
        return .text("+CNUM: \(self.model.emptyAlpha),\"\(self.configuration.number)\",\(type)")
    }

    func quectelPINTries(_ command: ATInvocation) -> ATAnswer {
        if command.form == .test { return .text("+QPINC: (\"SC\",\"P2\")") }
        if self.faults.has(.simRemoved) { return .cme(10) }
        let first = "+QPINC: \"SC\",\(self.sim.pinTries),\(self.sim.pukTries)"
        let second = "+QPINC: \"P2\",3,10"
        switch command.string(0)?.uppercased() {
        case nil: return ATAnswer(texts: [first + "\r\n" + second])
        case "SC": return .text(first)
        case "P2": return .text(second)
        default: return .badParameter
        }
    }

    /// `+SPIC: pin1,puk1,pin2,puk2`.
    func simcomPINTries(_ command: ATInvocation) -> ATAnswer {
        guard command.form == .execute else { return command.form == .test ? .ok : .error }
        if self.faults.has(.simRemoved) { return .cme(10) }
        return .text("+SPIC: \(self.sim.pinTries),\(self.sim.pukTries),0,10")
    }

    mutating func simState(_ command: ATInvocation, port: Int) -> ATAnswer {
        let reports = self.ports[port].settings["+QSIMSTAT"] ?? "0"
        switch command.form {
        case .read: return .text("+QSIMSTAT: \(reports),\(self.faults.has(.simRemoved) ? 0 : 1)")
        case .test: return .text("+QSIMSTAT: (0,1)")
        case .execute: return .error
        case .write:
            guard let value = command.integer(0), (0...1).contains(value) else { return .badParameter }
            self.ports[port].settings["+QSIMSTAT"] = String(value)
            return .ok
        }
    }

    mutating func functionality(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .read: return .text("+CFUN: \(self.functionality.rawValue)")
        case .test: return .text(self.model == .ec25 ? "+CFUN: (0,1,4),(0,1)" : "+CFUN: (0-1,4-7),(0-1)")
        case .write:
            guard let value = command.integer(0), let level = Functionality(rawValue: value) else {
                return .badParameter
            }
            if command.integer(1) == 1 { return ATAnswer(restarts: true) }
            return self.setFunctionality(level)
        }
    }

    private mutating func setFunctionality(_ level: Functionality) -> ATAnswer {
        guard level != self.functionality else { return .ok }
        let wasOff = self.functionality == .minimum
        self.functionality = level
        var answer = ATAnswer.ok
        if level == .minimum, self.model == .sim7600 {
            answer.texts = ["+SIMCARD: NOT AVAILABLE"]
        }
        if wasOff, !self.faults.has(.simRemoved) {
            self.sim.reset()
            answer.unsolicited = ["+CPIN: \(self.pinCode)"]
            if self.sim.lock == .open {
                answer.unsolicited +=
                    self.model == .ec25
                    ? ["+QUSIM: 1", "+QIND: SMS DONE", "+QIND: PB DONE"] : ["SMS DONE", "PB DONE"]
            }
        }
        answer.unsolicited += self.registrationLines()
        self.reachabilityMayHaveChanged()
        return answer
    }

    /// `+CLCK` of facility `SC`, TS 27.007 §7.4: is the PIN asked at power-up? Other facilities are not locked.
    mutating func facilityLock(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute, .read: return .error
        case .test: return .text("+CLCK: (\"SC\",\"AO\",\"OI\",\"OX\",\"AI\",\"IR\",\"AB\",\"AG\",\"AC\",\"FD\")")
        case .write:
            guard let facility = command.string(0)?.uppercased(), let mode = command.integer(1), (0...2).contains(mode)
            else { return .badParameter }
            if let error = self.cardError { return .cme(error) }
            guard mode < 2 else { return .text("+CLCK: \(facility == "SC" && self.sim.isPINEnabled ? 1 : 0)") }
            guard facility == "SC", let pin = command.string(2) else { return .badParameter }
            guard self.sim.enter(pin: pin) else { return .cme(self.sim.lock == .puk ? 12 : 16) }
            self.sim.isPINEnabled = mode == 1
            return .ok
        }
    }

    /// `AT+QPOWD`, `AT+CPOF`: the EC25 says when it is down; both leave the bus.
    mutating func powerDown() -> ATAnswer {
        ATAnswer(unsolicited: self.model == .ec25 ? ["POWERED DOWN"] : [], powersDown: true)
    }
}
