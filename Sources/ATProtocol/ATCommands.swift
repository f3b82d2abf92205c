// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The commands this product sends, with the shape of their answers.
package enum ATCommands {
    // MARK: Settings (V.250 §6.2, TS 27.007 §9.1, TS 27.005 §3)

    package static let echoOff = ATCommand(trusted: "ATE0", response: .none)
    package static let verboseResults = ATCommand(trusted: "ATV1", response: .none)
    /// Errors as numbers.
    package static let errorNumbers = ATCommand(trusted: "AT+CMEE=1", response: .none)
    /// PDU mode, TS 27.005 §3.2.3.
    package static let pduMode = ATCommand(trusted: "AT+CMGF=0", response: .none, priority: .shortMessage)
    package static let newMessageIndications = ATCommand(
        trusted: "AT+CNMI?", response: .prefixed("+CNMI"), priority: .shortMessage)
    package static let callerNumbers = ATCommand(trusted: "AT+CLIP=1", response: .none, deadline: .seconds(15))

    /// TS 27.005 §3.2.1. 1 makes every direct message wait for ``acknowledgeMessage()``.
    package static func messageService(_ service: Int) -> ATCommand {
        ATCommand(trusted: "AT+CSMS=\(service)", response: .prefixed("+CSMS"), priority: .shortMessage)
    }

    /// TS 27.007 §8.2. 0 minimum, 1 full, 4 radio off.
    package static func functionality(_ level: Int) -> ATCommand {
        ATCommand(trusted: "AT+CFUN=\(level)", response: .none, deadline: .seconds(20))
    }

    // MARK: Identity (TS 27.007 §5)

    /// SIM7600G-H answers `+CGMR:` with its prefix and the others without, EC25 all without: any line is the answer.
    package static let manufacturer = ATCommand(trusted: "AT+CGMI", response: .anyLines)
    package static let model = ATCommand(trusted: "AT+CGMM", response: .anyLines)
    package static let revision = ATCommand(trusted: "AT+CGMR", response: .anyLines)
    package static let imei = ATCommand(trusted: "AT+CGSN", response: .anyLines)
    package static let imsi = ATCommand(trusted: "AT+CIMI", response: .anyLines)
    package static let information = ATCommand(trusted: "ATI", response: .anyLines)

    // MARK: SIM (TS 27.007 §8.3, §7.1)

    package static let pinState = ATCommand(trusted: "AT+CPIN?", response: .prefixed("+CPIN"))
    /// Quectel.
    package static let pinTriesQuectel = ATCommand(trusted: "AT+QPINC?", response: .prefixed("+QPINC"))
    /// SIM7600.
    package static let pinTriesSIMCom = ATCommand(trusted: "AT+SPIC", response: .prefixed("+SPIC"))
    package static let iccidQuectel = ATCommand(trusted: "AT+QCCID", response: .prefixed("+QCCID", "+CCID"))
    /// SIM7600 answers `+ICCID:`.
    package static let iccidSIMCom = ATCommand(trusted: "AT+CICCID", response: .prefixed("+ICCID", "+CICCID"))
    package static let ownNumber = ATCommand(trusted: "AT+CNUM", response: .prefixed("+CNUM"))

    /// - Parameter pin: 4 … 8 digits.
    package static func enterPIN(_ pin: String, deadline: Duration = .seconds(20)) throws(ATCommandError) -> ATCommand {
        guard (4...8).contains(pin.utf8.count), pin.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .invalidValue(parameter: "PIN")
        }
        return ATCommand(trusted: "AT+CPIN=\"\(pin)\"", response: .none, deadline: deadline)
    }

    // MARK: Network (TS 27.007 §7, §8.5; Quectel; SIMCom)

    package static let registration = ATCommand(trusted: "AT+CREG?", response: .prefixed("+CREG"))
    package static let packetRegistration = ATCommand(trusted: "AT+CGREG?", response: .prefixed("+CGREG"))
    package static let lteRegistration = ATCommand(trusted: "AT+CEREG?", response: .prefixed("+CEREG"))
    package static let networkOperator = ATCommand(trusted: "AT+COPS?", response: .prefixed("+COPS"))
    package static let signalQuality = ATCommand(trusted: "AT+CSQ", response: .prefixed("+CSQ"))
    package static let signalQuectel = ATCommand(trusted: "AT+QCSQ", response: .prefixed("+QCSQ"))
    package static let cellQuectel = ATCommand(trusted: "AT+QENG=\"servingcell\"", response: .prefixed("+QENG"))
    package static let networkQuectel = ATCommand(trusted: "AT+QNWINFO", response: .prefixed("+QNWINFO"))
    package static let cellSIMCom = ATCommand(trusted: "AT+CPSI?", response: .prefixed("+CPSI"))
    package static let systemModeSIMCom = ATCommand(trusted: "AT+CNSMOD?", response: .prefixed("+CNSMOD"))

    /// Which form `+COPS?` answers in: 0 long name, 2 number (TS 27.007 §7.3).
    package static func operatorFormat(_ format: Int) -> ATCommand {
        ATCommand(trusted: "AT+COPS=3,\(format)", response: .none)
    }

    // MARK: Messages (TS 27.005 §3, §4)

    package static let serviceCentre = ATCommand(
        trusted: "AT+CSCA?", response: .prefixed("+CSCA"), priority: .shortMessage)
    package static let storageUsage = ATCommand(
        trusted: "AT+CPMS?", response: .prefixed("+CPMS"), priority: .shortMessage)

    /// The memory for reading, listing and deleting: `<mem1>` alone (TS 27.005 §3.2.2), so that what arrives meanwhile
    /// is stored where it was.
    ///
    /// - Parameter memory: `ME`, `SM`, `MT`; anything that is not letters is left out.
    package static func selectStorage(_ memory: String) -> ATCommand {
        let name = String(decoding: memory.utf8.filter { (0x41...0x5A).contains($0 & 0xDF) }, as: UTF8.self)
        return ATCommand(
            trusted: "AT+CPMS=\"\(name)\"", response: .prefixed("+CPMS"),
            deadline: .seconds(10), priority: .shortMessage)
    }

    /// - Parameters:
    ///   - pdu: hexadecimal, service centre address first.
    ///   - length: octets of the TPDU alone.
    ///   - deadline: a refusing network may take 135 s (EG06-E, `+CMS ERROR: 350`).
    package static func sendMessage(
        pdu: String, length: Int, deadline: Duration = .seconds(150)
    ) throws(ATCommandError) -> ATCommand {
        guard pdu.isHexadecimal, pdu.utf8.count <= ATCommand.payloadLimit else { throw .invalidValue(parameter: "PDU") }
        return ATCommand(
            trusted: "AT+CMGS=\(length)", response: .prefixed("+CMGS"), payload: Array(pdu.utf8), deadline: deadline,
            priority: .shortMessage)
    }

    package static func readMessage(index: Int) -> ATCommand {
        ATCommand(
            trusted: "AT+CMGR=\(index)", response: .prefixed("+CMGR"), deadline: .seconds(10), priority: .shortMessage)
    }

    /// Everything in the chosen memory: `<stat>` 4.
    package static func listMessages() -> ATCommand {
        ATCommand(
            trusted: "AT+CMGL=4", response: .prefixed("+CMGL"), deadline: .seconds(30), priority: .shortMessage)
    }

    package static func deleteMessage(index: Int) -> ATCommand {
        ATCommand(trusted: "AT+CMGD=\(index)", response: .none, deadline: .seconds(10), priority: .shortMessage)
    }

    /// TS 27.005 §3.4.4, before everything else that waits.
    package static func acknowledgeMessage() -> ATCommand {
        ATCommand(trusted: "AT+CNMA", response: .none, deadline: .seconds(5), priority: .acknowledge)
    }
}
