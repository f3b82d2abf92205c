// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The modems that can be simulated, each as one firmware of it answers.
package enum SimulatedModemModel: String, Sendable, Codable, CaseIterable {
    /// Quectel EC25, firmware EC25EFAR06A08M4G.
    case ec25
    /// SIMCom SIM7600G-H, firmware LE20B04SIM7600G22.
    case sim7600

    /// `AT+CGMI`; both models print it without a prefix.
    var manufacturer: String {
        switch self {
        case .ec25: "Quectel"
        case .sim7600: "SIMCOM INCORPORATED"
        }
    }

    /// `AT+CGMM`; both models print it without a prefix.
    var name: String {
        switch self {
        case .ec25: "EC25"
        case .sim7600: "SIMCOM_SIM7600G-H"
        }
    }

    /// `AT+CGMR`; the SIM7600 prints it behind `+CGMR: `, the EC25 bare.
    var firmware: String {
        switch self {
        case .ec25: "EC25EFAR06A08M4G"
        case .sim7600: "LE20B04SIM7600G22"
        }
    }

    /// `Revision:` of `ATI`: the firmware on the EC25, the version of the module's board on the SIM7600.
    var boardRevision: String {
        switch self {
        case .ec25: "EC25EFAR06A08M4G"
        case .sim7600: "SIM7600M22_V2.0"
        }
    }

    /// `+CMEE` after power-up. SIM7600: 2 in its `AT&V`; EC25: 1 is the manual's value, no capture was found.
    var defaultErrorFormat: Int {
        switch self {
        case .ec25: 1
        case .sim7600: 2
        }
    }

    /// `+CSCS` after power-up. SIM7600: "IRA" in its `AT&V`; EC25: the manual's "GSM".
    var defaultCharacterSet: String {
        switch self {
        case .ec25: "GSM"
        case .sim7600: "IRA"
        }
    }

    /// `+CPMS` after power-up: the EC25 keeps messages in itself, the SIM7600 on the SIM.
    var defaultMemory: MemoryName {
        switch self {
        case .ec25: .mobileEquipment
        case .sim7600: .sim
        }
    }

    /// Slots per memory. EC25: `ME` 255 (observed), `SM` 50 (manual). SIM7600: no capture of a capacity was found;
    /// its `+CMGD=?` lists indices from 0 on, 50 for the SIM is what the EC25 shows with the same kind of card.
    func capacity(of memory: MemoryName) -> Int {
        switch (self, memory) {
        case (.ec25, .mobileEquipment): 255
        case (.sim7600, .mobileEquipment): 100
        case (.ec25, .sim), (.sim7600, .sim): 50
        case (.ec25, .statusReport), (.sim7600, .statusReport): 50
        }
    }

    /// An empty `<alpha>` field: nothing at all on the EC25, `""` on the SIM7600 (`+CNUM`, `+CMGR`, `+CMGL`).
    var emptyAlpha: String {
        switch self {
        case .ec25: ""
        case .sim7600: "\"\""
        }
    }
}
