// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes

/// Finds out on whose behalf a request comes.
struct Authenticator: Sendable {
    /// How a request reached us.
    enum Listener: Sendable, Equatable {
        case unixSocket
        /// `isLoopback`: only this machine can connect.
        case tcp(isLoopback: Bool)
    }

    let listener: Listener
    let store: GatewayStore
    let tickets: TicketBook

    /// - Throws: ``Problem`` 401.
    func principal(headers: HTTPFields) async throws -> Principal {
        switch self.listener {
        case .unixSocket:
            return .owner
        case .tcp(let isLoopback):
            if let authorization = headers[.authorization] {
                return try await self.principal(authorization: authorization)
            }
            // A listener others can reach stays closed when its last token is revoked.
            guard isLoopback, !self.store.hasTokens else { throw Self.tokenNeeded }
            return .loopback
        }
    }

    /// Whom the request of a WebSocket comes from: by ticket, else as any other request.
    ///
    /// - Parameter redeem: whether the ticket is used up.
    func principal(ticket: String?, redeem: Bool, headers: HTTPFields) async throws -> Principal {
        guard let ticket else { return try await self.principal(headers: headers) }
        guard let principal = redeem ? self.tickets.redeem(ticket) : self.tickets.peek(ticket) else {
            throw Self.unauthorized(
                "invalid-ticket",
                "This ticket is unknown, used or older than a minute. Get a new one: POST /api/ws-ticket.")
        }
        return principal
    }

    private func principal(authorization: String) async throws -> Principal {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Self.unauthorized(
                "invalid-authorization",
                "Send the header Authorization: Bearer TOKEN; other schemes are not known here.")
        }
        // Room for a token of ours many times over; hashing more would only cost time.
        let secret = parts[1].trimmingPrefix { $0 == " " }
        guard secret.utf8.count <= 1024, let record = try await self.store.authenticate(secret: String(secret)) else {
            throw Self.unauthorized(
                "invalid-token",
                "This token is unknown or revoked. List the tokens with: modemgate token list", error: "invalid_token")
        }
        return Principal(record)
    }

    private static let tokenNeeded = Self.unauthorized(
        "token-needed",
        "Send the header Authorization: Bearer TOKEN. Create a token on the gateway's machine: modemgate token create NAME"
    )

    /// RFC 6750 §3.
    private static func unauthorized(_ code: String, _ detail: String, error: String? = nil) -> Problem {
        var problem = Problem(.unauthorized, code, detail)
        let parameter = error.map { ", error=\"\($0)\"" } ?? ""
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"modemgate\"\(parameter)"
        return problem
    }
}
