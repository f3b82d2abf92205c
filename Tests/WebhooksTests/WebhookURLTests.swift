// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import Testing
import Webhooks

@Suite struct WebhookURLTests {
    @Test(arguments: [
        ("https://hooks.example.org", "https://hooks.example.org:443/"),
        ("HTTPS://Hooks.Example.ORG./a/b?c=d&e=%2F", "https://hooks.example.org:443/a/b?c=d&e=%2F"),
        ("http://192.168.1.2:8080/x", "http://192.168.1.2:8080/x"),
        ("http://[FD00::1]/x", "http://[fd00::1]:80/x"), ("http://[fd00::1]:81", "http://[fd00::1]:81/"),
        ("http://my_host:80?q", "http://my_host:80/?q"), ("http://host:/x", "http://host:80/x"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example:443/"),
        ("http://a.b/~u;v=1,(2)*'!$+@:", "http://a.b:80/~u;v=1,(2)*'!$+@:"),
        ("http://1e100.example1/", "http://1e100.example1:80/"),
    ])
    func taken(_ text: String, _ called: String) throws {
        let url = try WebhookURL(text)
        #expect(url.text == called)
        #expect(URL(string: url.text)?.host?.trimmingCharacters(in: ["[", "]"]) == url.host)
        #expect(URL(string: url.text)?.port == url.port)
        #expect(try WebhookURL(url.text) == url)
    }

    @Test(arguments: [
        "", "hooks.example.org", "ftp://a/", "file:///etc/passwd", "javascript:alert(1)", "http+unix://%2Frun/x",
        "http://", "http:///x", "http://user@a/", "http://user:pw@a/", "http://a@b@c/", "http://@a/", "http://a/#f",
        "http://127.1/", "http://0x7f.0.0.1/", "http://2130706433/", "http://017700000001/", "http://1.2.3.4.5/",
        "http://a.0x7f/", "http://[::1%25lo]/", "http://[127.0.0.1]/", "http://[::1/", "http://[::1]x/", "http://::1/",
        "http://a:0/", "http://a:65536/", "http://a:x/", "http://a:-1/", "http://a:80:81/", "http://a b/",
        "http://a/b c",
        "http://a/\r\nX: y", "http://a/\u{0}", "http://a\u{0}b/", "http://a/é", "http://é.example/", "http://a/%2",
        "http://a/%zz", "http://a/\\b", "http://a\\b/", "http://a..b/", "http://-a/", "http://a%2eb/", "http://.a/",
        "http://a/<b>", "http://a/`id`", "http://a/{b}", "http://\u{202E}a/", "http://１２７.0.0.1/", "http://①.example/",
        "http://" + String(repeating: "a", count: 254) + "/", "http://a/" + String(repeating: "b", count: 2_048),
    ])
    func refused(_ text: String) {
        let error = #expect(throws: WebhookURLError.self) { try WebhookURL(text) }
        #expect(error?.description.hasSuffix(".") == true)
    }
}

@Suite struct WebhookSecretTests {
    /// The vectors of the specification's own libraries; checked with another HMAC implementation too.
    @Test(arguments: [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", Int64(1_614_265_330),
            #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        )
    ])
    func signature(_ secret: String, _ id: String, _ time: Int64, _ body: String, _ expected: String) throws {
        let secret = try #require(WebhookSecret(secret))
        #expect(secret.signature(id: id, timestamp: time, body: Data(body.utf8)) == expected)
        #expect(secret.signature(id: id, timestamp: time + 1, body: Data(body.utf8)) != expected)
    }

    @Test func madeOnesAreGoodAndDiffer() throws {
        let secrets = (0..<20).map { _ in WebhookSecret.make() }
        #expect(Set(secrets).count == 20)
        for secret in secrets { _ = try #require(WebhookSecret(secret)) }
    }

    @Test(arguments: [(23, false), (24, true), (64, true), (65, false), (0, false)])
    func length(_ octets: Int, _ isGood: Bool) {
        let text = "whsec_" + Data(repeating: 7, count: octets).base64EncodedString()
        #expect((WebhookSecret(text) != nil) == isGood)
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_####", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ])
    func notASecret(_ text: String) {
        #expect(WebhookSecret(text) == nil)
    }
}
