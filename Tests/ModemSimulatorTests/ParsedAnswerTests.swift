// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import Testing

@testable import ModemSimulator

/// What the gateway's own parsers read from a registered modem of each model: every field of `GET /api/modems`.
@Suite struct ParsedAnswerTests {
    /// Lines of an answer without results.
    private func lines(_ bench: inout Bench, _ command: ATCommand) -> [String] {
        bench.type(command.text).split(separator: "\r\n").map(String.init).filter { $0 != "OK" }
    }

    private func line(_ bench: inout Bench, _ command: ATCommand) throws -> String {
        try #require(self.lines(&bench, command).first)
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func identityAndCard(_ model: SimulatedModemModel) throws {
        var bench = Bench(model)
        for command in [ATCommands.manufacturer, ATCommands.model, ATCommands.revision] {
            #expect(try !self.line(&bench, command).isEmpty)
        }
        #expect(try self.line(&bench, ATCommands.imei).count == 15)
        #expect(try self.line(&bench, ATCommands.imsi).count == 15)
        #expect(try PINState(line: self.line(&bench, ATCommands.pinState)) == .ready)
        let tries = model == .ec25 ? ATCommands.pinTriesQuectel : ATCommands.pinTriesSIMCom
        #expect(PINState.remainingTries(self.lines(&bench, tries)) == 3)
        let number = OwnNumber(lines: self.lines(&bench, ATCommands.ownNumber))
        #expect(number?.number == bench.machine.configuration.number)
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func networkAndSignal(_ model: SimulatedModemModel) throws {
        var bench = Bench(model)
        _ = bench.type("AT+CREG=2;+CEREG=2")
        let registration = try #require(RegistrationReport(answer: self.line(&bench, ATCommands.registration)))
        #expect(registration.stat == 1 && registration.lac == 0x2604 && registration.cellID == 0x6DA_5A09)
        let packet = try #require(RegistrationReport(answer: self.line(&bench, ATCommands.lteRegistration)))
        #expect(packet.accessTechnology != nil)
        #expect(try OperatorReport(answer: self.line(&bench, ATCommands.networkOperator))?.name == "Modemgate Test")
        _ = bench.type("AT+COPS=3,2")
        #expect(try OperatorReport(answer: self.line(&bench, ATCommands.networkOperator))?.plmn == "00101")
        let quality = try #require(SignalQuality(line: self.line(&bench, ATCommands.signalQuality)))
        #expect(quality.rssi == -69 && quality.percent != nil)
        let command = model == .ec25 ? ATCommands.cellQuectel : ATCommands.cellSIMCom
        let cell = try #require(ServingCell(line: self.line(&bench, command)))
        #expect(cell.technology == "LTE" && cell.plmn == "00101")
        #expect(cell.lac == 0x2604 && cell.cellID == 0x6DA_5A09)
        #expect(cell.rssi == -69 && cell.rsrp == -102 && cell.sinr == 10)
        #expect(cell.rsrq == (model == .ec25 ? -12 : -12.2))
    }
}
