// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Messaging
import ModemgateConfiguration
import Testing
import Webhooks

@testable import modemgate

/// Every setting reaches the part that obeys it.
@Suite struct DaemonConfigurationTests {
    static func load(_ text: String) throws -> GatewayConfiguration {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/test.yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try GatewayConfiguration.load(file: path, environment: [:], isRoot: true).configuration
    }

    @Test func messages() throws {
        let configuration = MessagingConfiguration(
            try Self.load(
                """
                sms:
                  country: NG
                  default_validity: 2h
                  routes: [{name: a, prefix: "+33", token: shop, modems: [x, y]}]
                  sticky: false
                  failover_after: 10s
                  time_zone: Asia/Tokyo
                  limits: {recipient: {per_hour: 1, per_day: 2}, token: {per_minute: 3, per_hour: 4, per_day: 5}}
                  retention: {received: 1d, sent: 2d, maximum_messages: 3000}
                  opt_out: {enabled: false, scope: global, languages: [fr], words: [a], start_words: [b], confirm: false, confirmation: c}
                modems:
                  - id: x
                    tty: /dev/x
                    limits: {per_minute: 1, per_hour: 2, per_day: 3, per_month: 4}
                    quiet_hours: 21:00-08:00
                    part_pause: 2s
                log: {show_numbers: true}
                """))
        let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
        #expect(
            configuration.numberingPlan
                == MessagingConfiguration.NumberingPlan(
                    callingCode: "234", trunkPrefix: "0", internationalPrefix: "009"))
        #expect(configuration.defaultValidity == .seconds(7200))
        #expect(configuration.routes == [RouteRule(name: "a", prefix: "+33", token: "shop", modems: ["x", "y"])])
        #expect(!configuration.sticky && configuration.failoverAfter == .seconds(10))
        #expect(configuration.timeZone == tokyo)
        #expect(configuration.recipientLimits == SendingLimits(perHour: 1, perDay: 2))
        #expect(configuration.tokenLimits == SendingLimits(perMinute: 3, perHour: 4, perDay: 5))
        #expect(
            configuration.retention
                == RetentionRules(received: .seconds(86_400), sent: .seconds(172_800), maximumMessages: 3000))
        var limits = ModemLimits()
        limits.sending = SendingLimits(perMinute: 1, perHour: 2, perDay: 3, perMonth: 4)
        limits.quietHours = QuietHours(start: 1260, end: 480, zone: tokyo)
        limits.partPause = .seconds(2)
        #expect(configuration.modemLimits == ["x": limits])
        var optOut = OptOutConfiguration()
        (optOut.isEnabled, optOut.scope, optOut.languages) = (false, .global, ["fr"])
        (optOut.stopWords, optOut.startWords) = (["a"], ["b"])
        (optOut.confirms, optOut.confirmation) = (false, "c")
        #expect(configuration.optOut == optOut)
        #expect(configuration.logsNumbers)
    }

    @Test func defaultsAreThoseOfTheParts() throws {
        let mapped = MessagingConfiguration(try Self.load(""))
        let standard = MessagingConfiguration()
        #expect(mapped.optOut == standard.optOut)
        #expect(mapped.optOut.languages == OptOutWords.languages)
        #expect(mapped.defaultValidity == standard.defaultValidity && mapped.failoverAfter == standard.failoverAfter)
        #expect(mapped.sticky == standard.sticky && mapped.retention == standard.retention)
        #expect(mapped.assemblyTimeout == standard.assemblyTimeout)
        #expect(mapped.recipientLimits == standard.recipientLimits && mapped.tokenLimits == standard.tokenLimits)
        #expect(mapped.numberingPlan == nil && mapped.modemLimits.isEmpty && mapped.routes.isEmpty)
        #expect(WebhooksConfiguration(try Self.load("").webhooks) == WebhooksConfiguration())
    }

    @Test func webhooks() throws {
        let text = """
            webhooks: {allow: ["[::1]:9000"], timeout: 1s, first_delay: 2s, longest_delay: 3s, maximum_age: 4m, concurrency: 5}
            """
        var expected = WebhooksConfiguration()
        expected.allow = ["[::1]:9000"]
        (expected.timeout, expected.firstDelay, expected.longestDelay) = (.seconds(1), .seconds(2), .seconds(3))
        (expected.maximumAge, expected.concurrency) = (.seconds(240), 5)
        #expect(WebhooksConfiguration(try Self.load(text).webhooks) == expected)
    }

    /// What the configuration accepts, the sender of webhooks understands, and what it refuses, nobody does.
    @Test(arguments: [
        "hooks.example.org", "hooks.example.org:8443", "127.0.0.1", "127.0.0.1:9000", "::1", "[::1]:9000", "10.0.0.0/8",
        "10.0.0.0/8:443", "fd00::/8", "[fd00::/8]:443", "localhost",
    ])
    func allowedDestination(_ text: String) throws {
        #expect(try Self.load("webhooks: {allow: [\"\(text)\"]}").webhooks.allow == [text])
        #expect(AllowRule(text) != nil)
    }
}
