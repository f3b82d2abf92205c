// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import SMSPDU

// Vendors' configuration, PDP contexts, clock and calls.

extension SimulatedModemStateMachine {
    /// `+QINDCFG="name"[,switch[,save]]`.
    mutating func indicationConfiguration(_ command: ATInvocation) -> ATAnswer {
        let names = ["all", "csq", "smsfull", "ring", "smsincoming", "act", "ccinfo"]
        switch command.form {
        case .execute, .read: return .error
        case .test:
            return .text("+QINDCFG: (\(names.map { "\"\($0)\"" }.joined(separator: ","))),(0,1),(0,1)")
        case .write:
            guard let name = command.string(0)?.lowercased(), names.contains(name) else { return .badParameter }
            guard command.arguments.count > 1 else {
                let isOn = self.indications[name] ?? (name == "all")
                return .text("+QINDCFG: \"\(name)\",\(isOn ? 1 : 0)")
            }
            guard let value = command.integer(1), (0...1).contains(value) else { return .badParameter }
            self.indications[name] = value == 1
            return .ok
        }
    }

    /// `true` when `+QINDCFG` lets `+QIND: "name"` out.
    func indicates(_ name: String) -> Bool {
        (self.indications["all"] ?? true) && (self.indications[name] ?? false)
    }

    /// `+QCFG="name"[,values]` and `+QURCCFG`: the answer names the parameter in lower case.
    mutating func namedConfiguration(_ command: ATInvocation, allowsRead: Bool) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .read: return allowsRead ? .ok : .error
        case .test:
            guard command.name == "+QURCCFG" else { return .ok }
            return .text("+QURCCFG: \"urcport\",(\"usbat\",\"usbmodem\",\"uart1\",\"uart2\",\"all\")")
        case .write:
            guard let name = command.string(0)?.lowercased(), name.count <= 32 else { return .badParameter }
            let key = "\(command.name) \(name)"
            guard let known = self.configurationValues[key] ?? Self.factoryConfiguration[key] else {
                return .error
            }
            guard command.arguments.count > 1 else { return .text("\(command.name): \"\(name)\",\(known)") }
            let values = command.arguments.dropFirst().map { $0.isQuoted ? "\"\($0.text)\"" : $0.text }
            let value = values.joined(separator: ",")
            guard value.count <= 128 else { return .badParameter }
            self.configurationValues[key] = value
            return .ok
        }
    }

    /// As captured from EC25 and EG25 modems.
    private static let factoryConfiguration = [
        "+QCFG usbcfg": "0x2C7C,0x0125,1,1,1,1,1,0,0",
        "+QCFG ims": "0,0",
        "+QCFG nwscanmode": "0",
        "+QCFG band": "0xbff,0x1e00b0e18df,0x0",
        "+QCFG usbnet": "0",
        "+QCFG urc/ri/smsincoming": "\"pulse\",120,1",
        "+QURCCFG urcport": "\"usbat\"",
    ]
}

// MARK: - Contexts
extension SimulatedModemStateMachine {
    /// `+CGDCONT`: the SIM7600 brings `ims` and `sos` of its own; what is written is kept.
    mutating func contexts(_ command: ATInvocation) -> ATAnswer {
        let blank = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
        switch command.form {
        case .execute: return .ok
        case .test: return .text("+CGDCONT: (1-24),\"IP\",,,(0-2),(0-4),(0-1),(0-1)")
        case .read:
            let first = self.configurationValues["+CGDCONT 1"] ?? "\"IPV4V6\",\"\",\"\(blank)\""
            var lines = ["+CGDCONT: 1,\(first),0,0,0,0"]
            if self.model == .sim7600 {
                lines.append("+CGDCONT: 2,\"IPV4V6\",\"ims\",\"\(blank)\",0,0,0,0")
                lines.append("+CGDCONT: 3,\"IPV4V6\",\"sos\",\"\(blank)\",0,0,0,1")
            }
            return .lines(lines)
        case .write:
            guard let number = command.integer(0), (1...24).contains(number) else { return .badParameter }
            let type = command.string(1) ?? "IP"
            let name = command.string(2) ?? ""
            guard type.count <= 8, name.count <= 64 else { return .badParameter }
            self.configurationValues["+CGDCONT \(number)"] = "\"\(type)\",\"\(name)\",\"\(blank)\""
            return .ok
        }
    }
}

// MARK: - Clock and calls

extension SimulatedModemStateMachine {
    /// The network is one hour ahead of UTC.
    static let zoneQuarters = 4

    /// `+CCLK`: the EC25 shows UTC with the local zone behind it, the SIM7600 local time.
    func realTimeClock(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .test, .write: return .ok
        case .read:
            let offset = self.model == .ec25 ? 0 : Self.zoneQuarters
            let year = Timestamp(unixTime: self.now, quartersAheadOfUTC: offset).map { $0.year % 100 }
            guard let year, let rest = self.dateAndTime(offset) else { return .error }
            return .text("+CCLK: \"\(Self.two(year))/\(rest)\(Self.zone)\"")
        }
    }

    /// `+QLTS`: 0 as last synchronised, 1 in GMT, 2 local; four digits of the year.
    func networkTime(_ command: ATInvocation) -> ATAnswer {
        let mode: Int
        switch command.form {
        case .read: return .error
        case .test: return .text("+QLTS: (0-2)")
        case .execute: mode = 0
        case .write:
            guard let value = command.integer(0), (0...2).contains(value) else { return .badParameter }
            mode = value
        }
        let offset = mode == 1 ? 0 : Self.zoneQuarters
        let year = Timestamp(unixTime: self.now, quartersAheadOfUTC: offset)?.year
        guard let year, let rest = self.dateAndTime(offset) else { return .error }
        return .text("+QLTS: \"\(year)/\(rest)\(Self.zone),0\"")
    }

    private static var zone: String { "+" + Self.two(Self.zoneQuarters) }

    /// `MM/dd,hh:mm:ss`.
    private func dateAndTime(_ quarters: Int) -> String? {
        guard let time = Timestamp(unixTime: self.now, quartersAheadOfUTC: quarters) else { return nil }
        return "\(Self.two(time.month))/\(Self.two(time.day)),"
            + "\(Self.two(time.hour)):\(Self.two(time.minute)):\(Self.two(time.second))"
    }

    static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// `+CLCC`: the EC25 always lists a data call that is none; on the SIM7600 it is also a switch.
    mutating func currentCalls(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch (self.model, command.form) {
        case (.ec25, .execute): return .text("+CLCC: 1,1,0,1,0,\"\",128")
        case (.sim7600, .execute), (.ec25, .test): return .ok
        case (.sim7600, .test): return .text("+CLCC: (0-1)")
        case (.sim7600, .read): return .text("+CLCC: \(self.ports[port].settings["+CLCC"] ?? "0")")
        case (.sim7600, .write):
            guard let value = command.integer(0), (0...1).contains(value) else { return .badParameter }
            self.ports[port].settings["+CLCC"] = String(value)
            return .ok
        case (.ec25, .read), (.ec25, .write): return .error
        }
    }
}
