// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import modemgate

/// Tokens while no daemon runs.
@Suite struct TokenAccessTests {
    @Test func aTokenIsMadeListedAndRevokedInTheDatabase() async throws {
        let directory = try TemporaryDirectory()
        let tokens = TokenAccess(daemon: DaemonClient(dataDirectory: directory.path))
        let made = try await tokens.create(name: "shop", scopes: ["sms:send", "sms:read"])
        let token = try Answer.decode(TokenAnswer.self, from: made)
        #expect(token.token?.isEmpty == false)
        #expect(token.scopes == ["sms:read", "sms:send"])
        let listed = try Answer.decode(ListAnswer<TokenAnswer>.self, from: try await tokens.list())
        #expect(listed.items.map(\.name) == ["shop"])
        #expect(listed.items.first?.token == nil)
        _ = try await tokens.revoke(name: "shop")
        #expect(try Answer.decode(ListAnswer<TokenAnswer>.self, from: try await tokens.list()).items.isEmpty)
    }

    @Test(arguments: [("local", ["sms:read"]), ("shop", ["sms:write"]), ("", ["sms:read"])])
    func whatTheAPIRefusesIsRefused(_ name: String, _ scopes: [String]) async throws {
        let directory = try TemporaryDirectory()
        let tokens = TokenAccess(daemon: DaemonClient(dataDirectory: directory.path))
        let failure = await #expect(throws: CommandFailure.self) {
            try await tokens.create(name: name, scopes: scopes)
        }
        #expect(failure?.status == .failure)
    }

    @Test func aNameIsTakenOnce() async throws {
        let directory = try TemporaryDirectory()
        let tokens = TokenAccess(daemon: DaemonClient(dataDirectory: directory.path))
        _ = try await tokens.create(name: "shop", scopes: ["sms:read"])
        let failure = await #expect(throws: CommandFailure.self) {
            try await tokens.create(name: "shop", scopes: ["sms:read"])
        }
        #expect(failure?.message.contains("shop") == true)
    }

    @Test func listingInAnEmptyDirectoryMakesNoDatabase() async throws {
        let directory = try TemporaryDirectory()
        let tokens = TokenAccess(daemon: DaemonClient(dataDirectory: directory.path))
        for _ in 0..<2 {
            let failure = await #expect(throws: CommandFailure.self) { try await tokens.list() }
            #expect(failure?.status == .unavailable)
        }
        let revoking = await #expect(throws: CommandFailure.self) { try await tokens.revoke(name: "shop") }
        #expect(revoking?.status == .unavailable)
    }
}
