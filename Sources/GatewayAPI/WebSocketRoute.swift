// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes
import HummingbirdCore
import WebSocketServer

/// `GET /ws`: the upgrade, and the answer to a request that does not become a WebSocket.
struct WebSocketRoute: Sendable {
    static let path = "/ws"
    private static let parameters = ["ticket", "since"]

    let gateway: Gateway
    let authenticator: Authenticator
    /// `nil` on the Unix socket, which no browser opens.
    let hostPolicy: HostPolicy?

    /// Asked for every first request of a connection that wants a WebSocket.
    func decide(_ head: HTTPRequest) async -> WebSocketUpgradeDecision {
        let target = Self.split(head.path ?? "")
        guard head.method == .get, target.path == Self.path else { return .answerAsHTTP }
        do {
            try self.hostPolicy?.check(head)
            let (principal, start) = try await self.admit(query: target.query, headers: head.headerFields, redeem: true)
            return .accept(
                // The client has nothing to say but control frames; what it sends is not for us.
                received: { _ in },
                session: { await self.gateway.events.serve($0, principal: principal, start: start) })
        } catch {
            // The route finds the same reason, and says it.
            return .answerAsHTTP
        }
    }

    /// The route as plain HTTP: always a problem.
    func route() -> Route {
        Route(.get, Self.path, .webSocket, .openWebSocket) { request in
            _ = try await self.admit(
                query: request.request.uri.query ?? "", headers: request.request.headers, redeem: false)
            var problem = Problem(
                .upgradeRequired, "upgrade-required",
                "Open this address as a WebSocket (version 13), in the first request of a new connection.")
            problem.headers[.upgrade] = "websocket"
            problem.headers[.secWebSocketVersion] = "13"
            throw problem.closingConnection()
        }
    }

    /// `POST /api/ws-ticket`.
    func ticketRoute() -> Route {
        Route(.post, "/api/ws-ticket", .scope(.readMessages), .createTicket) { request in
            let ticket = self.gateway.tickets.issue(to: request.principal)
            let seconds = Int(TicketBook.lifetime.components.seconds)
            return APIReply(.created, ["ticket": .string(ticket), "expiresInSeconds": .integer(seconds)])
        }
    }

    private func admit(
        query: String, headers: HTTPFields, redeem: Bool
    ) async throws -> (principal: Principal, start: EventHub.Start) {
        let query = try QueryFields(query, known: Self.parameters)
        // Read before the ticket is used up: a client that mends its request can use it again.
        let start = try Self.start(query)
        let principal = try await self.authenticator.principal(
            ticket: query.string("ticket"), redeem: redeem, headers: headers)
        try principal.require(.readMessages)
        return (principal, start)
    }

    private static func start(_ query: QueryFields) throws(Problem) -> EventHub.Start {
        guard let text = query.string("since") else { return .now }
        guard let seq = Int64(text) else {
            throw Problem.badRequest("wrong-parameter", "\"since\" is the \"seq\" of the last event you have seen.")
                .about(field: "since")
        }
        return .after(seq)
    }

    private static func split(_ target: String) -> (path: Substring, query: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts.first ?? "", parts.count > 1 ? String(parts[1]) : "")
    }
}
