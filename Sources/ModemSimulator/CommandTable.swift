// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Which command is answered how, per model.
enum CommandTable {
    /// Answers one command of a line that came in at a port.
    typealias Handler = @Sendable (inout SimulatedModemStateMachine, ATInvocation, Int) -> ATAnswer

    static let ec25 = Self.merge([Self.common, Self.quectel])
    static let sim7600 = Self.merge([Self.common, Self.simcom])

    static func handlers(_ model: SimulatedModemModel) -> [String: Handler] {
        switch model {
        case .ec25: self.ec25
        case .sim7600: self.sim7600
        }
    }

    private static func merge(_ tables: [[String: Handler]]) -> [String: Handler] {
        tables.reduce(into: [:]) { $0.merge($1) { _, later in later } }
    }

    private static let common = Self.merge([
        Self.basic, Self.identity, Self.card, Self.network, Self.messages, Self.calls, Self.clock,
    ])

    /// V.250 §6 and `+CLAC`.
    private static let basic: [String: Handler] = [
        "E": { modem, command, port in modem.setFlag(command, \.echo, port: port) },
        "V": { modem, command, port in modem.setFlag(command, \.verbose, port: port) },
        "Q": { modem, command, port in modem.setFlag(command, \.quiet, port: port) },
        "Z": { modem, _, port in modem.resetProfile(port) },
        "&F": { modem, _, port in modem.resetProfile(port) },
        "&W": { _, _, _ in .ok },
        "&C": { _, _, _ in .ok },
        "&D": { _, _, _ in .ok },
        "X": { _, _, _ in .ok },
        "L": { _, _, _ in .ok },
        "M": { _, _, _ in .ok },
        "&V": { modem, _, port in modem.activeProfile(port) },
        "+CLAC": { modem, _, _ in modem.commandList() },
        "+CMEE": { modem, command, port in modem.errorFormat(command, port: port) },
    ]

    /// TS 27.007 §5.
    private static let identity: [String: Handler] = [
        "I": { modem, _, _ in modem.identification() },
        "+CGMI": { modem, command, _ in .identity(command, modem.model.manufacturer) },
        "+GMI": { modem, command, _ in .identity(command, modem.model.manufacturer) },
        "+CGMM": { modem, command, _ in .identity(command, modem.model.name) },
        "+GMM": { modem, command, _ in .identity(command, modem.model.name) },
        "+CGMR": { modem, command, _ in .identity(command, modem.revisionLine) },
        "+GMR": { modem, command, _ in .identity(command, modem.revisionLine) },
        "+CGSN": { modem, command, _ in .identity(command, modem.configuration.imei) },
        "+GSN": { modem, command, _ in .identity(command, modem.configuration.imei) },
        "+GCAP": { _, command, _ in .identity(command, "+GCAP: +CGSM") },
        "+CSCS": { modem, command, port in modem.characterSet(command, port: port) },
    ]

    private static let card: [String: Handler] = [
        "+CPIN": { modem, command, _ in modem.pin(command) },
        "+CIMI": { modem, command, _ in modem.subscriberIdentity(command) },
        "+CNUM": { modem, command, _ in modem.ownNumber(command) },
        "+CFUN": { modem, command, _ in modem.functionality(command) },
        "+CLCK": { modem, command, _ in modem.facilityLock(command) },
    ]

    private static let network: [String: Handler] = [
        "+CREG": { modem, command, port in modem.registration(command, port: port) },
        "+CGREG": { modem, command, port in modem.registration(command, port: port) },
        "+CEREG": { modem, command, port in modem.registration(command, port: port) },
        "+COPS": { modem, command, port in modem.operatorSelection(command, port: port) },
        "+CSQ": { modem, command, _ in modem.signalQuality(command) },
        "+CUSD": { modem, command, port in modem.unstructuredData(command, port: port) },
        "+CGDCONT": { modem, command, _ in modem.contexts(command) },
    ]

    /// TS 27.005.
    private static let messages: [String: Handler] = [
        "+CSMS": { modem, command, _ in modem.messageServiceSelection(command) },
        "+CPMS": { modem, command, _ in modem.preferredStorage(command) },
        "+CNMI": { modem, command, _ in modem.newMessageIndications(command) },
        "+CNMA": { modem, command, _ in modem.newMessageAcknowledgement(command) },
        "+CMGF": { modem, command, port in modem.messageFormat(command, port: port) },
        "+CSCA": { modem, command, port in modem.serviceCentreAddress(command, port: port) },
        "+CSMP": { modem, command, port in modem.textModeParameters(command, port: port) },
        "+CSDH": { modem, command, port in modem.textModeDetails(command, port: port) },
        "+CMGS": { modem, command, port in modem.sendMessage(command, port: port) },
        "+CMGR": { modem, command, port in modem.readMessage(command, port: port) },
        "+CMGL": { modem, command, port in modem.listMessages(command, port: port) },
        "+CMGD": { modem, command, _ in modem.deleteMessage(command) },
    ]

    /// The simulated network carries no calls: dialling ends as on the SIM7600EI that could not call.
    private static let calls: [String: Handler] = [
        "D": { _, _, _ in ATAnswer(result: .noCarrier) },
        "A": { _, _, _ in ATAnswer(result: .noCarrier) },
        "H": { _, _, _ in .ok },
        "O": { _, _, _ in ATAnswer(result: .noCarrier) },
        "+CHUP": { _, _, _ in .ok },
        "+CPAS": { _, command, _ in command.form == .test ? .text("+CPAS: (0,2,3,4)") : .text("+CPAS: 0") },
        "+CEER": { modem, _, _ in
            .text(modem.model == .ec25 ? "+CEER: 5,36" : "+CEER: No cause information available")
        },
        "+CLCC": { modem, command, port in modem.currentCalls(command, port: port) },
    ]

    private static let clock: [String: Handler] = [
        "+CCLK": { modem, command, _ in modem.realTimeClock(command) }
    ]

    private static let quectel: [String: Handler] = [
        "+QGMR": { modem, command, _ in .identity(command, modem.model.firmware + "_01.001.01.001") },
        "+CVERSION": { modem, _, _ in .lines(["VERSION: " + modem.model.firmware, "Authors: QCT"]) },
        "+QCCID": { modem, command, _ in modem.cardIdentity(command, line: "+QCCID: \(modem.configuration.iccid)F") },
        "+ICCID": { modem, command, _ in modem.cardIdentity(command, line: "+ICCID: \(modem.configuration.iccid)F") },
        "+QPINC": { modem, command, _ in modem.quectelPINTries(command) },
        "+QSIMSTAT": { modem, command, port in modem.simState(command, port: port) },
        "+QCSQ": { modem, command, _ in modem.quectelSignal(command) },
        "+QNWINFO": { modem, command, _ in modem.networkInformation(command) },
        "+QENG": { modem, command, _ in modem.engineeringMode(command) },
        "+QSPN": { modem, command, _ in modem.operatorNames(command) },
        "+QINDCFG": { modem, command, _ in modem.indicationConfiguration(command) },
        "+QURCCFG": { modem, command, _ in modem.namedConfiguration(command, allowsRead: false) },
        "+QCFG": { modem, command, _ in modem.namedConfiguration(command, allowsRead: false) },
        "+QLTS": { modem, command, _ in modem.networkTime(command) },
        "+QTEMP": { _, command, _ in command.form == .execute ? .text("+QTEMP: 30,26,26") : .ok },
        "+QPOWD": { modem, _, _ in modem.powerDown() },
    ]

    private static let simcom: [String: Handler] = [
        "+SIMCOMATI": { modem, _, _ in modem.extendedIdentification() },
        "+CICCID": { modem, command, _ in modem.cardIdentity(command, line: "+ICCID: \(modem.configuration.iccid)") },
        "+SPIC": { modem, command, _ in modem.simcomPINTries(command) },
        "+CPSI": { modem, command, _ in modem.systemInformation(command) },
        "+CNSMOD": { modem, command, port in modem.networkSystemMode(command, port: port) },
        "+CSPN": { _, command, _ in command.form == .read ? .text("+CSPN: \"\",0") : .badParameter },
        "+CRESET": { modem, command, _ in command.form == .test ? .ok : ATAnswer(restarts: true) },
        "+CPCMREG": { _, command, _ in .audioRegistration(command) },
        "+CPCMFRM": { _, command, _ in command.form == .test ? .text("+CPCMFRM: (0-1)") : .error },
        "+CPMUTEMP": { _, _, _ in .text("+CPMUTEMP: 24") },
        "+CBC": { _, command, _ in command.form == .test ? .ok : .text("+CBC: 3.812V") },
        "+CPOF": { modem, command, _ in command.form == .test ? .ok : modem.powerDown() },
    ]
}

extension ATAnswer {
    /// A command that names something: `AT+CGMI` answers, `AT+CGMI=?` says `OK`, the rest is refused.
    static func identity(_ command: ATInvocation, _ line: String) -> ATAnswer {
        switch command.form {
        case .execute: .text(line)
        case .test: .ok
        case .read, .write: .error
        }
    }

    /// `AT+CPCMREG=1` outside a call is refused, `=0` is not (SIM7600G-H, LE20B04SIM7600G22).
    static func audioRegistration(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .test: .text("+CPCMREG: (0-1)")
        case .read: .text("+CPCMREG: 0")
        case .write: command.integer(0) == 0 ? .ok : .error
        case .execute: .error
        }
    }
}

extension SimulatedModemStateMachine {
    /// One command of a line. What the model does not know is a bare `ERROR`, whatever `+CMEE` says.
    mutating func answer(_ command: ATInvocation, port: Int) -> ATAnswer {
        if let handler = CommandTable.handlers(self.model)[command.name] {
            return handler(&self, command, port)
        }
        if let setting = PlainSetting.setting(command.name, model: self.model) {
            return self.plainSetting(setting, command, port: port)
        }
        return .error
    }
}
