// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Which lines can come without being asked for, by prefix.
package enum UnsolicitedCode: Sendable, Equatable {
    /// Never an answer.
    case always
    /// A header; the next line belongs to it.
    case twoLines
    /// Its string may run over several lines (`+CUSD`).
    case quotedText
    /// An answer or not, by what the running command asked for and by its fields.
    case ambiguous

    /// - Parameter prefix: `UnsolicitedResult.prefix`.
    package static func of(prefix: String) -> Self? {
        Self.table[prefix]
    }

    private static let table: [String: Self] = {
        var table: [String: Self] = [:]
        for prefix in Self.unsolicited { table[prefix] = .always }
        for prefix in Self.answersToo { table[prefix] = .ambiguous }
        // TS 27.005 §3.4.1. +CMTI, +CDSI and +CBMI have one line.
        for prefix in ["+CMT", "+CDS", "+CBM"] { table[prefix] = .twoLines }
        // EG25-G prints USSD menus with CR LF inside the quotation marks.
        table["+CUSD"] = .quotedText
        return table
    }()

    private static let unsolicited: [String] = [
        // V.250 §6.3, TS 27.007 §6.11, §7.6, §7.7, §7.11, §7.12.
        "RING", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE",
        "+CRING", "+CLIP", "+CCWA", "+CSSI", "+CSSU", "+CDIP", "+CNAP",
        // TS 27.005 §3.4.1; storage full: SIMCom, Huawei-style.
        "+CMTI", "+CDSI", "+CBMI", "+SMS FULL", "^SMMEMFULL", "+CIEV", "+CGEV",
        // Time zone, TS 27.007 §8.41 (EG25-G prints +CTZE).
        "+CTZV", "+CTZE", "+CTZDST", "+CTZEU", "+NITZ", "*PSUTTZ", "DST",
        // Power-up. EG25-G: with +QIND; SIM7600G-H: bare words, all in one burst.
        "RDY", "SMS DONE", "PB DONE", "SMS READY", "CALL READY", "SMS Ready", "Call Ready", "+QIND", "+QUSIM",
        "*ATREADY", "POWERED DOWN", "NORMAL POWER DOWN", "APP RDY", "OPL UPDATING", "PNN UPDATING", "SIM REFRESH",
        // SIM. SIM7600A-H: +SIMCARD: NOT AVAILABLE.
        "+SIMCARD", "+STIN", "^SIMST", "+ZUSIMR",
        // Calls. SIM7600: VOICE CALL: BEGIN | END: 000034; MISSED_CALL: 08:48AM +2700….
        "VOICE CALL", "MISSED_CALL", "+RXDTMF", "+QTONEDET", "^CEND", "^CONF", "^CONN", "^ORIG",
        // Data, only told: SIM7600EI after AT+CRESET, Quectel sockets.
        "+CIPEVENT", "+CMQTTCONNLOST", "+CMQTTNONET", "+IPCLOSE", "+QIURC", "+QSSLURC", "+QMTSTAT", "^RSSI", "^SRVST",
        // Supply voltage and temperature (SIMCom).
        "UNDER-VOLTAGE WARNING", "UNDER-VOLTAGE WARNNING", "OVER-VOLTAGE WARNING", "OVER-VOLTAGE WARNNING",
        "UNDER-VOLTAGE POWER DOWN", "OVER-VOLTAGE POWER DOWN", "+CMTE",
    ]

    private static let answersToo: [String] = [
        "+CREG", "+CGREG", "+CEREG", "+C5GREG", "+COPS", "+CPIN", "+CCLK", "+CLCC", "+CSQ", "+CFUN", "+COLP", "+CREJ",
        "+CNSMOD", "+CPSI", "+QSIMSTAT", "^DSCI", "^MODE", "+CGATT", "+QCSQ", "+CPCMREG", "+CLIR",
    ]

    /// One line is the whole answer to a query of these: of two, the later is the answer, because a modem does not
    /// interrupt itself between an answer and its `OK`.
    package static func hasOneAnswer(_ prefix: String) -> Bool {
        switch prefix {
        case "+CREG", "+CGREG", "+CEREG", "+C5GREG", "+COPS", "+CPIN", "+CCLK", "+CSQ", "+CFUN", "+CNSMOD", "+CPSI",
            "+QSIMSTAT", "^DSCI", "^MODE", "+CGATT", "+QCSQ", "+CUSD", "+CLIR", "+CPCMREG", "+CREJ":
            true
        default:
            false
        }
    }

    /// Could a line of this prefix be the answer to a command of this form, judged by its fields?
    package static func isAnswer(_ line: String, prefix: String, to form: ATCommandElement.Form) -> Bool {
        let fields = ATFields(line)
        switch (prefix, form) {
        case (_, .test):
            return true
        case (_, .write):
            // AT+CPIN="…", AT+CREG=2: what comes under their name is news, not their answer.
            return false
        case ("+CREG", _), ("+CGREG", _), ("+CEREG", _), ("+C5GREG", _):
            // Answer `<n>,<stat>[,…]`, unsolicited `<stat>[,"<lac>",…]` (TS 27.007 §7.2): in the answer the second
            // value is a number of one or two digits.
            guard let second = fields[1] else { return false }
            return !fields.isQuoted(1) && (1...2).contains(second.utf8.count) && Int(second) != nil
        case ("+CNSMOD", _), ("+QSIMSTAT", _):
            // SIM7600 `+CNSMOD: <n>,<stat>` against `+CNSMOD: <stat>`.
            return fields.count >= 2
        case ("+CUSD", _):
            // `AT+CUSD?` answers the setting alone; a text or "terminated by network" comes unasked.
            return fields.count == 1
        case ("^DSCI", _), ("^MODE", _):
            return fields.count == 1
        default:
            return true
        }
    }
}
