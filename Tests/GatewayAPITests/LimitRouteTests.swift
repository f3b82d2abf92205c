// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import NIOHTTP1
import Testing

/// `/api/limits`, `/api/opt-outs`, and why messages wait.
@Suite struct LimitRouteTests {
    @Test func optOutIsAddedListedAndRemoved() async throws {
        try await TestGateway.run { gateway in
            let added = try await gateway.local(.POST, "/api/opt-outs", json: #"{"number":"+33 6 39 98 00 01"}"#)
            #expect(added.status == 201)
            #expect(try added.json["number"].text == "+33639980001")
            #expect(try added.json["scope"].text == "global")
            let id = try #require(try added.json["id"].text)
            let one = try await gateway.local(
                .POST, "/api/opt-outs", json: #"{"number":"+33639980002","modem":"ec25-1"}"#)
            #expect(try one.json["scope"].text == "sim")
            #expect(try one.json["modem"].text == "ec25-1")
            let list = try await gateway.local(.GET, "/api/opt-outs?number=0639980001").json
            #expect(list["items"].elements.map { $0["id"].text } == [id])
            #expect(try await gateway.local(.GET, "/api/opt-outs").json["items"].elements.count == 2)
            #expect(try await gateway.local(.DELETE, "/api/opt-outs/\(id)").status == 200)
            let removed = try await gateway.local(.DELETE, "/api/opt-outs/+33639980002").json
            #expect(removed["items"].elements.count == 1)
            #expect(try await gateway.local(.DELETE, "/api/opt-outs/\(id)").problem == "not-found")
        }
    }

    @Test(arguments: [
        (#"{}"#, "missing-field"), (#"{"number":"x"}"#, "invalid-number"), (#"{"number":1}"#, "wrong-type"),
        (#"{"number":"+33639980001","modem":"no"}"#, "unknown-modem"),
        (#"{"number":"+33639980001","sim":"12"}"#, "unknown-sim"),
        (#"{"number":"+33639980001","sim":"+33639980009","modem":"ec25-1"}"#, "invalid-option"),
        (#"{"number":"+33639980001","scope":"global"}"#, "unknown-field"),
        (#"{"number":"+33;ATD+900"}"#, "invalid-number"), (#"{"number":"' OR 1=1 --"}"#, "invalid-number"),
    ])
    func refusedEntry(body: String, code: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.local(.POST, "/api/opt-outs", json: body)
            #expect([400, 422].contains(answer.status))
            #expect(try answer.problem == code)
            #expect(try await gateway.local(.GET, "/api/opt-outs").json["items"].elements.isEmpty)
        }
    }

    @Test func whoOptedOutGetsNothing() async throws {
        try await TestGateway.run { gateway in
            _ = try await gateway.local(.POST, "/api/opt-outs", json: #"{"number":"+33639980001"}"#)
            let answer = try await gateway.local(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            #expect(answer.status == 422)
            #expect(try answer.problem == "opted-out")
            let batch = try await gateway.local(
                .POST, "/api/sms", json: #"{"to":["+33639980001","+33639980002"],"text":"Hello"}"#)
            #expect(batch.status == 202)
            let messages = try batch.json["messages"].elements
            #expect(messages.map { $0["state"].text } == ["failed", "queued"])
            #expect(messages.first?["error"]["code"].text == "opted-out")
        }
    }

    @Test func waitingMessageSaysWhy() async throws {
        try await TestGateway.run { gateway in
            let sent = try await gateway.local(
                .POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello","sendAt":"2040-01-01T00:00:00Z"}"#)
            let now = try await gateway.local(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let id = try #require(try now.json["id"].text)
            let waiting = try await gateway.local(.GET, "/api/sms/\(id)").json["waiting"]
            #expect(waiting["code"].text == "modem-not-ready")
            #expect(waiting.names == ["code", "reason", "until"])
            // At most a year ahead.
            #expect(sent.status == 422)
        }
    }

    @Test func limitsAreShown() async throws {
        try await TestGateway.run { gateway in
            let limits = try await gateway.local(.GET, "/api/limits").json
            let modem = limits["modems"][0]
            #expect(modem["modem"].text == "ec25-1")
            #expect(modem["used"]["month"].whole == 0)
            #expect(modem["limits"]["perMinute"] == .null)
            #expect(limits["recipient"].names == ["perMinute", "perHour", "perDay", "perMonth"])
            let document = try await gateway.local(.GET, "/api/openapi.json").json["components"]["schemas"]
            #expect(modem.names == document["ModemLimits"]["properties"].names)
            #expect(limits.names == document["Limits"]["properties"].names)
        }
    }
}
