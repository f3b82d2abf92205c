// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes
import Hummingbird
import HummingbirdCore

/// The API on one listener.
struct APIRouter: Sendable {
    let routes: [Route]
    private let gateway: Gateway
    private let authenticator: Authenticator
    private let hostPolicy: HostPolicy?
    private let maximumBodySize: Int

    /// - Parameter hostPolicy: `nil` on the Unix socket.
    init(gateway: Gateway, listener: Authenticator.Listener, hostPolicy: HostPolicy?, maximumBodySize: Int) {
        self.gateway = gateway
        self.authenticator = Authenticator(listener: listener, store: gateway.store, tickets: gateway.tickets)
        self.hostPolicy = hostPolicy
        self.maximumBodySize = maximumBodySize
        let webSocket = WebSocketRoute(gateway: gateway, authenticator: self.authenticator, hostPolicy: hostPolicy)
        self.webSocket = webSocket
        self.routes = OpenAPIDocument.documenting(
            gateway.routes + [webSocket.ticketRoute(), webSocket.route()], version: gateway.version)
    }

    let webSocket: WebSocketRoute

    /// Connects the routes; a HEAD request gets what GET would, without its body.
    func responder() -> RouterResponder<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware(routes: self.routes))
        if let hostPolicy { router.add(middleware: HostMiddleware(policy: hostPolicy)) }
        router.add(middleware: AuthenticationMiddleware(authenticator: self.authenticator))
        for route in self.routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try await self.answer(request, context, with: route)
            }
        }
        return router.buildResponder()
    }

    private func answer(_ request: Request, _ context: APIContext, with route: Route) async throws -> Response {
        let principal = context.principal ?? .unauthenticated
        try self.admit(principal, to: route)
        let request = APIRequest(
            request, context: context, principal: principal, maximumBodySize: self.maximumBodySize)
        return try await route.handle(request).response
    }

    private func admit(_ principal: Principal, to route: Route) throws(Problem) {
        switch route.access {
        case .anyToken, .webSocket: break
        case .scope(let scope): try principal.require(scope)
        case .owner:
            guard principal != .owner else { return }
            throw Problem(
                .forbidden, "owner-only",
                "Tokens and the audit are managed on the gateway's own machine: modemgate token create|list|revoke.")
        }
    }
}

extension Gateway {
    /// All routes except those of the WebSocket, which depend on the listener.
    var routes: [Route] {
        self.healthRoutes + self.modemRoutes + self.ussdRoutes + self.sendingRoutes + self.reportRoutes
            + self.listingRoutes + self.conversationRoutes + self.limitRoutes + self.optOutRoutes + self.webhookRoutes
            + self.ownerRoutes
    }
}
