// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")
}

extension HTTPFields {
    /// The value of a field whose name may not have been valid.
    fileprivate subscript(optional name: HTTPField.Name?) -> String? {
        get { name.flatMap { self[$0] } }
        set { if let name { self[name] = newValue } }
    }
}

extension HostPolicy {
    /// Checks a request's headers.
    func check(_ head: HTTPRequest) throws(Problem) {
        do {
            try self.check(
                host: head.authority, origin: head.headerFields[.origin],
                fetchSite: head.headerFields[optional: .secFetchSite])
        } catch {
            throw Self.problem(error)
        }
    }

    private static func problem(_ refusal: Refusal) -> Problem {
        switch refusal {
        case .noHost: .badRequest("no-host", "Send the header Host, as HTTP/1.1 asks.")
        case .host(let host):
            Problem(
                .forbidden, "host-not-allowed",
                "The gateway does not answer to the name \"\(host.prefix(100))\". If it should, add it to http.allowed_hosts."
            )
        case .origin(let origin):
            Problem(
                .forbidden, "origin-not-allowed",
                "Pages of \"\(origin.prefix(100))\" may not use the gateway. If they should, add their host to http.allowed_hosts."
            )
        case .crossSite:
            Problem(.forbidden, "cross-site", "Pages of other sites may not use the gateway.")
        }
    }
}

/// Outermost: turns every error into a problem, and keeps browsers from making anything else of an answer.
struct ProblemMiddleware: RouterMiddleware {
    let routes: [Route]

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            // What came is not HTTP; the connection answers that.
            throw error
        } catch {
            response = self.problem(error, request, context).response
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        response.headers[optional: .crossOriginResourcePolicy] = "same-origin"
        return response
    }

    private func problem(_ error: any Error, _ request: Request, _ context: APIContext) -> Problem {
        if let error = error as? HTTPError, error.status == .notFound { return self.notFound(request) }
        if let problem = Problem(describing: error) { return problem }
        context.logger.error(
            "a request failed",
            metadata: [
                "http.method": "\(request.method)", "http.route": "\(context.endpointPath ?? "-")", "error": "\(error)",
            ])
        return .internalError
    }

    /// 405 where the path is known and the method is not, RFC 9110 §15.5.6.
    private func notFound(_ request: Request) -> Problem {
        let matching = self.routes.filter { $0.matches(path: request.uri.path) }
        // A path of its own hides one with a place-holder, as it does for the router.
        let literal = matching.filter { !$0.path.contains("{") }
        let methods = (literal.isEmpty ? matching : literal).map(\.method.rawValue)
        guard !methods.isEmpty else {
            return Problem(
                .notFound, "unknown-route",
                "There is nothing at \(request.uri.path.prefix(200)). GET /api/openapi.json lists what there is.")
        }
        let allowed = (methods + (methods.contains("GET") ? ["HEAD"] : [])).joined(separator: ", ")
        var problem = Problem(
            .methodNotAllowed, "method-not-allowed",
            "\(request.method.rawValue) is not possible here. Use one of: \(allowed).")
        problem.headers[.allow] = allowed
        return problem
    }
}

/// Refuses pages of other sites.
struct HostMiddleware: RouterMiddleware {
    let policy: HostPolicy

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        try self.policy.check(request.head)
        return try await next(request, context)
    }
}

/// Says who is asking; what that one may do is for the route.
struct AuthenticationMiddleware: RouterMiddleware {
    let authenticator: Authenticator

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if request.uri.path != WebSocketRoute.path {
            context.principal = try await self.authenticator.principal(headers: request.headers)
        }
        return try await next(request, context)
    }
}
