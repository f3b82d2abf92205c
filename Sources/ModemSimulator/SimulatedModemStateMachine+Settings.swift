// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// V.250 §6 settings, identity and the card.

extension SimulatedModemStateMachine {
    /// `ATE`, `ATV`, `ATQ` with 0 or 1; no number means 0.
    mutating func setFlag(
        _ command: ATInvocation, _ flag: WritableKeyPath<SimulatedATPort, Bool>, port: Int
    ) -> ATAnswer {
        let value = command.form == .execute ? 0 : command.integer(0)
        guard let value, (0...1).contains(value) else { return .error }
        self.ports[port][keyPath: flag] = value == 1
        return .ok
    }

    mutating func resetProfile(_ port: Int) -> ATAnswer {
        self.ports[port].resetProfile(model: self.model)
        return .ok
    }

    mutating func errorFormat(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute:
            self.ports[port].errorFormat = 0
            return .ok
        case .read: return .text("+CMEE: \(self.ports[port].errorFormat)")
        case .test: return .text("+CMEE: (0-2)")
        case .write:
            guard let value = command.integer(0), (0...2).contains(value) else { return .badParameter }
            self.ports[port].errorFormat = value
            return .ok
        }
    }

    /// `AT&V`: one item a line on the EC25, one block with `; ` on the SIM7600, whose PIN fields are raw 0xFF.
    func activeProfile(_ port: Int) -> ATAnswer {
        let settings = self.ports[port]
        let echo = settings.echo ? 1 : 0
        let quiet = settings.quiet ? 1 : 0
        let verbose = settings.verbose ? 1 : 0
        switch self.model {
        case .ec25:
            return .lines([
                "&C: 1", "&D: 2", "&F: 0", "&W: 0", "E: \(echo)", "Q: \(quiet)", "V: \(verbose)", "X: 1", "Z: 0",
                "S0: 0", "S3: 13", "S4: 10", "S5: 8", "S6: 2", "S7: 0", "S8: 2", "S10: 15",
            ])
        case .sim7600:
            let blank = String(repeating: "\u{FF}", count: 8)
            let selected = self.service.selected.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
            return .text(
                "&C: 2; &D: 0; E: \(echo); Q: \(quiet); V: \(verbose); X: 1; S0: 0; +IPR: 115200; "
                    + "+CMEE: \(settings.errorFormat); +CPIN: \(blank),\(blank); "
                    + "+CREG: \(settings.registrationReports["+CREG"] ?? 0); +CSCS: \"\(settings.characterSet)\"; "
                    + "+CSMS: \(self.service.acknowledges ? 1 : 0); +CPMS: \(selected); "
                    + "+CNMI: \(self.service.indications.text); +CUSD: 0; +CLIP: 0; +CPSI: 0; +CNSMOD: 0")
        }
    }

    /// `AT+CLAC`. The EC25's leaves out commands that work.
    func commandList() -> ATAnswer {
        let hidden: Set<String> = self.model == .ec25 ? ["+CMGS", "+CMGL", "+QENG", "+QLTS"] : []
        let names = Set(CommandTable.handlers(self.model).keys).union(PlainSetting.names(self.model))
        return .lines(names.subtracting(hidden).sorted())
    }

    /// `AT+CGMR`: bare on the EC25, behind its own name on the SIM7600.
    var revisionLine: String {
        self.model == .ec25 ? self.model.firmware : "+CGMR: \(self.model.firmware)"
    }

    /// `ATI`.
    func identification() -> ATAnswer {
        switch self.model {
        case .ec25: .lines([self.model.manufacturer, self.model.name, "Revision: \(self.model.boardRevision)"])
        case .sim7600:
            .text(
                [
                    "Manufacturer: \(self.model.manufacturer)", "Model: \(self.model.name)",
                    "Revision: \(self.model.boardRevision)", "SVN: 01", "IMEI: \(self.configuration.imei)",
                    "+GCAP: +CGSM",
                ].joined(separator: "\r\n"), framing: .noLeadingBreak)
        }
    }

    /// `AT+SIMCOMATI` of the SIM7600.
    func extendedIdentification() -> ATAnswer {
        .lines([
            "Manufacturer: \(self.model.manufacturer)", "Model: \(self.model.name)",
            "Revision: \(self.model.firmware)", "QCN: ", "IMEI: \(self.configuration.imei)", "MEID: ",
            "+GCAP: +CGSM", "DeviceInfo: 173,170",
        ])
    }

    /// `AT+CSCS`. On the EC25 the write form fails with a bare `ERROR` when the card is missing.
    mutating func characterSet(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute: return .ok
        case .read: return .text("+CSCS: \"\(self.ports[port].characterSet)\"")
        case .test: return .text("+CSCS: (\"IRA\",\"GSM\",\"UCS2\")")
        case .write:
            guard let name = command.string(0)?.uppercased(), ["IRA", "GSM", "UCS2"].contains(name) else {
                return .badParameter
            }
            if self.model == .ec25, self.faults.has(.simRemoved) { return .error }
            self.ports[port].characterSet = name
            return .ok
        }
    }
}
