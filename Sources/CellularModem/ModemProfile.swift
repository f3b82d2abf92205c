// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol

/// What differs between modem families. Adding a family is one more entry in `ModemProfile.all`.
package struct ModemProfile: Sendable, Equatable {
    /// The vendor's way of telling serving cell and LTE levels.
    package enum CellQuery: Sendable, Equatable {
        /// `AT+QENG="servingcell"` and `AT+QCSQ`.
        case quectel
        /// `AT+CPSI?`.
        case simcom
    }

    /// One setting, why it is sent, and what is missing when the modem refuses it.
    package struct Setting: Sendable, Equatable {
        package var command: String
        /// Sent instead when the modem refuses `command`.
        package var fallback: String?
        /// Shown as the modem's problem when it is refused; `nil` for what the product can do without.
        package var problem: String?

        init(_ command: String, fallback: String? = nil, problem: String? = nil) {
            self.command = command
            self.fallback = fallback
            self.problem = problem
        }
    }

    /// The family's name: also how a modem is called on the command line and in the configuration.
    package var name: String
    /// What `AT+CGMM` contains for this family.
    package var models: [String]
    package var iccidCommand: String
    /// Tells the remaining tries of the SIM PIN.
    package var pinTriesCommand: String
    package var cellQuery: CellQuery
    /// In which `+CSCS` USSD is spoken.
    package var ussdCharacterSet: TECharacterSet
    package var settings: [Setting]
    /// Swept in this order: the one that receives comes last and stays chosen.
    package var memories: [String]
}

extension ModemProfile {
    /// In this order. Each refused setting is tried once with its fallback.
    private static let commonSettings: [Setting] = [
        // Names and own number in plain text, whatever a former owner of the port has chosen. EC25 refuses it while the
        // SIM is not seated (EC25EUXGAR08A19M1G): harmless, TPDUs do not depend on it.
        Setting("AT+CSCS=\"IRA\"", fallback: "AT+CSCS=\"GSM\""),
        // TPDUs as they are: text mode loses user data headers and the modem would choose the alphabet.
        Setting("AT+CMGF=0", problem: "The modem refuses PDU mode (AT+CMGF=0): messages cannot be used."),
        // Phase 2: what comes by +CMT and +CDS needs no AT+CNMA, so that a late one cannot silence the modem
        // (TS 27.005 §3.2.1, §3.4.4).
        Setting("AT+CSMS=0"),
        // The modem's own memory: 255 slots on EC25 against 10 … 50 on a SIM. A full store is silent (EC25).
        Setting(
            "AT+CPMS=\"ME\",\"ME\",\"ME\"", fallback: "AT+CPMS=\"SM\",\"SM\",\"SM\"",
            problem: "The modem offers no message storage (AT+CPMS): received messages may be lost."),
        // Messages are stored and announced (+CMTI); status reports come directly (+CDS). With ds=2 the EC25 announces
        // `+CDSI: "SM",0`, which cannot be read (EC25EFAR06A10M4G, A15M4G); on SIMCom it does not work at all.
        Setting(
            "AT+CNMI=2,1,0,1,0", fallback: "AT+CNMI=2,1,0,0,0",
            problem: "The modem does not announce messages (AT+CNMI): they are found by the periodic sweep only."),
        // Location and cell in the answer and as an event.
        Setting("AT+CREG=2"),
        Setting("AT+CEREG=2"),
        // What the network says in USSD of its own accord is shown (TS 27.007 §7.15).
        Setting("AT+CUSD=1"),
    ]

    package static let ec25 = ModemProfile(
        name: "EC25",
        // EC25, EG25-G and EC20 share the commands; QDC507 is a rebadged EG25-G (firmware QDC507GLEFM21).
        models: ["EC25", "EG25", "EC20", "EC21", "QDC507"],
        iccidCommand: "AT+QCCID",
        pinTriesCommand: "AT+QPINC?",
        cellQuery: .quectel,
        // Hexadecimal both ways: the form the driver forks for Asterisk use with EC25, and no accent is lost.
        ussdCharacterSet: .ucs2,
        settings: commonSettings + [
            // A full store is otherwise silent; off by default.
            Setting("AT+QINDCFG=\"smsfull\",1")
        ],
        memories: ["SM", "ME"])

    package static let sim7600 = ModemProfile(
        name: "SIM7600",
        models: ["SIM7600", "A7600"],
        iccidCommand: "AT+CICCID",
        pinTriesCommand: "AT+SPIC",
        cellQuery: .simcom,
        // Plain text was captured (`AT+CUSD=1,"*098#",15` and a plain answer); no capture with UCS2 is known.
        ussdCharacterSet: .ira,
        settings: commonSettings,
        memories: ["SM", "ME"])

    package static let all: [ModemProfile] = [ec25, sim7600]

    /// The profile for what `AT+CGMM` said, `nil` when no family matches.
    package static func matching(model: String) -> ModemProfile? {
        let model = model.uppercased()
        return self.all.first { profile in profile.models.contains { model.contains($0) } }
    }

    /// The profile of a configured name such as `ec25`.
    package static func named(_ name: String) -> ModemProfile? {
        self.all.first { $0.name == name.uppercased() }
    }
}
