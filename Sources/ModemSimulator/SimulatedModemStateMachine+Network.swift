// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The one cell of the simulated network: LTE, on the test network 001-01 (TS 23.003 §2.2 leaves it to tests).
enum SimulatedCell {
    static let countryCode = "001"
    static let networkCode = "01"
    static let longName = "Modemgate Test"
    static let shortName = "MGTest"
    /// Tracking area code; printed as location area code too.
    static let trackingArea = "2604"
    /// E-UTRAN cell identity, without leading zeros as Quectel prints it.
    static let identity = "6DA5A09"
    static let identityDecimal = 114_973_193
    static let physicalIdentity = 315
    /// E-UTRA band 3.
    static let channel = 1650
    static let band = 3
    /// `<AcT>` of TS 27.007 §7.2: E-UTRAN.
    static let accessTechnology = 7
    /// RSRQ in tenths of a decibel.
    static let quality = -122
    /// SINR in decibel.
    static let interferenceRatio = 10

    static var plmn: String { self.countryCode + self.networkCode }
}

extension SimulatedModemStateMachine {
    /// The card is open, the radio on and the network there.
    var isRegistered: Bool {
        self.cardError == nil && self.functionality == .full && !self.faults.has(.noNetwork)
    }

    /// `<stat>` of `+CREG`: home, searching, or not trying at all.
    private var registrationStatus: Int {
        if self.isRegistered { return 1 }
        return self.cardError == nil && self.functionality == .full ? 2 : 0
    }

    /// The `+CREG` family as unsolicited results, on each port that asked for them.
    func registrationLines() -> [String] {
        let names = ["+CREG", "+CGREG", "+CEREG"]
        return names.compactMap { name in
            let mode = self.ports.first?.registrationReports[name] ?? 0
            guard mode > 0 else { return nil }
            return "\(name): \(self.registrationStatus)\(self.cellFields(name, mode: mode))"
        }
    }

    /// Area, cell and technology of `<n>` 2. The SIM7600 gives `+CREG` and `+CGREG` no technology (its manual).
    private func cellFields(_ name: String, mode: Int) -> String {
        guard mode >= 2, self.isRegistered else { return "" }
        let cell = ",\"\(SimulatedCell.trackingArea)\",\"\(SimulatedCell.identity)\""
        if self.model == .sim7600, name != "+CEREG" { return cell }
        return cell + ",\(SimulatedCell.accessTechnology)"
    }

    mutating func registration(_ command: ATInvocation, port: Int) -> ATAnswer {
        let mode = self.ports[port].registrationReports[command.name] ?? 0
        switch command.form {
        case .execute: return .ok
        case .test: return .text("\(command.name): (0-2)")
        case .read:
            return .text(
                "\(command.name): \(mode),\(self.registrationStatus)\(self.cellFields(command.name, mode: mode))")
        case .write:
            guard let value = command.integer(0), (0...2).contains(value) else { return .badParameter }
            self.ports[port].registrationReports[command.name] = value
            return .ok
        }
    }

    /// `+COPS`. The SIM7600 prints network name and the SIM's name, here the same, with two spaces between.
    mutating func operatorSelection(_ command: ATInvocation, port: Int) -> ATAnswer {
        let name = SimulatedCell.longName
        let short = SimulatedCell.shortName
        switch command.form {
        case .execute: return .ok
        case .test:
            if let error = self.cardError { return .cme(error) }
            guard !self.faults.has(.noNetwork) else { return .text("+COPS: ,,(0-4),(0-2)") }
            return .text(
                "+COPS: (2,\"\(name)\",\"\(short)\",\"\(SimulatedCell.plmn)\",7),"
                    + "(1,\"\(name)\",\"\(short)\",\"\(SimulatedCell.plmn)\",2),,(0,1,2,3,4,5),(0,1,2)")
        case .read:
            guard self.isRegistered else { return .text("+COPS: 0") }
            let format = self.ports[port].operatorFormat
            let printed =
                switch format {
                case 0: self.model == .sim7600 ? "\(name)  \(name)" : name
                case 1: short
                default: SimulatedCell.plmn
                }
            return .text("+COPS: 0,\(format),\"\(printed)\",\(SimulatedCell.accessTechnology)")
        case .write:
            guard let mode = command.integer(0), (0...4).contains(mode) else { return .badParameter }
            if let format = command.integer(1) {
                guard (0...2).contains(format) else { return .badParameter }
                self.ports[port].operatorFormat = format
            }
            return .ok
        }
    }

    /// `<rssi>` 99 without a network.
    func signalQuality(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: .text("+CSQ: \(self.isRegistered ? self.signalLevel : 99),99")
        case .test: .text("+CSQ: (0-31,99),(0-7,99)")
        case .read, .write: .error
        }
    }

    /// Received power in dBm that `<rssi>` means, TS 27.007 §8.5.
    private var receivedPower: Int { -113 + 2 * self.signalLevel }
    /// A reference signal is 33 dB below the power of a 20 MHz cell in use.
    private var referencePower: Int { max(-140, self.receivedPower - 33) }

    /// `+QCSQ: "LTE",rssi,rsrp,sinr,rsrq`: SINR in fifths of a decibel above -20.
    func quectelSignal(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .test: return .text("+QCSQ: \"NOSERVICE\",\"GSM\",\"WCDMA\",\"TDSCDMA\",\"LTE\"")
        case .read, .write: return .error
        case .execute:
            guard self.isRegistered else { return .text("+QCSQ: \"NOSERVICE\"") }
            let ratio = (SimulatedCell.interferenceRatio + 20) * 5
            return .text(
                "+QCSQ: \"LTE\",\(self.receivedPower),\(self.referencePower),\(ratio),\(SimulatedCell.quality / 10)")
        }
    }

    func networkInformation(_ command: ATInvocation) -> ATAnswer {
        guard command.form == .execute else { return command.form == .test ? .ok : .error }
        guard self.isRegistered else { return .text("+QNWINFO: No Service") }
        return .text(
            "+QNWINFO: \"FDD LTE\",\"\(SimulatedCell.plmn)\",\"LTE BAND \(SimulatedCell.band)\","
                + "\(SimulatedCell.channel)")
    }

    /// `+QENG="servingcell"`: cell and area in hexadecimal without quotes; the last but one field is SINR in dB.
    func engineeringMode(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .test: return .text("+QENG: (\"servingcell\",\"neighbourcell\")")
        case .execute, .read: return .error
        case .write:
            switch command.string(0)?.lowercased() {
            case "servingcell": return .text(self.servingCell)
            case "neighbourcell": return .ok
            default: return .badParameter
            }
        }
    }

    private var servingCell: String {
        guard self.isRegistered else { return "+QENG: \"servingcell\",\"SEARCH\"" }
        return "+QENG: \"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",\(SimulatedCell.countryCode),"
            + "\(SimulatedCell.networkCode),\(SimulatedCell.identity),\(SimulatedCell.physicalIdentity),"
            + "\(SimulatedCell.channel),\(SimulatedCell.band),5,5,\(SimulatedCell.trackingArea),"
            + "\(self.referencePower),\(SimulatedCell.quality / 10),\(self.receivedPower),"
            + "\(SimulatedCell.interferenceRatio),20"
    }

    func operatorNames(_ command: ATInvocation) -> ATAnswer {
        guard command.form == .execute else { return command.form == .test ? .ok : .error }
        guard self.isRegistered else { return .cme(30) }
        return .text(
            "+QSPN: \"\(SimulatedCell.longName)\",\"\(SimulatedCell.shortName)\",\"\",0,\"\(SimulatedCell.plmn)\"")
    }

    /// `+CPSI`: RSRQ, RSRP and RSSI in tenths.
    func systemInformation(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .test: return .text("+CPSI: (0-255)")
        case .write: return command.integer(0) == nil ? .badParameter : .ok
        case .read:
            guard self.isRegistered else { return .text("+CPSI: NO SERVICE,Online") }
            return .text(
                "+CPSI: LTE,Online,\(SimulatedCell.countryCode)-\(SimulatedCell.networkCode),"
                    + "0x\(SimulatedCell.trackingArea),\(SimulatedCell.identityDecimal),"
                    + "\(SimulatedCell.physicalIdentity),EUTRAN-BAND\(SimulatedCell.band),\(SimulatedCell.channel),"
                    + "5,5,\(SimulatedCell.quality),\(self.referencePower * 10),\(self.receivedPower * 10),"
                    + "\(SimulatedCell.interferenceRatio)")
        }
    }

    /// `+CNSMOD: n,8`: LTE; 0 without service.
    mutating func networkSystemMode(_ command: ATInvocation, port: Int) -> ATAnswer {
        let reports = self.ports[port].settings["+CNSMOD"] ?? "0"
        switch command.form {
        case .execute: return .error
        case .test: return .text("+CNSMOD: (0-1)")
        case .read: return .text("+CNSMOD: \(reports),\(self.isRegistered ? 8 : 0)")
        case .write:
            guard let value = command.integer(0), (0...1).contains(value) else { return .badParameter }
            self.ports[port].settings["+CNSMOD"] = String(value)
            return .ok
        }
    }
}
