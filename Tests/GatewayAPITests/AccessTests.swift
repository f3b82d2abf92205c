// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import NIOCore
import NIOHTTP1
import Testing

/// Tokens, scopes, tickets, hosts and origins, over real connections.
@Suite struct AccessTests {
    @Test func firstTokenEndsAccessWithoutAtOnce() async throws {
        try await TestGateway.run { gateway in
            #expect(try await gateway.request(.GET, "/api/modems").status == 200)
            let token = try await gateway.createToken("monitor", [.readMessages])
            let refused = try await gateway.request(.GET, "/api/modems")
            #expect(refused.status == 401)
            #expect(try refused.problem == "token-needed")
            #expect(refused.headers.first(name: "www-authenticate") == "Bearer realm=\"modemgate\"")
            #expect(try await gateway.request(.GET, "/api/modems", token: token).status == 200)
            #expect(try await gateway.request(.GET, "/nothing").status == 401)
        }
    }

    @Test func unixSocketNeedsNoToken() async throws {
        try await TestGateway.run { gateway in
            _ = try await gateway.createToken("monitor", [.readMessages])
            #expect(try await gateway.local(.GET, "/api/modems").status == 200)
            #expect(try await gateway.local(.GET, "/api/sms").status == 200)
        }
    }

    @Test func unixSocketIsForTheOwnerOnly() async throws {
        try await TestGateway.run { gateway in
            let attributes = try FileManager.default.attributesOfItem(atPath: gateway.addresses.unixSocketPath)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(arguments: ["Basic eDp5", "Bearer", "Bearer mgt_wrong", "mgt_wrong"])
    func wrongAuthorizationIsRefusedEvenWithoutTokens(header: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.GET, "/api/modems", headers: ["authorization": header])
            #expect(answer.status == 401)
        }
    }

    @Test func missingScopeIsNamed() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("reader", [.readMessages])
            let answer = try await gateway.request(
                .POST, "/api/modems/ec25-1/at", token: token, json: #"{"command":"AT"}"#)
            #expect(answer.status == 403)
            #expect(try answer.problem == "missing-scope")
            #expect(try answer.json["scope"] == "modem:at")
            #expect(gateway.modems.commands.isEmpty)
        }
    }

    @Test(arguments: [
        (Scope.readMessages, [200, 200, 200, 403, 403]), (.sendMessages, [200, 200, 403, 400, 403]),
        (.modemCommands, [200, 200, 403, 403, 400]), (.administerPBX, [200, 200, 403, 403, 403]),
    ]) func scopesOpenTheirRoutes(scope: Scope, statuses: [Int]) async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("t", [scope])
            let answers = [
                try await gateway.request(.GET, "/api/modems", token: token).status,
                try await gateway.request(.GET, "/api/health", token: token).status,
                try await gateway.request(.GET, "/api/sms", token: token).status,
                try await gateway.request(.POST, "/api/sms", token: token, json: "{}").status,
                try await gateway.request(.POST, "/api/modems/ec25-1/at", token: token, json: "{}").status,
            ]
            #expect(answers == statuses)
        }
    }

    @Test func revokedTokenIsRefusedAtOnce() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("old", [.readMessages])
            _ = try await gateway.createToken("new", [.readMessages])
            #expect(try await gateway.request(.GET, "/api/sms", token: token).status == 200)
            #expect(try await gateway.local(.DELETE, "/api/tokens/old").status == 200)
            let answer = try await gateway.request(.GET, "/api/sms", token: token)
            #expect(answer.status == 401)
            #expect(
                answer.headers.first(name: "www-authenticate") == "Bearer realm=\"modemgate\", error=\"invalid_token\"")
            #expect(try await gateway.local(.DELETE, "/api/tokens/old").status == 404)
        }
    }

    @Test func secretIsShownOnce() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.local(
                .POST, "/api/tokens", json: #"{"name":"front","scopes":["sms:send","sms:read"]}"#)
            #expect(answer.status == 201)
            let created = try answer.json
            #expect(created.names == ["id", "name", "scopes", "createdAt", "lastUsedAt", "token"])
            #expect(created["scopes"] == .array(["sms:read", "sms:send"]))
            let listed = try await gateway.local(.GET, "/api/tokens").json["items"][0]
            #expect(listed.names == ["id", "name", "scopes", "createdAt", "lastUsedAt"])
            #expect(listed["name"] == "front")
        }
    }

    @Test(arguments: [
        (#"{"name":"a","scopes":["sms:all"]}"#, 422, "unknown-scope"),
        (#"{"name":"a","scopes":[]}"#, 400, "missing-field"),
        (#"{"scopes":["sms:read"]}"#, 400, "missing-field"),
        (#"{"name":"","scopes":["sms:read"]}"#, 422, "invalid-name"),
        (#"{"name":"local","scopes":["sms:read"]}"#, 422, "invalid-name"),
        (#"{"name":"taken","scopes":["sms:read"]}"#, 409, "name-taken"),
    ]) func tokensThatAreNotMade(json: String, status: Int, problem: String) async throws {
        try await TestGateway.run { gateway in
            _ = try await gateway.createToken("taken", [.readMessages])
            let answer = try await gateway.local(.POST, "/api/tokens", json: json)
            #expect(answer.status == status)
            #expect(try answer.problem == problem)
            #expect(gateway.store.tokens().map(\.name) == ["taken"])
        }
    }

    @Test(arguments: [
        ("GET", "/api/tokens"), ("POST", "/api/tokens"), ("DELETE", "/api/tokens/a"), ("GET", "/api/audit"),
    ])
    func tokensAreManagedOverTheUnixSocketOnly(method: String, path: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(HTTPMethod(rawValue: method), path, json: "{}")
            #expect(answer.status == 403)
            #expect(try answer.problem == "owner-only")
        }
    }

    // MARK: Pages of other sites

    @Test(
        arguments: [
            (["host": "evil.example.com"], "host-not-allowed"),
            (["origin": "https://evil.example.com"], "origin-not-allowed"),
            (["origin": "null"], "origin-not-allowed"), (["sec-fetch-site": "cross-site"], "cross-site"),
        ] as [([String: String], String)])
    func foreignPageGetsNothing(headers: [String: String], problem: String) async throws {
        try await TestGateway.run { gateway in
            for path in ["/api/sms", "/ws", "/api/openapi.json", "/nothing"] {
                let answer = try await gateway.request(.GET, path, headers: HTTPHeaders(Array(headers)))
                #expect(answer.status == 403)
                #expect(try answer.problem == problem)
                #expect(answer.headers.first(name: "access-control-allow-origin") == nil)
            }
            var webSocketHeaders = HTTPHeaders(Array(headers))
            if headers["origin"] == nil { webSocketHeaders.add(name: "origin", value: gateway.addresses.url) }
            guard headers["sec-fetch-site"] == nil else { return }
            let opened: Bool? = try await WebSocketClient.open(gateway.addresses, "/ws", headers: webSocketHeaders) {
                _ in true
            }
            #expect(opened == nil)
        }
    }

    @Test func ownPageIsServed() async throws {
        try await TestGateway.run({ $0.allowedHosts = ["gateway.example.org"] }) { gateway in
            for (host, origin) in [
                ("127.0.0.1:\(gateway.addresses.port)", gateway.addresses.url),
                ("gateway.example.org", "https://gateway.example.org"),
            ] {
                let answer = try await gateway.request(.GET, "/api/sms", headers: ["host": host, "origin": origin])
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "access-control-allow-origin") == nil)
            }
        }
    }
}
