// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser

struct ModemsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "modems", abstract: "Show the modems, or everything about one of them.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of one modem.", valueName: "modem"))
    var modem: String?

    func execute() async throws {
        let daemon = try self.options.daemon()
        if let modem = self.modem {
            let body = try await daemon.send(.get, "/api/modems/\(modem.percentEncoded)")
            if self.options.json { return Answer.printJSON(body) }
            Self.lines(of: try Answer.decode(ModemAnswer.self, from: body)).forEach(Console.print)
        } else {
            let body = try await daemon.send(.get, "/api/modems")
            if self.options.json { return Answer.printJSON(body) }
            let modems = try Answer.decode(ListAnswer<ModemAnswer>.self, from: body).items
            Self.table(of: modems, width: Console.width).forEach(Console.print)
        }
    }

    static func table(of modems: [ModemAnswer], width: Int?) -> [String] {
        guard !modems.isEmpty else { return ["No modems. Name one with --modem MODEL:TTY or in the configuration."] }
        var table = TextTable("MODEM", "MODEL", "STATE", "OPERATOR", "TECHNOLOGY", "SIGNAL", "NUMBER")
        table.rows = modems.map { modem in
            [
                modem.id, modem.model ?? "-", modem.state, modem.network.operator ?? "-",
                modem.network.technology ?? "-",
                modem.signal.percent.map { "\($0) %" } ?? "-", modem.sim.number ?? "-",
            ].map { $0.printable() }
        }
        let reasons = modems.compactMap { modem in modem.reason.map { "\(modem.id): \($0)".printable() } }
        return table.lines(width: width) + (reasons.isEmpty ? [] : [""] + reasons)
    }

    static func lines(of modem: ModemAnswer) -> [String] {
        var fields: [(String, String?)] = [
            ("id", modem.id), ("model", modem.model), ("manufacturer", modem.manufacturer),
            ("firmware", modem.firmware), ("imei", modem.imei),
            ("state", "\(modem.state), since \(LocalTime.text(modem.since))"), ("reason", modem.reason),
            ("sim", modem.sim.state), ("iccid", modem.sim.iccid), ("imsi", modem.sim.imsi),
            ("number", modem.sim.number), ("registration", modem.network.registration),
            ("operator", modem.network.operator), ("plmn", modem.network.plmn),
            ("technology", modem.network.technology), ("lac", modem.network.lac.map { "\($0)" }),
            ("cell", modem.network.cellId.map { "\($0)" }), ("rssi", modem.signal.rssiDbm.map { "\($0) dBm" }),
            ("rsrp", modem.signal.rsrpDbm.map { "\($0) dBm" }), ("rsrq", modem.signal.rsrqDb.map { "\($0) dB" }),
            ("sinr", modem.signal.sinrDb.map { "\($0) dB" }), ("signal", modem.signal.percent.map { "\($0) %" }),
        ]
        fields += [("balance", modem.balance.map { "\($0.amount), at \(LocalTime.text($0.at))" })]
        fields += modem.ports.map { ("port \($0.role)", $0.path) }
        return FieldList.lines(fields)
    }
}

/// `name:  value` lines, values below one another; unknown ones are left out.
enum FieldList {
    static func lines(_ fields: [(name: String, value: String?)]) -> [String] {
        let known = fields.compactMap { field in field.value.map { (name: field.name + ":", value: $0) } }
        let width = known.map(\.name.columns).max() ?? 0
        return known.map { field in
            field.name + String(repeating: " ", count: width - field.name.columns + 2) + field.value.printable()
        }
    }
}
