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
            #expect(message["modem"] == "ec25-1")
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

    @Test func previewStoresNothing() async throws {
        try await TestGateway.run { gateway in
            let text = String(repeating: "a", count: 160) + "b"
            let answer = try await gateway.request(
                .POST, "/api/sms/preview", json: #"{"to":["+33 639980001","36180"],"text":"\#(text)","sim":null}"#)
            #expect(answer.status == 200)
            let preview = try answer.json
            #expect(preview.names == ["recipients", "repeated", "parts", "cost", "sendAt", "expiresAt"])
            #expect(preview["recipients"].elements.map { $0["to"] } == ["+33639980001", "36180"])
            #expect(preview["recipients"][0]["modems"] == ["ec25-1"])
            #expect(preview["cost"]["totalParts"] == 4)
            #expect(preview["parts"].elements.compactMap { $0["text"].text }.joined() == text)
            #expect(preview["parts"].elements.map { $0["unitsLeft"] } == [0, 145])
            #expect(try await gateway.request(.GET, "/api/sms").json["items"].elements.isEmpty)
        }
    }

    @Test func cancelledMessageIsSentAgain() async throws {
        try await TestGateway.run { gateway in
            let sent = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let id = try #require(sent.json["id"].text)
            let early = try await gateway.request(.POST, "/api/sms/\(id)/resend")
            #expect(early.status == 409)
            #expect(try early.problem == "not-resendable")
            _ = try await gateway.request(.DELETE, "/api/sms/\(id)")
            let answer = try await gateway.request(.POST, "/api/sms/\(id)/resend")
            #expect(answer.status == 202)
            #expect(try answer.json["id"].text == id)
            #expect(try answer.json["state"] == "queued")
            #expect(try answer.json["resends"] == 1)
            #expect(try answer.json["resentParts"] == [1])
            let shown = try await gateway.request(.GET, "/api/sms/\(id)").json
            #expect(try shown.without("waiting") == answer.json.without("resentParts").without("waiting"))
        }
    }

    @Test func deliveredMessageNeedsAConfirmation() async throws {
        try await TestGateway.run { gateway in
            let id = try await Self.deliver(gateway)
            let part = try await gateway.request(.GET, "/api/sms/\(id)").json["parts"][0]
            #expect(part["status"] == 0)
            #expect(part["statusText"] == "The recipient's phone has received the message.")
            let refused = try await gateway.request(.POST, "/api/sms/\(id)/resend", json: "{}")
            #expect(refused.status == 409)
            #expect(try refused.problem == "needs-confirmation")
            let answer = try await gateway.request(.POST, "/api/sms/\(id)/resend", json: #"{"confirm":true}"#)
            #expect(answer.status == 202)
            let unknown = try await gateway.request(.POST, "/api/sms/x/resend", json: #"{"confirm":true}"#)
            #expect(unknown.status == 404)
            #expect(try unknown.problem == "unknown-message")
            let strange = try await gateway.request(.POST, "/api/sms/\(id)/resend", json: #"{"force":true}"#)
            #expect(strange.status == 400)
        }
    }

    /// A message that was sent with the reference 9, and its report.
    private static func deliver(_ gateway: TestGateway) async throws -> String {
        let sent = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
        let next = try await gateway.store.advance(modem: "ec25-1", finished: nil, takeNext: true)
        guard case .submit(let assignment) = next else { return "" }
        _ = try await gateway.store.advance(
            modem: "ec25-1", finished: (assignment, .sent(reference: 9)), takeNext: false)
        for (reference, pdu) in [(UInt8(9), "A0"), (77, "A1")] {
            _ = try await gateway.store.receive(
                ReceivedReport(
                    modem: "ec25-1", pdu: pdu, reference: reference, recipient: "+33639980001", status: 0,
                    verdict: .delivered, explanation: "The recipient's phone has received the message."))
        }
        return try sent.json["id"].text ?? ""
    }

    @Test func reportOfNoKnownMessageIsShown() async throws {
        try await TestGateway.run { gateway in
            let id = try await Self.deliver(gateway)
            let unmatched = try await gateway.request(.GET, "/api/sms/reports?matched=false").json["items"]
            #expect(unmatched.elements.count == 1)
            #expect(unmatched[0]["reference"] == 77)
            #expect(unmatched[0]["matched"] == false)
            #expect(unmatched[0]["message"] == .null)
            #expect(unmatched[0]["verdict"] == "delivered")
            let all = try await gateway.request(.GET, "/api/sms/reports").json["items"]
            #expect(all.elements.map { $0["message"].text } == [nil, id])
            #expect(all[1]["part"] == 1)
            #expect(try await gateway.request(.GET, "/api/sms/reports?matched=maybe").problem == "wrong-parameter")
            #expect(try await gateway.request(.GET, "/api/sms/reports?cursor=n1").problem == "invalid-cursor")
        }
    }

    @Test(arguments: [("/api/sms/preview", "POST"), ("/api/sms/reports", "GET, HEAD")])
    func methodsOfAPathOfItsOwnAreNamed(path: String, allowed: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.DELETE, path)
            #expect(answer.status == 405)
            #expect(answer.headers.first(name: "allow") == allowed)
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
