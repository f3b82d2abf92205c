// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import TestSupport
import Testing
import Webhooks

/// The whole way: an event in the store, a request at a real server on this machine.
@Suite(.timeLimit(.minutes(1)))
struct DeliveryTests {
    @Test func eventIsSignedAndDelivered() async throws {
        let target = try await TestTarget { _, _ in .init(status: .noContent) }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/hook?a=b")
            try await bench.append("{\"n\":1}")
            let request = try #require(await target.next().first)
            #expect(request.head.method == .POST)
            #expect(request.head.uri == "/hook?a=b")
            #expect(request.header("host") == "127.0.0.1:\(target.port)")
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("user-agent") == "modemgate/1.2.3")
            #expect(request.body == Data("{\"n\":1}".utf8))
            let time = try #require(request.header("webhook-timestamp").flatMap { Int64($0) })
            let secret = try #require(WebhookSecret(Bench.secret))
            #expect(
                request.header("webhook-signature")
                    == secret.signature(id: request.id, timestamp: time, body: request.body))
            let record = try await bench.settled(request.id, .delivered)
            #expect((record.webhook, record.status, record.attempts) == (webhook.id, 204, 1))
        }
        await target.close()
    }

    @Test func sameIdAndOctetsAtEveryAttempt() async throws {
        let target = try await TestTarget { number, _ in .status(number < 3 ? 500 : 200) }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            _ = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            try await bench.append("{\"n\":1}")
            let requests = await target.next(4)
            #expect(Set(requests.map(\.id)).count == 1)
            #expect(Set(requests.map(\.body)).count == 1)
            let record = try await bench.settled(requests[0].id, .delivered)
            #expect(record.attempts == 4)
        }
        await target.close()
    }

    @Test func conversationKeepsItsOrderWhileItsHeadFails() async throws {
        let target = try await TestTarget { number, body in
            .status(body == Data("a1".utf8) && number < 4 ? 503 : 200)
        }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            _ = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            for body in ["a1", "a2", "b1", "a3"] { try await bench.append(body, conversation: String(body.prefix(1))) }
            var accepted: [String] = []
            while accepted.count < 4, let request = await target.next().first {
                guard request.answer.status == .ok else { continue }
                accepted.append(String(decoding: request.body, as: UTF8.self))
            }
            #expect(accepted.filter { $0.hasPrefix("a") } == ["a1", "a2", "a3"])
            #expect(accepted.first == "b1")
        }
        await target.close()
    }

    @Test func nameIsCalledAtTheCheckedAddressWithItsOwnHost() async throws {
        let target = try await TestTarget { _, _ in .init() }
        let resolver = NameResolver { _ in [try required(IPAddress("127.0.0.1"))] }
        let bench = try Bench(allow: ["127.0.0.1:\(target.port)"], resolver: resolver)
        try await bench.run {
            _ = try await bench.webhook("http://hooks.example.org:\(target.port)/")
            try await bench.append("{}")
            let request = try #require(await target.next().first)
            #expect(request.header("host") == "hooks.example.org:\(target.port)")
        }
        await target.close()
    }

    @Test func tlsIsForTheNameAndVerified() async throws {
        let target = try await TestTarget(tls: true) { _, _ in .init() }
        let resolver = NameResolver { _ in [try required(IPAddress("127.0.0.1"))] }
        let bench = try Bench(allow: ["127.0.0.1"], resolver: resolver, trustRoots: try TestTarget.trustRoots())
        try await bench.run {
            _ = try await bench.webhook("https://hooks.example.org:\(target.port)/")
            try await bench.append("{}")
            let request = try #require(await target.next().first)
            #expect(request.serverName == "hooks.example.org")
        }
        await target.close()
    }

    @Test(arguments: ["hooks.example.org", "other.example.org", "127.0.0.1"])
    func certificateThatIsNotTrustedOrOfAnotherNameIsRefused(_ host: String) async throws {
        let target = try await TestTarget(tls: true) { _, _ in .init() }
        let resolver = NameResolver { _ in [try required(IPAddress("127.0.0.1"))] }
        let roots: NIOSSLTrustRoots = host == "hooks.example.org" ? .default : try TestTarget.trustRoots()
        let bench = try Bench(allow: ["127.0.0.1"], resolver: resolver, trustRoots: roots)
        try await bench.run {
            let webhook = try await bench.webhook("https://\(host):\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            #expect(record.state == .pending)
            #expect(record.error?.code == "tls", "\(record.error?.message ?? "-")")
        }
        await target.close()
    }

    @Test(arguments: [
        (["127.0.0.1"], "loopback"), (["203.0.113.9", "169.254.169.254"], "link-local"),
        (["::ffff:127.0.0.1"], "mapped"),
        (["::1"], "loopback"), (["0.0.0.0"], "unspecified"), (["64:ff9b::127.0.0.1"], "loopback"),
    ])
    func nameThatLeadsToARefusedAddressIsNotCalled(_ addresses: [String], _ reason: String) async throws {
        let target = try await TestTarget { _, _ in .init() }
        let resolved = addresses.compactMap(IPAddress.init)
        let bench = try Bench(allow: [], resolver: NameResolver { _ in resolved })
        try await bench.run {
            let webhook = try await bench.webhook("http://hooks.example.org:\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            #expect(record.error?.code == "address-refused")
            #expect(record.error?.message.contains(reason) == true)
            #expect(record.state == .pending)
        }
        await target.close()
        #expect(await target.next().isEmpty)
    }

    @Test func addressOfThisMachineIsRefused() throws {
        let own = try InterfaceAddresses.current()
        #expect(own.contains(try required(IPAddress("127.0.0.1"))))
        let guardian = AddressGuard(allow: [])
        for address in own { #expect(try guardian.refusal(of: address, host: "a", port: 80) != nil, "\(address)") }
    }

    @Test func redirectIsNotFollowed() async throws {
        let target = try await TestTarget { _, _ in .init(status: .found, headers: ["location": "http://127.0.0.1:1/"])
        }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            #expect((record.status, record.error?.code) == (302, "status-302"))
        }
        await target.close()
    }

    @Test func goneDisablesTheWebhook() async throws {
        let target = try await TestTarget { _, _ in .status(410) }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            #expect(record.state == .dead)
            #expect(try await bench.store.webhook(id: webhook.id).isEnabled == false)
        }
        await target.close()
    }

    @Test func silentTargetIsGivenUpAfterTheTimeout() async throws {
        let target = try await TestTarget { _, _ in .silence }
        let clock = TestClock()
        let bench = try Bench(allow: ["127.0.0.1"], clock: clock)
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            async let test = bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            _ = await target.next()
            // The request's own limit, that of the test, and the housekeeping's next round.
            await clock.waitForSleepers(count: 3)
            clock.advance(by: .seconds(10))
            let record = try await test
            #expect(record.error?.code == "no-answer")
            #expect(record.error?.message.contains("10 s") == true)
        }
        await target.close()
    }

    @Test func answersBodyIsBoundedAndHarmless() async throws {
        let target = try await TestTarget { _, _ in
            .init(status: .badRequest, body: "no\u{1B}[31m\u{202E}\r\n" + String(repeating: "x", count: 1 << 20))
        }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            let excerpt = try #require(record.excerpt)
            #expect(excerpt.hasPrefix("no [31m"))
            #expect(excerpt.utf8.count <= 512)
            #expect(!excerpt.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
        }
        await target.close()
    }

    @Test func nobodyListensAndTheEventWaits() async throws {
        let target = try await TestTarget { _, _ in .init() }
        await target.close()
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            let webhook = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            let record = try await bench.deliveries.test(webhook: webhook.id, body: Data("{}".utf8))
            #expect((record.state, record.error?.code) == (.pending, "no-connection"))
            #expect(record.dueAt != nil)
        }
    }

    @Test func deliveryCutShortByAStopIsRepeatedWithItsId() async throws {
        let target = try await TestTarget { number, _ in number == 0 ? .silence : .init() }
        let bench = try Bench(allow: ["127.0.0.1"])
        var first = ""
        try await bench.run {
            _ = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            try await bench.append("{}")
            first = await target.next().first?.id ?? "none"
        }
        let again = try bench.restarted()
        try await again.run {
            let request = try #require(await target.next().first)
            #expect(request.id == first)
            #expect(try await again.settled(first, .delivered).attempts == 1)
        }
        await target.close()
    }

    @Test func manyConversationsAreBounded() async throws {
        let target = try await TestTarget { _, _ in .init() }
        let bench = try Bench(allow: ["127.0.0.1"])
        try await bench.run {
            _ = try await bench.webhook("http://127.0.0.1:\(target.port)/")
            for number in 0..<200 { try await bench.append("\(number)", conversation: "\(number % 20)") }
            let requests = await target.next(200)
            #expect(Set(requests.map(\.id)).count == 200)
            for conversation in 0..<20 {
                let seen = requests.compactMap { Int(String(decoding: $0.body, as: UTF8.self)) }
                    .filter { $0 % 20 == conversation }
                #expect(seen == seen.sorted())
                #expect(seen.count == 10)
            }
        }
        await target.close()
    }
}
