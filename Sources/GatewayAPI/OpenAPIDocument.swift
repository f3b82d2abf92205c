// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes

/// The OpenAPI 3.1 document, made from the routes and the schemas.
enum OpenAPIDocument {
    /// The routes, and one more that shows the document of them all.
    static func documenting(_ routes: [Route], version: String) -> [Route] {
        let path = "/api/openapi.json"
        // The document describes its own route too; what that one does is of no matter to it.
        let itself = Route(.get, path, .anyToken, .showDocument) { _ in APIReply(.ok, .null) }
        let all = routes + [itself]
        return routes + [
            Route(.get, path, .anyToken, .showDocument) { _ in APIReply(.ok, Self.json(all, version: version)) }
        ]
    }

    static func json(_ routes: [Route], version: String) -> JSONValue {
        var paths = JSONObject()
        for route in routes {
            var operations = JSONObject()
            if case .object(let known) = paths[route.path] { operations = known }
            operations.set(route.method.rawValue.lowercased(), self.operation(route))
            paths.set(route.path, .object(operations))
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Modemgate", "version": .string(version),
                "description": "SMS and AT commands through cellular modems. See docs/API.md.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["bearer": []], [:]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": "Needed as soon as one token exists. Without any, only this machine is served.",
                    ]
                ],
                "schemas": OpenAPISchemas.all,
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSONValue {
        let documentation = route.documentation
        var operation = JSONObject()
        operation.append("operationId", .string(documentation.name))
        operation.append("summary", .string(documentation.summary))
        operation.append("description", .string(self.text(of: route.access)))
        if !documentation.parameters.isEmpty {
            operation.append("parameters", .array(documentation.parameters.map(self.parameter)))
        }
        if let body = documentation.body {
            operation.append(
                "requestBody",
                [
                    "required": .bool(documentation.isBodyRequired),
                    "content": ["application/json": ["schema": body]],
                ])
        }
        operation.append("responses", .object(self.responses(route)))
        return .object(operation)
    }

    private static func text(of access: Route.Access) -> String {
        switch access {
        case .anyToken: "Any valid token."
        case .scope(let scope): "A token with the scope \(scope.rawValue)."
        case .webSocket: "A ticket, or a token with the scope \(Scope.readMessages.rawValue)."
        case .owner: "Only over the Unix socket in the data directory."
        }
    }

    private static func parameter(_ parameter: RouteDocumentation.Parameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.place == .path), "schema": parameter.schema,
            "description": .string(parameter.text),
        ]
    }

    private static func responses(_ route: Route) -> JSONObject {
        var responses = JSONObject()
        for answer in route.documentation.answers {
            var response = JSONObject()
            response.append("description", .string(answer.text))
            if let schema = answer.schema { response.append("content", ["application/json": ["schema": schema]]) }
            responses.set(String(answer.status), .object(response))
        }
        for status in (self.everyRoute + route.documentation.problems).sorted() where responses[String(status)] == nil {
            responses.set(
                String(status),
                [
                    "description": .string(HTTPResponse.Status(code: status).reasonPhrase),
                    "content": ["application/problem+json": ["schema": OpenAPISchemas.reference("Problem")]],
                ])
        }
        return responses
    }

    /// What any route may answer: no or a wrong token, a missing scope or a foreign page, a failure of ours.
    private static let everyRoute = [401, 403, 500]
}
