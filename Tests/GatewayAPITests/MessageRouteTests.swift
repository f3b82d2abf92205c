// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import GatewayStore
import NIOHTTP1
import Testing

@Suite struct MessageRouteTests {
    private static let number = "+33639980001"

    @Test func acceptedMessageIsShownEverywhere() async throws {
        try await TestGateway.run { gateway in
            let seq = gateway.store.latestSeq
            let answer = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello é"}"#)
            #expect(answer.status == 202)
            let message = try answer.json.without("cost")
            #expect(try answer.json["cost"]["totalParts"] == 1)
            #expect(
                message.names == [
                    "id", "direction", "from", "to", "text", "dataHex", "state", "modem", "encoding", "class", "parts",
                    "incomplete", "error", "batch", "token", "createdAt", "sentAt", "deliveredAt", "receivedAt",
                    "priority", "sendAt", "expiresAt", "reference", "replaceType", "route", "sim", "resends",
                    "waiting", "kind", "ports", "mms", "messageWaiting", "contentType", "readAt", "completedAt",
                ])
            #expect(message["direction"] == "out")
            #expect(message["to"].text == Self.number)
            #expect(message["from"] == .null)
            #expect(message["text"] == "Hello é")
            #expect(message["dataHex"] == .null)
            #expect(message["state"] == "queued")
            #expect(message["modem"] == "ec25-1")
            #expect(message["encoding"] == "gsm7")
            #expect(message["parts"].elements.count == 1)
            #expect(message["sentAt"] == .null)
            let id = try #require(message["id"].text)
            // Shown again it says what its modem is waiting for at that moment.
            let shown = try await gateway.request(.GET, "/api/sms/\(id)").json
            #expect(shown["waiting"]["code"] == "modem-not-ready")
            #expect(shown.without("waiting") == message.without("waiting"))
            #expect(try await gateway.request(.GET, "/api/sms").json == ["items": [shown], "next": .null])
            _ = try await WebSocketClient.open(gateway.addresses, "/ws?since=\(seq)") { client in
                let event = try await client.event()
                #expect(event["event"] == "sms:status")
                #expect(event["data"] == message)
            }
        }
    }

    @Test func listOfRecipientsIsABatch() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms", json: #"{"to":["+33639980001","+33639980002"],"text":"Hello"}"#)
            #expect(answer.status == 202)
            let accepted = try answer.json
            #expect(accepted.names == ["batch", "messages", "repeated", "cost"])
            let batch = try #require(accepted["batch"].text)
            #expect(accepted["messages"].elements.map { $0["to"] } == ["+33639980001", "+33639980002"])
            let listed = try await gateway.request(.GET, "/api/sms?batch=\(batch)").json["items"].elements
            #expect(listed.count == 2)
        }
    }

    @Test func listOfOneIsAnsweredAsAList() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.POST, "/api/sms", json: #"{"to":["+33639980001"],"text":"Hello"}"#)
            #expect(answer.status == 202)
            #expect(try answer.json.names == ["batch", "messages", "repeated", "cost"])
            #expect(try answer.json["messages"].elements.count == 1)
        }
    }

    @Test func dataWithPorts() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms",
                json: #"{"to":"+33639980001","dataHex":"00fF7a","ports":{"destination":2948},"validity":3600}"#)
            #expect(answer.status == 202)
            #expect(try answer.json["dataHex"] == "00FF7A")
            #expect(try answer.json["encoding"] == "8bit")
            #expect(try answer.json["text"] == .null)
        }
    }

    @Test func senderIsTheToken() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("shop", [.sendMessages])
            let answer = try await gateway.request(
                .POST, "/api/sms", token: token, json: #"{"to":"+33639980001","text":"Hello"}"#)
            #expect(try answer.json["token"] == "shop")
        }
    }

    @Test func queuedMessageIsCancelledOnce() async throws {
        try await TestGateway.run { gateway in
            let sent = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let id = try #require(sent.json["id"].text)
            let cancelled = try await gateway.request(.DELETE, "/api/sms/\(id)")
            #expect(cancelled.status == 200)
            #expect(try cancelled.json["state"] == "cancelled")
            let again = try await gateway.request(.DELETE, "/api/sms/\(id)?action=cancel")
            #expect(again.status == 409)
            #expect(try again.problem == "not-cancellable")
        }
    }

    @Test func pagesFollowEachOther() async throws {
        try await TestGateway.run { gateway in
            for number in 1...5 {
                _ = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"\#(number)"}"#)
            }
            var texts: [String] = []
            var cursor: String? = ""
            while let next = cursor {
                let page = try await gateway.request(.GET, "/api/sms?limit=2&cursor=\(next)").json
                texts += page["items"].elements.compactMap { $0["text"].text }
                cursor = page["next"].text
            }
            #expect(texts == ["5", "4", "3", "2", "1"])
        }
    }

    @Test(arguments: [
        ("direction=out", 2), ("direction=in", 0), ("state=queued", 2), ("state=sent", 0), ("modem=ec25-1", 2),
        ("modem=other", 0), ("peer=+33639980001", 1), ("to=%2B33639980002", 1), ("from=+33639980001", 0),
        ("text=hell", 1), ("since=2026-01-01T00:00:00Z", 2), ("since=2999-01-01T00:00:00.000Z", 0),
        ("until=2020-01-01T00:00:00+02:00", 0), ("state=&limit=500", 2),
    ]) func filters(query: String, count: Int) async throws {
        try await TestGateway.run { gateway in
            _ = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            _ = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980002","text":"Bye"}"#)
            let answer = try await gateway.request(.GET, "/api/sms?\(query)")
            #expect(try answer.json["items"].elements.count == count)
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var name: String
        var json: String
        var status: Int
        var problem: String
        var field: String?

        var testDescription: String { self.name }

        init(_ name: String, _ json: String, _ status: Int, _ problem: String, _ field: String?) {
            self.name = name
            self.json = json
            self.status = status
            self.problem = problem
            self.field = field
        }
    }

    static let refused = [
        Refused("numberWithLetters", #"{"to":"+33 CALL ME","text":"a"}"#, 422, "invalid-number", "to"),
        Refused("oneBadNumberOfMany", #"{"to":["+33639980001","x"],"text":"a"}"#, 422, "invalid-number", "to"),
        Refused("emptyNumber", #"{"to":"","text":"a"}"#, 422, "invalid-number", "to"),
        Refused("noRecipient", #"{"text":"a"}"#, 400, "missing-field", "to"),
        Refused("emptyList", #"{"to":[],"text":"a"}"#, 422, "no-recipient", "to"),
        Refused("listOfNumbers", #"{"to":[33639980001],"text":"a"}"#, 400, "wrong-type", "to"),
        Refused("numberAsNumber", #"{"to":33639980001,"text":"a"}"#, 400, "wrong-type", "to"),
        Refused("emptyText", #"{"to":"+33639980001","text":""}"#, 422, "empty-text", "text"),
        Refused("noText", #"{"to":"+33639980001"}"#, 400, "missing-field", "text"),
        Refused(
            "twentyKilobytes", #"{"to":"+33639980001","text":"\#(String(repeating: "a", count: 20_000))"}"#, 422,
            "too-long",
            "text"),
        Refused("unknownModem", #"{"to":"+33639980001","text":"a","modem":"x"}"#, 422, "unknown-modem", "modem"),
        Refused("textAndData", #"{"to":"+33639980001","text":"a","dataHex":"00"}"#, 400, "text-and-data", "dataHex"),
        Refused("oddData", #"{"to":"+33639980001","dataHex":"000"}"#, 422, "invalid-data", "dataHex"),
        Refused("emptyData", #"{"to":"+33639980001","dataHex":""}"#, 422, "invalid-data", "dataHex"),
        Refused("wideDigits", #"{"to":"+33639980001","dataHex":"１２"}"#, 422, "invalid-data", "dataHex"),
        Refused("classTooHigh", #"{"to":"+33639980001","text":"a","class":4}"#, 400, "wrong-type", "class"),
        Refused("fractionOfAClass", #"{"to":"+33639980001","text":"a","class":0.5}"#, 400, "wrong-type", "class"),
        Refused("validityTooShort", #"{"to":"+33639980001","text":"a","validity":1}"#, 400, "wrong-type", "validity"),
        Refused(
            "portTooHigh", #"{"to":"+33639980001","dataHex":"00","ports":{"destination":65536}}"#, 400, "wrong-type",
            "destination"),
        Refused(
            "unknownPort", #"{"to":"+33639980001","dataHex":"00","ports":{"port":1}}"#, 400, "unknown-field", "port"),
        Refused("unknownField", #"{"to":"+33639980001","txet":"a"}"#, 400, "unknown-field", "txet"),
    ]

    @Test(arguments: refused) func refusedMessageChangesNothing(_ row: Refused) async throws {
        try await TestGateway.run { gateway in
            let seq = gateway.store.latestSeq
            let answer = try await gateway.request(.POST, "/api/sms", json: row.json)
            #expect(answer.status == row.status)
            #expect(try answer.problem == row.problem)
            #expect(try answer.json["field"].text == row.field)
            #expect(gateway.store.latestSeq == seq)
            #expect(try await gateway.request(.GET, "/api/sms").json["items"].elements.isEmpty)
        }
    }

    /// SMS-DELIVER from +33639980007, "Hi" in the default alphabet.
    @Test func receivedMessageIsTold() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                gateway.modem.arrive("00040B913336990800F700006211022100004002C834")
                let event = try await client.event()
                #expect(event["event"] == "sms:received")
                #expect(event["data"]["from"] == "+33639980007")
                #expect(event["data"]["text"] == "Hi")
                #expect(event["data"]["direction"] == "in")
                #expect(event["data"]["state"] == "received")
            }
        }
    }
}
