// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import NIOCore
import NIOHTTP1
import Testing

@testable import GatewayAPI

@Suite(.timeLimit(.minutes(1)))
struct WebhookRouteTests {
    private static let hook = #"{"url":"https://hooks.example.org/sms","events":["*"]}"#

    @Test func secretIsShownOnce() async throws {
        try await TestGateway.run { gateway in
            let created = try await gateway.local(.POST, "/api/webhooks", json: Self.hook)
            #expect(created.status == 201)
            let secret = try #require(try created.json["secret"].text)
            #expect(secret.hasPrefix("whsec_"))
            let id = try #require(try created.json["id"].text)
            for path in ["/api/webhooks", "/api/webhooks/\(id)"] {
                let answer = try await gateway.local(.GET, path)
                #expect(!String(buffer: answer.body).contains(secret.dropFirst(6)))
            }
            #expect(try created.json["url"] == "https://hooks.example.org:443/sms")
            #expect(try created.json["events"] == ["*"])
        }
    }

    @Test func replacedAndRemoved() async throws {
        try await TestGateway.run { gateway in
            let id = try #require(try await gateway.local(.POST, "/api/webhooks", json: Self.hook).json["id"].text)
            let replaced = try await gateway.local(
                .PUT, "/api/webhooks/\(id)",
                json:
                    #"{"url":"http://192.168.1.20:8080/","events":["sms:failed","sms:received"],"name":"shop","enabled":false,"timeout":5}"#
            )
            #expect(replaced.status == 200)
            #expect(try replaced.json["events"] == ["sms:received", "sms:failed"])
            #expect(try replaced.json["enabled"] == false)
            #expect(try replaced.json["timeout"] == 5)
            #expect(try await gateway.local(.POST, "/api/webhooks/\(id)/test").status == 503)
            #expect(try await gateway.local(.DELETE, "/api/webhooks/\(id)").status == 200)
            #expect(try await gateway.local(.GET, "/api/webhooks/\(id)").status == 404)
        }
    }

    @Test(arguments: [
        (#"{"events":["*"]}"#, 400, "missing-field"), (#"{"url":"https://a/"}"#, 400, "missing-field"),
        (#"{"url":"https://a/","events":[]}"#, 422, "no-event"),
        (#"{"url":"https://a/","events":["sms:recieved"]}"#, 422, "unknown-event"),
        (#"{"url":"https://a/","events":["webhook:test"]}"#, 422, "unknown-event"),
        (#"{"url":"https://a/","events":"*"}"#, 400, "wrong-type"),
        (#"{"url":"ftp://a/","events":["*"]}"#, 422, "invalid-url"),
        (#"{"url":"https://u:p@a/","events":["*"]}"#, 422, "invalid-url"),
        (#"{"url":"http://127.1/","events":["*"]}"#, 422, "invalid-url"),
        (#"{"url":"https://a/\r\nX: y","events":["*"]}"#, 422, "invalid-url"),
        (#"{"url":"https://a/","events":["*"],"secret":"secret"}"#, 422, "invalid-secret"),
        (#"{"url":"https://a/","events":["*"],"timeout":61}"#, 400, "wrong-type"),
        (#"{"url":"https://a/","events":["*"],"name":""}"#, 422, "invalid-name"),
        (#"{"url":"https://a/","events":["*"],"header":"x"}"#, 400, "unknown-field"),
    ])
    func refused(_ body: String, _ status: Int, _ problem: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.local(.POST, "/api/webhooks", json: body)
            #expect(answer.status == status)
            #expect(try answer.problem == problem)
            #expect(try await gateway.store.webhooks().isEmpty)
        }
    }

    @Test func needsItsScope() async throws {
        try await TestGateway.run { gateway in
            let reader = try await gateway.createToken("reader", [.readMessages, .sendMessages, .modemCommands])
            let admin = try await gateway.createToken("admin", [.administerWebhooks])
            for path in ["/api/webhooks", "/api/webhooks/deliveries/dead"] {
                #expect(try await gateway.request(.GET, path, token: reader).status == 403)
                #expect(try await gateway.request(.GET, path, token: admin).status == 200)
            }
        }
    }

    @Test func deliveryShowsTheMessageAsTheAPIDoes() async throws {
        try await TestGateway.run { gateway in
            let id = try #require(try await gateway.local(.POST, "/api/webhooks", json: Self.hook).json["id"].text)
            let sent = try await gateway.local(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let message = try #require(try sent.json["id"].text)
            let taken = try await gateway.store.advance(modem: "ec25-1", finished: nil, takeNext: true)
            guard case .submit(let assignment) = taken else {
                Issue.record("nothing to submit")
                return
            }
            _ = try await gateway.store.advance(
                modem: "ec25-1", finished: (assignment, .sent(reference: 7)), takeNext: false)
            let list = try await gateway.local(.GET, "/api/webhooks/\(id)/deliveries?state=pending").json["items"]
            #expect(list.elements.map { $0["event"] } == ["sms:sent"])
            let delivery = try #require(list[0]["id"].text)
            let shown = try await gateway.local(.GET, "/api/webhooks/\(id)/deliveries/\(delivery)").json
            #expect(shown["body"]["type"] == "sms:sent")
            #expect(shown["body"]["data"] == (try await gateway.local(.GET, "/api/sms/\(message)").json))
            let event = try #require(try await gateway.store.delivery(id: delivery)?.event)
            #expect(try WebhookBody.render(event) == Data(shown["body"].encoded().readableBytesView))
            #expect(try WebhookBody.render(event) == WebhookBody.render(event))
            let health = try await gateway.local(.GET, "/api/health").json["webhooks"]
            #expect(health["pending"] == 1)
        }
    }

    @Test func deadLettersAreListedAndSentAgain() async throws {
        try await TestGateway.run { gateway in
            let id = try #require(try await gateway.local(.POST, "/api/webhooks", json: Self.hook).json["id"].text)
            try await gateway.store.append(.modemState, body: Data("{}".utf8), topic: .modemState)
            let due = try #require(try await gateway.store.dueDeliveries(inFlight: [:], concurrency: 1).due.first)
            let path = "/api/webhooks/\(id)/deliveries/\(due.id)/resend"
            #expect(try await gateway.local(.POST, path).problem == "not-resendable")
            try await gateway.store.finishDelivery(due.n, DeliveryAttempt(.dead, status: 500), sent: Data())
            let dead = try await gateway.local(.GET, "/api/webhooks/deliveries/dead?webhook=\(id)").json["items"]
            #expect(dead.elements.map { $0["id"].text } == [due.id])
            #expect(try await gateway.local(.POST, path).status == 202)
            try await gateway.store.finishDelivery(due.n, DeliveryAttempt(.dead, status: 500), sent: Data())
            let all = try await gateway.local(.POST, "/api/webhooks/deliveries/dead/resend")
            #expect(try all.json == ["resent": 1])
            #expect(try await gateway.local(.POST, "/api/webhooks/deliveries/dead/resend?webhook=x").status == 404)
            #expect(try await gateway.local(.POST, "/api/webhooks/x/deliveries/\(due.id)/resend").status == 404)
            #expect(try await gateway.local(.GET, "/api/webhooks/x/deliveries/\(due.id)").status == 404)
        }
    }

    @Test func everyTopicHasANameOfItsOwn() {
        #expect(Set(EventTopic.allCases.map(EventFrame.name)).count == EventTopic.allCases.count)
    }
}
