// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import Testing

@testable import modemgate

@Suite struct WebhookCommandTests {
    private static let webhook = #"""
        {"id":"w1","name":null,"url":"https://hooks.example.org:443/sms","events":["sms:received","sms:failed"],
        "enabled":false,"disabledReason":"gone\u001b[31m","timeout":5,"createdAt":"2026-01-31T23:59:59Z",
        "updatedAt":"2026-01-31T23:59:59Z","pending":2,"dead":1}
        """#
    private static let delivery = #"""
        {"id":"d1","webhook":"w1","event":"sms:received","time":"2026-01-31T23:59:59Z","conversation":"+33639980001",
        "state":"pending","attempts":3,"nextAttemptAt":null,"lastAttemptAt":null,"finishedAt":null,"status":500,
        "error":{"code":"status-500","message":"The target answered with 500."},"response":"a\nb"}
        """#

    @Test func webhooksAsATable() throws {
        let webhook = try CommandOutputTests.decode(WebhookAnswer.self, Self.webhook)
        #expect(
            WebhookListCommand.table(of: [webhook], width: nil) == [
                "ID  NAME  STATE     PENDING  DEAD  EVENTS                   URL",
                "w1  -     disabled  2        1     sms:received sms:failed  https://hooks.example.org:443/sms",
            ])
        #expect(WebhookListCommand.table(of: [], width: nil).count == 1)
    }

    @Test func oneWebhookSaysWhyItIsDisabled() throws {
        let lines = WebhookShowCommand.lines(of: try CommandOutputTests.decode(WebhookAnswer.self, Self.webhook))
        #expect(lines.contains("reason:   gone\u{FFFD}[31m"))
        #expect(!lines.contains { $0.hasPrefix("name") })
    }

    @Test func deliveriesAsATable() throws {
        let delivery = try CommandOutputTests.decode(DeliveryAnswer.self, Self.delivery)
        let time = LocalTime.text("2026-01-31T23:59:59Z")
        let lines = WebhookDeliveriesCommand.table(of: [delivery], width: nil)
        #expect(lines.last == "d1  \(time)  sms:received  pending  3         500     The target answered with 500.")
    }

    @Test(arguments: [
        (["w 1"], "/api/webhooks/w%201/deliveries?limit=50"),
        (["w1", "--state", "dead", "--limit", "3"], "/api/webhooks/w1/deliveries?limit=3&state=dead"),
        (["--dead"], "/api/webhooks/deliveries/dead?limit=50"),
        (["w1", "--dead", "--cursor", "dx"], "/api/webhooks/deliveries/dead?limit=50&cursor=dx&webhook=w1"),
    ])
    func pathsOfLists(_ arguments: [String], _ path: String) throws {
        #expect(try WebhookDeliveriesCommand.parse(arguments).path == path)
    }

    @Test(arguments: [
        (["w1", "d1"], "/api/webhooks/w1/deliveries/d1/resend"), (["--all"], "/api/webhooks/deliveries/dead/resend"),
        (["w1", "--all"], "/api/webhooks/deliveries/dead/resend?webhook=w1"),
    ])
    func pathsOfResending(_ arguments: [String], _ path: String) throws {
        #expect(try WebhookResendCommand.parse(arguments).path == path)
    }

    @Test(arguments: [
        ["resend"], ["resend", "w1"], ["resend", "w1", "d1", "--all"], ["deliveries"], ["deliveries", "--limit", "0"],
    ])
    func wrongCommandLines(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try WebhookCommand.parseAsRoot(arguments) }
    }
}
