// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A setting that changes nothing in the simulation: it is kept per port and read back.
struct PlainSetting: Sendable {
    var name: String
    /// Value after power-up, as the read form prints it.
    var value: String
    /// What the test form prints in the place of the value.
    var range: String
    /// Fields behind the value in the read form that cannot be set, such as `,1` of `+CLIP`.
    var readSuffix = ""

    static func setting(_ name: String, model: SimulatedModemModel) -> PlainSetting? {
        switch model {
        case .ec25: self.ec25[name]
        case .sim7600: self.sim7600[name]
        }
    }

    static func names(_ model: SimulatedModemModel) -> [String] {
        switch model {
        case .ec25: Array(self.ec25.keys)
        case .sim7600: Array(self.sim7600.keys)
        }
    }

    private static let ec25 = Self.table(Self.common + Self.quectel)
    private static let sim7600 = Self.table(Self.common + Self.simcom)

    private static func table(_ settings: [PlainSetting]) -> [String: PlainSetting] {
        Dictionary(settings.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// Values as the SIM7600EI's `AT&V` shows them; the ranges are those of TS 27.007.
    private static let common = [
        PlainSetting(name: "+CLIP", value: "0", range: "(0,1)", readSuffix: ",1"),
        PlainSetting(name: "+CLIR", value: "0", range: "(0-2)", readSuffix: ",0"),
        PlainSetting(name: "+COLP", value: "0", range: "(0,1)", readSuffix: ",0"),
        PlainSetting(name: "+CRC", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CCWA", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CVHU", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CTZU", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CTZR", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CMMS", value: "0", range: "(0-2)"),
        PlainSetting(name: "+CGSMS", value: "1", range: "(0-3)"),
        PlainSetting(name: "+CGATT", value: "1", range: "(0,1)"),
        PlainSetting(name: "+CGEREP", value: "0,0", range: "(0-2),(0,1)"),
        PlainSetting(name: "+CEMODE", value: "1", range: "(0-3)"),
        PlainSetting(name: "+IPR", value: "115200", range: "(9600,19200,38400,57600,115200,230400,460800,921600)"),
        PlainSetting(name: "+IFC", value: "0,0", range: "(0,2),(0,2)"),
        PlainSetting(name: "S0", value: "0", range: "(0-255)"),
        PlainSetting(name: "S3", value: "13", range: "(0-127)"),
        PlainSetting(name: "S4", value: "10", range: "(0-127)"),
        PlainSetting(name: "S5", value: "8", range: "(0-127)"),
    ]

    /// `+QPCMV: 0,2` was read from an EC25-E, `+QAUDMOD: 3` from its like.
    private static let quectel = [
        PlainSetting(name: "+QPCMV", value: "0,2", range: "(0,1),(0-2)"),
        PlainSetting(name: "+QAUDMOD", value: "3", range: "(0-3)"),
        PlainSetting(name: "+QSIMDET", value: "0,0", range: "(0,1),(0,1)"),
        PlainSetting(name: "+QSCLK", value: "0", range: "(0,1)"),
        PlainSetting(name: "+CLVL", value: "3", range: "(0-5)"),
        PlainSetting(name: "+CMUT", value: "0", range: "(0,1)"),
    ]

    /// `+CNMP: 2`, `+AUTOCSQ: 0,0`, `+CSQDELTA: 5` and `+CATR: 0` are in the SIM7600EI's `AT&V`.
    private static let simcom = [
        PlainSetting(name: "+CNMP", value: "2", range: "(2,9,10,13,14,19,22,38,39,51,54,59,60,63,67)"),
        PlainSetting(name: "+AUTOCSQ", value: "0,0", range: "(0,1),(0,1)"),
        PlainSetting(name: "+CSQDELTA", value: "5", range: "(0-5)"),
        PlainSetting(name: "+CATR", value: "0", range: "(0-6)"),
        PlainSetting(name: "+CLVL", value: "4", range: "(0-5)"),
        PlainSetting(name: "+CMUT", value: "0", range: "(0,1)"),
    ]
}

extension SimulatedModemStateMachine {
    mutating func plainSetting(_ setting: PlainSetting, _ command: ATInvocation, port: Int) -> ATAnswer {
        let value = self.ports[port].settings[setting.name] ?? setting.value
        switch command.form {
        case .execute: return .ok
        case .test: return .text("\(setting.name): \(setting.range)")
        case .read:
            // V.250 §5.3.2: an S register is read as three digits without a name.
            guard !setting.name.hasPrefix("S") else {
                return .text(String(repeating: "0", count: max(0, 3 - value.count)) + value)
            }
            // The SIM7600 prints one empty line more before its loudspeaker volume.
            let framing: ATAnswer.Framing =
                setting.name == "+CLVL" && self.model == .sim7600 ? .extraBlankLine : .standard
            return .text("\(setting.name): \(value)\(setting.readSuffix)", framing: framing)
        case .write:
            let texts = command.arguments.map(\.text)
            guard texts.allSatisfy({ !$0.isEmpty && $0.count <= 16 && Int($0) != nil }), texts.count <= 8 else {
                return .badParameter
            }
            self.ports[port].settings[setting.name] = texts.joined(separator: ",")
            return .ok
        }
    }
}
