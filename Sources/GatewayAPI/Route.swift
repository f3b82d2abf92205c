// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes

/// One route of the API: what it is called, who may use it, what it takes and answers, and what it does. The router and the
/// OpenAPI document are both made from these.
struct Route: Sendable {
    /// Who may use a route, once there is a token.
    enum Access: Sendable, Equatable {
        case anyToken
        case scope(Scope)
        /// The route asks for a ticket, or as any other.
        case webSocket
        /// Only over the Unix socket.
        case owner
    }

    let method: HTTPRequest.Method
    /// Components separated by `/`; `{name}` stands for any one.
    let path: String
    let access: Access
    let documentation: RouteDocumentation
    let handle: @Sendable (APIRequest) async throws -> APIReply

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ documentation: RouteDocumentation,
        handle: @escaping @Sendable (APIRequest) async throws -> APIReply
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.documentation = documentation
        self.handle = handle
    }

    /// Whether the path of a request is this route's, whatever its method.
    func matches(path: String) -> Bool {
        let pattern = self.path.split(separator: "/")
        let components = path.split(separator: "/")
        return pattern.count == components.count
            && zip(pattern, components).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// What the OpenAPI document says of a route.
struct RouteDocumentation: Sendable {
    struct Parameter: Sendable {
        enum Place: String, Sendable { case path, query, header }
        var name: String
        var place: Place
        var schema: JSONValue
        var text: String
    }

    struct Answer: Sendable {
        var status: Int
        var text: String
        /// Name of a schema of the document; `nil` for an answer without a body.
        var schema: JSONValue?
    }

    var name: String
    var summary: String
    var parameters: [Parameter] = []
    /// Schema of the request's body.
    var body: JSONValue?
    var isBodyRequired = true
    var answers: [Answer]
    /// Statuses of problems, beside those every route may answer.
    var problems: [Int] = []
}
