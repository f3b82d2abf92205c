// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import ModemSimulator
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConsoleTests {
    @Test func realAnswerComesBack() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            let answer = try await session.modem.console("AT+CGMM", confirmed: false)
            #expect(answer.lines == ["EC25"])
            #expect(answer.result == .ok)
            let unknown = try await session.modem.console("AT+NOSUCH", confirmed: false)
            #expect(unknown.result != .ok)
        }
    }

    @Test(arguments: [
        ("AT+CMGF=1", "AT+CMGF?", "+CMGF: 0"), ("AT+CSMS=1", "AT+CSMS?", "+CSMS: 0"), ("ATE1", "AT", nil),
        ("AT&F", "AT+CMGF?", "+CMGF: 0"), ("AT+CNMI=0,0,0,0,0", "AT+CNMI?", "+CNMI: 2,1,0,1,0"),
        ("AT+CMEE=2", "AT+CMEE?", "+CMEE: 1"), ("AT+CUSD=0", "AT+CUSD?", "+CUSD: 1"),
        ("AT+CREG=0", "AT+CREG?", "+CREG: 2"),
    ])
    func settingsTheGatewayReliesOnStay(write: String, read: String, kept: String?) async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            #expect(try await session.modem.console(write, confirmed: true).result == .ok)
            let answer = try await session.modem.console(read, confirmed: false)
            if let kept { #expect(answer.lines.first?.hasPrefix(kept) == true, "\(answer.lines)") }
            #expect(answer.result == .ok)
        }
    }

    @Test(arguments: ["AT+CFUN=1,1", "ATD+33639980002;", "AT+CPIN=\"1234\"", "AT+CSQ;+CFUN=0"])
    func dangerousCommandsWantConfirmation(command: String) async throws {
        try await SimulatedSession.run(.sim7600) { session in
            _ = await session.status { $0.state == .ready }
            let error = await #expect(throws: ConsoleError.self) {
                _ = try await session.modem.console(command, confirmed: false)
            }
            #expect(error?.code == .needsConfirmation)
        }
    }

    @Test(arguments: ["AT+CMGS=20", "AT+CSQ\rAT+CFUN=0", "AT\u{1A}", "ATD112", "hello"])
    func promptsAndInjectionAreRefused(command: String) async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            let error = await #expect(throws: ConsoleError.self) {
                _ = try await session.modem.console(command, confirmed: true)
            }
            #expect(error?.code == .refused)
        }
    }

    @Test func closedPortIsSaid() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.unplug("sim")
            _ = await session.status { $0.state == .gone }
            let error = await #expect(throws: ConsoleError.self) {
                _ = try await session.modem.console("AT", confirmed: false)
            }
            #expect(error?.code == .portClosed)
        }
    }
}
