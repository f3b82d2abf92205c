// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import Testing

@Suite struct HostPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var host: String?
        var origin: String?
        var fetchSite: String?
        var refusal: HostPolicy.Refusal?

        var testDescription: String { self.name }

        init(
            _ name: String, host: String?, origin: String? = nil, fetchSite: String? = nil,
            refused refusal: HostPolicy.Refusal? = nil
        ) {
            self.name = name
            self.host = host
            self.origin = origin
            self.fetchSite = fetchSite
            self.refusal = refusal
        }
    }

    static let cases = [
        Case("loopbackAddress", host: "127.0.0.1:8080"),
        Case("otherLoopbackAddress", host: "127.1.2.3"),
        Case("loopbackIPv6", host: "[::1]:8080"),
        Case("localhost", host: "LocalHost:9000"),
        Case("listenAddress", host: "192.0.2.7:8080"),
        Case("listedName", host: "gateway.example.org"),
        Case("listedNameWithFinalDot", host: "gateway.example.org.:8080"),
        Case("listedPort", host: "proxy.example.org:8443"),
        Case("unlistedPort", host: "proxy.example.org:1", refused: .host("proxy.example.org:1")),
        Case("reboundName", host: "evil.example.com:8080", refused: .host("evil.example.com:8080")),
        Case("nameThatBeginsLikeLoopback", host: "127.0.0.1.example.com", refused: .host("127.0.0.1.example.com")),
        Case("nameThatBeginsLikeLocalhost", host: "localhost.example.com", refused: .host("localhost.example.com")),
        Case("userInformation", host: "localhost@evil.example.com", refused: .host("localhost@evil.example.com")),
        Case("brokenPort", host: "localhost:x", refused: .host("localhost:x")),
        Case("unclosedBracket", host: "[::1", refused: .host("[::1")),
        Case("none", host: nil, refused: .noHost),
        Case("empty", host: "", refused: .noHost),
        Case("sameOrigin", host: "localhost:8080", origin: "http://localhost:8080"),
        Case("sameOriginWithTLS", host: "gateway.example.org", origin: "https://gateway.example.org"),
        Case("listedOriginBehindAProxy", host: "127.0.0.1:8080", origin: "https://gateway.example.org"),
        Case(
            "otherPortOfThisMachine", host: "localhost:8080", origin: "http://localhost:3000",
            refused: .origin("http://localhost:3000")),
        Case(
            "foreignOrigin", host: "localhost:8080", origin: "https://evil.example.com",
            refused: .origin("https://evil.example.com")),
        Case("opaqueOrigin", host: "localhost:8080", origin: "null", refused: .origin("null")),
        Case(
            "extension", host: "localhost:8080", origin: "ext://localhost:8080",
            refused: .origin("ext://localhost:8080")),
        Case("foreignImage", host: "localhost:8080", fetchSite: "cross-site", refused: .crossSite),
        Case("typedAddress", host: "localhost:8080", fetchSite: "none"),
        Case("ownScript", host: "localhost:8080", fetchSite: "same-origin"),
    ]

    @Test(arguments: cases) func check(_ row: Case) {
        let policy = HostPolicy(listen: "192.0.2.7", allowedHosts: ["Gateway.example.org", "proxy.example.org:8443"])
        var refusal: HostPolicy.Refusal?
        do {
            try policy.check(host: row.host, origin: row.origin, fetchSite: row.fetchSite)
        } catch {
            refusal = error
        }
        #expect(refusal == row.refusal)
    }

    @Test func addressForAllInterfacesStandsForNoName() {
        let policy = HostPolicy(listen: "0.0.0.0", allowedHosts: [])
        #expect(throws: HostPolicy.Refusal.host("0.0.0.0:8080")) {
            try policy.check(host: "0.0.0.0:8080", origin: nil, fetchSite: nil)
        }
    }
}
