// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What the console policy says to one command of a line.
enum ConsoleRule: Sendable, Equatable {
    case allow
    case restore
    case answerLocally(String)
    case confirm(String)
    case refuse(String)

    var refusal: String? { if case .refuse(let text) = self { text } else { nil } }
    var localAnswer: String? { if case .answerLocally(let text) = self { text } else { nil } }
    var warning: String? { if case .confirm(let text) = self { text } else { nil } }

    static func rule(for element: ATCommandElement) -> Self {
        switch element.form {
        case .read, .test: .allow
        case .execute, .write: Self.basic(element) ?? Self.special(element) ?? Self.listed(element)
        }
    }

    // MARK: Basic commands (V.250 §6)

    private static func basic(_ element: ATCommandElement) -> Self? {
        switch element.name {
        case "E", "V", "Q": .answerLocally("The gateway reads answers without echo and with words; this stays so.")
        case "Z", "&F": .answerLocally("A reset of all settings would stop reception; the gateway keeps its settings.")
        case "S3", "S4", "S5":
            .answerLocally("The gateway relies on the usual line end characters; they stay.")
        case "D": Self.dial(element)
        case "A": .confirm("This answers a call.")
        case "O": .refuse("This returns to data mode, where the port takes no commands.")
        default: nil
        }
    }

    private static func dial(_ element: ATCommandElement) -> Self {
        guard element.argument.hasSuffix(";") else {
            return .refuse(
                "Without ; at the end this begins a data call and blocks the port: end it with ; for a voice call.")
        }
        return .confirm("This dials: it may cost money, and codes such as **04* change PINs and call forwarding.")
    }

    // MARK: Commands whose values matter

    private static func special(_ element: ATCommandElement) -> Self? {
        let fields = element.fields
        switch element.name {
        case "+COPS":
            // 3 only changes how the operator is printed; the others leave the network (TS 27.007 §7.3).
            return fields.integer(0) == 3 || element.form == .execute
                ? .restore : .confirm("This may leave the network: no messages until the modem has registered again.")
        case "+CUSD":
            // 0: what the network says of its own accord would be shown to nobody (TS 27.007 §7.15).
            return element.form == .write && fields.count == 1 && fields.integer(0) == 0 ? .restore : .allow
        case "+CNMA":
            return fields.count >= 2
                ? .refuse("This waits for a PDU; the gateway acknowledges messages itself.") : .allow
        case "+CFUN":
            return Self.functionality(fields)
        case "+QCFG":
            return Self.quectelConfiguration(fields)
        case "+QIOPEN", "+QSSLOPEN":
            // The last value 2 opens in transparent mode.
            return fields.count > 1 && fields.integer(fields.count - 1) == 2
                ? .refuse("Transparent mode takes the port away from the gateway: use access mode 0 or 1.") : .allow
        case "+CLCK":
            // `"SC",2` only asks (TS 27.007 §7.4).
            return fields.integer(1) == 2 ? .allow : .confirm(Self.pinWarning)
        case "+QURCCFG":
            return fields.count > 1
                ? .confirm("Announcements go to another port: the gateway hears no more messages.") : .allow
        case "+QMBNCFG":
            return fields.count > 1
                ? .confirm("Another operator profile can end calls over LTE and registration.") : .allow
        case "+QAUDMOD" where element.form == .write:
            return .confirm("The modem may leave the USB bus and come back with other ports.")
        default:
            return nil
        }
    }

    private static func functionality(_ fields: ATFields) -> Self {
        switch (fields.integer(0), fields.integer(1)) {
        case (7, _): .confirm("SIM7600: mode 7 is offline for good until it is undone with the maker's tools.")
        case (_, 1?): .confirm("The modem restarts: it leaves the USB bus and calls end.")
        default: .confirm("This switches radio or SIM: no messages meanwhile, and calls end.")
        }
    }

    private static func quectelConfiguration(_ fields: ATFields) -> Self {
        guard fields.count > 1 else { return .allow }
        switch fields.string(0)?.lowercased() {
        case "usbcfg":
            return .confirm("A wrong value leaves the modem without AT ports, which cannot be undone over USB.")
        case "usbnet", "usbid", "usbee", "usbmode", "risignaltype", "urc/delay", "urc/cache", "urc/ri/ring":
            return .confirm("The modem may come back with other ports or announce nothing any more.")
        default:
            return .allow
        }
    }

    private static let pinWarning =
        "A wrong code costs a try: after three the card wants its PUK, after ten it is lost."

    // MARK: Commands by name

    private static func listed(_ element: ATCommandElement) -> Self {
        Self.byName[element.name] ?? .allow
    }

    private static let byName: [String: Self] = {
        var rules: [String: Self] = [:]
        func add(_ names: [String], _ rule: Self) { for name in names { rules[name] = rule } }
        add(
            [
                "+CMEE", "+CMGF", "+CNMI", "+CPMS", "+CSMS", "+CSCS", "+CREG", "+CGREG", "+CEREG", "+CSDH", "+CSAS",
                "+CRES",
            ], .restore)
        add(
            ["+IPR", "+IPREX", "+ICF", "+IFC"],
            .answerLocally("The gateway relies on the port's rate and format; they stay."))
        add(["+CMUX"], .answerLocally("The gateway owns the port and does not multiplex it; it stays as it is."))
        add(["+CMGS", "+CMGW", "+CMGC"], .refuse("This waits for a text: use `modemgate sms send` or POST /api/sms."))
        add(["+CMSS"], .confirm("This sends a stored message behind the gateway's back; it may cost money."))
        add(["+CGDATA"], .refuse("This begins data mode, where the port takes no commands: use AT+CGACT."))
        add(Self.promptsForData, .refuse("This waits for data on the port: the console sends single lines only."))
        add(Self.printsData, .refuse("This prints raw data after CONNECT: the console reads lines only."))
        add(["+CPIN", "+CPWD", "+CPIN2"], .confirm(Self.pinWarning))
        add(
            ["+CSIM", "+CRSM", "+CGLA", "+CCHO"],
            .confirm("This talks to the card directly and can change it or use up PIN tries."))
        add(["+CUSBPIDSWITCH", "+CUSBADB", "+CATR"], .confirm("The modem may come back with other ports."))
        add(
            ["+CRESET", "+CREBOOT", "^RESET", "+QRST"],
            .confirm("The modem restarts: about 25 s without messages, and calls end."))
        add(
            ["+CPOF", "+QPOWD", "+CPWROFF"], .confirm("The modem switches off; most boards cannot switch it on again."))
        add(
            Self.bricking,
            .confirm("This writes the modem's firmware or calibration: it can make the modem useless for ever."))
        add(
            ["+EGMR", "+SIMEI"],
            .confirm("This writes the IMEI: against the law in many countries, and it cannot be undone."))
        return rules
    }()

    /// Quectel and SIMCom: a prompt, or `CONNECT`, follows.
    private static let promptsForData = [
        "+QISEND", "+QSSLSEND", "+QFUPL", "+QFWRITE", "+QHTTPURL", "+QHTTPPOST", "+QHTTPPUT",
        "+QMTPUB", "+QMTPUBEX", "+QSMTPBODY", "+QSMTPPUT", "+QFTPPUT",
        "+CIPSEND", "+CIPSENDEX", "+CCHSEND", "+CCERTDOWN", "+HTTPDATA", "+CFTRANRX", "+CFTPSPUT",
        "+CFTPPUT", "+CMQTTTOPIC", "+CMQTTPAYLOAD", "+CMQTTWILLTOPIC", "+CMQTTWILLMSG", "+CMQTTSUB",
        "+CMQTTSUBTOPIC", "+CMQTTUNSUB", "+CMQTTUNSUBTOPIC", "+CSMTPSBODY", "+CSMTPSSUB", "+CMMSDOWN",
        "+QAUDWR",
    ]

    private static let printsData = [
        "+QFDWL", "+QFREAD", "+QHTTPREAD", "+QFTPGET", "+CFTRANTX", "+CFTPSGET", "+CFTPGET",
    ]

    private static let bricking = [
        "+QPRTPARA", "+QFOTADL", "+QNVFW", "+QNVW", "+QSECBOOT", "+QFASTBOOT", "+QDOWNLOAD", "+CFOTA",
        "+LFOTA", "+CDELTA", "+QRFTESTMODE", "+QLINUXCMD",
        "^NVWR", "$QCRMNVW",
    ]
}
