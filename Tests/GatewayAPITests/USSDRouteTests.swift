// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import GatewayAPI
import GatewayStore
import NIOHTTP1
import Testing

@Suite struct USSDRouteTests {
    private static let path = "/api/modems/ec25-1/ussd"
    private static let session = USSDSession(
        id: "s1", initiator: .client, who: "alice", startedAt: Date(timeIntervalSince1970: 1_767_225_600))

    @Test func codeIsAnsweredAndAudited() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("alice", [.ussd])
            let answer = try await gateway.request(
                .POST, Self.path, token: token, json: #"{"code":"*123*4711#","timeout":20}"#)
            #expect(answer.status == 200)
            #expect(
                try answer.json == [
                    "modem": "ec25-1", "session": "s1", "state": "done", "text": "Your balance is 24,84 EUR.",
                    "dcs": 15,
                    "encoding": "gsm7",
                ])
            #expect(gateway.modems.ussd.requests == ["open *123*4711# alice client 20"])
            let entry = try await gateway.local(.GET, "/api/audit").json["items"][0]
            #expect(entry["command"] == "USSD *123*###")
            #expect(entry["who"] == "alice")
            #expect(entry["result"] == "done")
        }
    }

    @Test func sessionIsAnsweredShownAndCancelled() async throws {
        try await TestGateway.run { gateway in
            gateway.modems.ussd.set(.success(FakeUSSDModem.answer("1 yes", .awaitingReply)))
            #expect(try await gateway.request(.GET, Self.path).json == ["session": .null])
            gateway.modems.ussd.set(open: Self.session)
            let shown = try await gateway.request(.GET, Self.path).json["session"]
            #expect(shown["who"] == "alice")
            #expect(shown["state"] == "awaiting-reply")
            let answer = try await gateway.request(.POST, Self.path + "/s1", json: #"{"text":"1"}"#)
            #expect(try answer.json["state"] == "awaiting-reply")
            let ended = try await gateway.request(.DELETE, Self.path + "/s1")
            #expect(try ended.json == ["modem": "ec25-1", "session": "s1", "state": "ended"])
            #expect(gateway.modems.ussd.requests == ["answer s1 1", "cancel s1"])
        }
    }

    @Test(
        arguments: [
            (.invalidText, 422, "invalid-ussd"), (.busy, 409, "ussd-busy"), (.noSession, 409, "no-session"),
            (.notInService, 503, "modem-not-in-service"), (.refused, 502, "ussd-refused"),
            (.notSupported, 502, "ussd-not-supported"), (.endedByNetwork, 502, "ussd-ended"),
            (.networkTimedOut, 504, "network-timed-out"), (.timedOut, 504, "timed-out"),
            (.cancelled, 409, "ussd-cancelled"), (.portClosed, 503, "port-closed"),
        ] as [(USSDError.Code, Int, String)])
    func errors(code: USSDError.Code, status: Int, problem: String) async throws {
        try await TestGateway.run { gateway in
            gateway.modems.ussd.set(.failure(USSDError(code, "Do this.", session: code == .busy ? Self.session : nil)))
            let answer = try await gateway.request(.POST, Self.path, json: #"{"code":"*100#"}"#)
            #expect(answer.status == status)
            #expect(try answer.problem == problem)
            // What another server would be at fault for names it.
            if status > 500 { #expect(try answer.json["detail"] == "Modem ec25-1: Do this.") }
            if code == .busy { #expect(try answer.json["who"] == "alice") }
        }
    }

    @Test(
        arguments: [
            (HTTPMethod.POST, "", "{}", 400), (.POST, "", #"{"code":100}"#, 400),
            (.POST, "", #"{"code":"*1#","timeout":4}"#, 400),
            (.POST, "", #"{"code":"*1#","x":1}"#, 400), (.POST, "/s1", "{}", 400),
            (.POST, "/s1", #"{"text":null}"#, 400),
        ])
    func wrongRequests(row: (HTTPMethod, String, String, Int)) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(row.0, Self.path + row.1, json: row.2)
            #expect(answer.status == row.3)
            #expect(gateway.modems.ussd.requests.isEmpty)
        }
    }

    @Test func scopeAndModemAreNeeded() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("reader", [.readMessages, .modemCommands])
            for (method, path) in [(HTTPMethod.POST, ""), (.GET, ""), (.POST, "/s1"), (.DELETE, "/s1")] {
                let answer = try await gateway.request(method, Self.path + path, token: token, json: "{}")
                #expect(try answer.problem == "missing-scope")
                let unknown = try await gateway.local(method, "/api/modems/x/ussd" + path, json: "{}")
                #expect(unknown.status == 404)
            }
        }
    }

    @Test func eventReachesTheJournal() async throws {
        try await TestGateway.run { gateway in
            let before = gateway.store.latestSeq
            let event = USSDEvent(
                session: nil, state: .done, text: USSDText(text: "Low credit.", encoding: .gsm7), dataCoding: 15)
            await gateway.events.ussdReceived(event, modem: "ec25-1")
            guard case .events(let events) = try await gateway.store.events(after: before) else { throw Unexpected() }
            #expect(events.map(\.kind) == [.ussd])
            let body = try JSONParser.parse(Array(events[0].body))
            #expect(
                body == [
                    "modem": "ec25-1", "session": .null, "state": "done", "text": "Low credit.", "dcs": 15,
                    "encoding": "gsm7", "initiator": "network", "who": .null,
                ])
        }
    }

    @Test func balanceIsShown() async throws {
        try await TestGateway.run { gateway in
            let missing = try await gateway.request(.GET, "/api/modems/ec25-1/balance")
            #expect(try missing.problem == "no-balance-query")
            gateway.modems.ussd.set(try BalanceQuery(code: "*100#", every: .seconds(3600), pattern: "is ([0-9,]+)"))
            let none = try await gateway.request(.GET, "/api/modems/ec25-1/balance").json
            #expect(none["amount"] == .null)
            #expect(none["nextAt"] == .null)
            let asked = Date(timeIntervalSince1970: 1_767_225_600)
            var record = BalanceRecord(modem: "ec25-1", code: "*100#", sim: nil, askedAt: asked)
            record.amount = BalanceRecord.Amount(amount: "24,84", text: "is 24,84", at: asked)
            try await gateway.store.keep(record)
            let balance = try await gateway.request(.GET, "/api/modems/ec25-1/balance").json
            #expect(balance["amount"] == "24,84")
            #expect(balance["number"] == .number(24.84))
            #expect(balance["nextAt"] == "2026-01-01T01:00:00.000Z")
        }
    }
}

private struct Unexpected: Error {}
