// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import GatewayAPI
import NIOCore
import NIOHTTP1
import Testing

@Suite struct ModemRouteTests {
    @Test func unknownValuesAreNull() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.GET, "/api/modems/ec25-1")
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "content-type") == "application/json; charset=utf-8")
            #expect(
                String(buffer: answer.body)
                    == #"{"id":"ec25-1","model":"EC25","manufacturer":null,"firmware":null,"imei":null,"state":"ready","#
                    + #""reason":null,"sim":{"state":"unknown","iccid":null,"imsi":null,"number":null},"#
                    + #""network":{"registration":"unknown","operator":null,"plmn":null,"technology":null,"lac":null,"#
                    + #""cellId":null},"signal":{"rssiDbm":null,"rsrpDbm":null,"rsrqDb":null,"sinrDb":null,"percent":null},"#
                    + #""ports":[],"balance":null,"since":"2026-01-01T00:00:00.123Z"}"#)
        }
    }

    @Test func knownValuesHaveUnits() async throws {
        try await TestGateway.run { gateway in
            var status = FakeModems.ready("sim7600-1")
            status.network.cellID = 12345
            status.signal.rssi = -71
            status.signal.rsrq = -10.5
            status.ports = [ModemPort(role: "at", path: "/dev/ttyUSB2")]
            gateway.modems.set([status])
            let list = try await gateway.request(.GET, "/api/modems").json
            #expect(list.names == ["items", "next"])
            #expect(list["next"] == .null)
            let modem = list["items"][0]
            #expect(modem["network"]["cellId"] == 12345)
            #expect(modem["signal"]["rssiDbm"] == -71)
            #expect(modem["signal"]["rsrqDb"] == .number(-10.5))
            #expect(modem["ports"] == [["role": "at", "path": "/dev/ttyUSB2"]])
        }
    }

    @Test func unknownModemNamesTheKnown() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.GET, "/api/modems/ec25-9")
            #expect(answer.status == 404)
            #expect(try answer.problem == "unknown-modem")
            #expect(try answer.json["detail"] == "There is no modem \"ec25-9\". Known are: ec25-1.")
        }
    }

    @Test func commandAnswersWhatTheModemSaid() async throws {
        try await TestGateway.run { gateway in
            gateway.modems.set(
                .success(
                    ATResponse(
                        command: "AT+CSQ", lines: ["+CSQ: 20,99"], result: .ok, unsolicited: ["+CREG: 1"],
                        duration: .microseconds(12_340))))
            let answer = try await gateway.request(.POST, "/api/modems/ec25-1/at", json: #"{"command":"AT+CSQ"}"#)
            #expect(answer.status == 200)
            #expect(
                try answer.json == [
                    "command": "AT+CSQ", "lines": ["+CSQ: 20,99"], "result": "OK", "urcs": ["+CREG: 1"],
                    "durationMs": .number(12.3),
                ])
            #expect(
                gateway.modems.commands
                    == [FakeModems.Command(modem: "ec25-1", command: "AT+CSQ", isConfirmed: false, who: "local")])
        }
    }

    @Test func refusalOfTheModemIsAnAnswer() async throws {
        try await TestGateway.run { gateway in
            gateway.modems.set(.success(ATResponse(command: "AT+X", lines: [], result: .error)))
            let answer = try await gateway.request(.POST, "/api/modems/ec25-1/at", json: #"{"command":"AT+X"}"#)
            #expect(answer.status == 200)
            #expect(try answer.json["result"] == "ERROR")
        }
    }

    @Test(arguments: [
        (ConsoleError.Code.refused, 400, "command-refused"), (.needsConfirmation, 409, "needs-confirmation"),
        (.portClosed, 503, "port-closed"), (.timedOut, 504, "timed-out"),
    ]) func consoleErrors(code: ConsoleError.Code, status: Int, problem: String) async throws {
        try await TestGateway.run { gateway in
            gateway.modems.set(.failure(ConsoleError(code, "Do this instead.")))
            let answer = try await gateway.request(.POST, "/api/modems/ec25-1/at", json: #"{"command":"ATD1"}"#)
            #expect(answer.status == status)
            #expect(try answer.problem == problem)
            #expect(try answer.json["detail"] == "Do this instead.")
        }
    }

    @Test func everyCommandIsAuditedWithItsSender() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("workshop", [.modemCommands])
            _ = try await gateway.request(
                .POST, "/api/modems/ec25-1/at", token: token, json: #"{"command":"AT+CPIN=\"1234\"","confirm":true}"#)
            gateway.modems.set(.failure(ConsoleError(.refused, "No.")))
            _ = try await gateway.local(.POST, "/api/modems/ec25-1/at", json: #"{"command":"AT\rAT"}"#)
            let entries = try await gateway.local(.GET, "/api/audit").json["items"].elements
            #expect(entries.map { $0["who"] } == ["local", "workshop"])
            #expect(entries.map { $0["command"] } == ["AT\rAT", "AT+CPIN=###"])
            #expect(entries.map { $0["result"] } == ["refused", "OK"])
            #expect(gateway.modems.commands.map(\.isConfirmed) == [true, false])
        }
    }
}
