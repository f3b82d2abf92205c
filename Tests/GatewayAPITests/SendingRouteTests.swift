// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import NIOHTTP1
import Testing

@Suite struct SendingRouteTests {
    @Test func everyFieldOfTheOrderIsShown() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms",
                json: #"""
                    {"to":"+33 6 39 98 00 01","data":{"base64":"AH//"},"ports":{"destination":2948,"source":9200},
                     "route":["ec25-1"],"class":1,"validity":3600,"sendAt":"2026-11-30T10:00:00+01:00","priority":7,
                     "deliveryReport":false,"reference":"order-1"}
                    """#.replacing("2026-11-30", with: Self.tomorrow))
            #expect(answer.status == 202)
            let message = try answer.json
            #expect(message["to"] == "+33639980001")
            #expect(message["dataHex"] == "007FFF")
            #expect(message["ports"] == ["destination": 2948, "source": 9200])
            #expect(message["route"] == ["ec25-1"])
            #expect(message["class"] == 1)
            #expect(message["priority"] == 7)
            #expect(message["sendAt"].text == "\(Self.tomorrow)T09:00:00.000Z")
            #expect(message["expiresAt"].text == "\(Self.tomorrow)T10:00:00.000Z")
            #expect(message["reference"] == "order-1")
            #expect(message["state"] == "queued")
            #expect(
                message["cost"] == [
                    "encoding": "8bit", "parts": 1, "recipients": 1, "totalParts": 1, "unit": "octet",
                    "charactersPerPart": 133, "unitsUsed": 3, "unitsLeft": 130,
                ])
        }
    }

    private static var tomorrow: String {
        Date().addingTimeInterval(2 * 86_400).formatted(.iso8601.year().month().day())
    }

    @Test func oneNumberTwiceIsSentOnceAndSaidSo() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms", json: #"{"to":["+33639980001","+33 639 980 001"],"text":"Hello"}"#)
            #expect(try answer.json["messages"].elements.count == 1)
            #expect(try answer.json["repeated"] == ["+33639980001"])
            #expect(try answer.json["cost"]["recipients"] == 1)
        }
    }

    @Test func takenReferenceNamesItsMessage() async throws {
        try await TestGateway.run { gateway in
            let json = #"{"to":"+33639980001","text":"Hello","reference":"order-1"}"#
            let first = try await gateway.request(.POST, "/api/sms", json: json)
            let again = try await gateway.request(.POST, "/api/sms", json: json)
            #expect(again.status == 409)
            #expect(try again.problem == "reference-taken")
            #expect(try again.json["messageId"] == first.json["id"])
            #expect(try again.json["field"] == "reference")
        }
    }

    @Test func repeatedRequestGetsTheFirstAnswer() async throws {
        try await TestGateway.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"]
            let json = #"{"to":["+33639980001","+33639980002"],"text":"Hello","class":null}"#
            let first = try await gateway.request(.POST, "/api/sms", headers: headers, json: json)
            #expect(first.status == 202)
            #expect(first.headers.first(name: "idempotent-replayed") == nil)
            let id = try #require(try first.json["messages"][0]["id"].text)
            _ = try await gateway.request(.DELETE, "/api/sms/\(id)")
            let same = #"{ "text" : "Hello", "to" : ["+33639980001", "+33639980002"] }"#
            for again in [json, same] {
                let answer = try await gateway.request(.POST, "/api/sms", headers: headers, json: again)
                #expect(answer.status == 202)
                #expect(answer.headers.first(name: "idempotent-replayed") == "true")
                #expect(answer.headers.first(name: "content-type") == first.headers.first(name: "content-type"))
                #expect(answer.body == first.body)
            }
            #expect(try await gateway.request(.GET, "/api/sms").json["items"].elements.count == 2)
        }
    }

    @Test func keyOfAnotherRequestIsRefused() async throws {
        try await TestGateway.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "k1"]
            let first = #"{"to":"+33639980001","text":"Hello"}"#
            #expect(try await gateway.request(.POST, "/api/sms", headers: headers, json: first).status == 202)
            for other in [
                #"{"to":"+33639980001","text":"hello"}"#, #"{"to":["+33639980001"],"text":"Hello"}"#,
                #"{"to":"+33639980001","text":"Hello","priority":0}"#,
            ] {
                let answer = try await gateway.request(.POST, "/api/sms", headers: headers, json: other)
                #expect(answer.status == 422)
                #expect(try answer.problem == "idempotency-key-reused")
            }
            #expect(try await gateway.request(.GET, "/api/sms").json["items"].elements.count == 1)
        }
    }

    @Test func refusedRequestLeavesTheKeyFree() async throws {
        try await TestGateway.run { gateway in
            let headers: HTTPHeaders = ["Idempotency-Key": "k1"]
            let bad = #"{"to":"Bank","text":"Hello"}"#
            #expect(try await gateway.request(.POST, "/api/sms", headers: headers, json: bad).status == 422)
            let good = #"{"to":"+33639980001","text":"Hello"}"#
            let answer = try await gateway.request(.POST, "/api/sms", headers: headers, json: good)
            #expect(answer.status == 202)
            #expect(answer.headers.first(name: "idempotent-replayed") == nil)
        }
    }

    @Test(arguments: ["", "two words", String(repeating: "k", count: 256), "schlüssel"])
    func keyThatIsNoneIsRefused(key: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms", headers: ["Idempotency-Key": key], json: #"{"to":"+33639980001","text":"Hello"}"#)
            #expect(answer.status == 400)
            #expect(try answer.problem == "invalid-idempotency-key")
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var member: String
        var status: Int
        var problem: String
        var field: String
        var testDescription: String { self.member }

        init(_ member: String, _ status: Int, _ problem: String, _ field: String) {
            (self.member, self.status, self.problem, self.field) = (member, status, problem, field)
        }
    }

    static let refused = [
        Refused(#""sendAt":"tomorrow""#, 400, "wrong-type", "sendAt"),
        Refused(#""sendAt":"2026-11-30T10:00:00""#, 400, "wrong-type", "sendAt"),
        Refused(#""sendAt":1790000000"#, 400, "wrong-type", "sendAt"),
        Refused(#""priority":10"#, 400, "wrong-type", "priority"),
        Refused(#""priority":-1"#, 400, "wrong-type", "priority"),
        Refused(#""replaceType":8"#, 400, "wrong-type", "replaceType"),
        Refused(#""route":[]"#, 422, "invalid-option", "route"),
        Refused(#""route":["ec25-1","ec25-1"]"#, 422, "invalid-option", "route"),
        Refused(#""route":7"#, 400, "wrong-type", "route"),
        Refused(#""route":"cheap""#, 422, "unknown-route-name", "route"),
        Refused(#""sim":"8933150319070000099""#, 422, "unknown-sim", "sim"),
        Refused(#""data":{"hex":"00"}"#, 400, "text-and-data", "data"),
        Refused(#""data":{"hex":"00","base64":"AA=="}"#, 400, "wrong-type", "data"),
        Refused(#""data":{}"#, 400, "wrong-type", "data"),
        Refused(#""data":{"base64":"***"}"#, 422, "invalid-data", "data"),
    ]

    @Test(arguments: refused) func refusedFieldIsNamed(_ row: Refused) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(
                .POST, "/api/sms", json: #"{"to":"+33639980001","text":"a",\#(row.member)}"#)
            #expect(answer.status == row.status)
            #expect(try answer.problem == row.problem)
            #expect(try answer.json["field"].text == row.field)
            #expect(try await gateway.request(.GET, "/api/sms").json["items"].elements.isEmpty)
        }
    }
}
