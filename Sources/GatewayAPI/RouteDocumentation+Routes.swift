// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore

/// What the OpenAPI document says of each route.
extension RouteDocumentation {
    static func schema(_ name: String) -> JSONValue { OpenAPISchemas.reference(name) }

    static func answer(_ text: String, _ schema: String, status: Int = 200) -> Answer {
        Answer(status: status, text: text, schema: self.schema(schema))
    }

    static func path(_ name: String, _ text: String) -> Parameter {
        Parameter(name: name, place: .path, schema: OpenAPISchemas.string, text: text)
    }

    static func query(_ name: String, _ text: String, _ schema: JSONValue = OpenAPISchemas.string) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, text: text)
    }

    // MARK: Modems

    static let listModems = Self(
        name: "listModems", summary: "All modems.", answers: [answer("The modems.", "ModemList")])

    static let showModem = Self(
        name: "showModem", summary: "One modem.", parameters: [path("id", "The modem's id.")],
        answers: [answer("The modem.", "Modem")], problems: [404])

    static let sendCommand = Self(
        name: "sendCommand", summary: "Sends an AT command and returns the modem's answer.",
        parameters: [path("id", "The modem's id.")], body: schema("Command"),
        answers: [answer("What the modem answered, ERROR included.", "CommandAnswer")],
        problems: [400, 404, 409, 413, 415, 503, 504])

    // MARK: Messages

    // MARK: Events

    static let createTicket = Self(
        name: "createTicket", summary: "A ticket with which a browser opens /ws: good once, for a minute.",
        answers: [answer("The ticket.", "Ticket", status: 201)])

    static let openWebSocket = Self(
        name: "openWebSocket", summary: "Events as they happen, as text frames of the schema Event.",
        parameters: [
            query("ticket", "From POST /api/ws-ticket."),
            query("since", "\"seq\" of the last event seen: what came after it is sent first.", OpenAPISchemas.integer),
        ], answers: [Answer(status: 101, text: "A WebSocket, RFC 6455.", schema: nil)], problems: [400, 426])

    // MARK: The gateway

    static let showHealth = Self(
        name: "showHealth", summary: "The truth about modems, database and queue.",
        answers: [
            answer("Messages are stored, and some modem can send.", "Health"),
            answer("Messages are not stored, or no modem can send.", "Health", status: 503),
        ])

    static let showDocument = Self(
        name: "showDocument", summary: "This document.",
        answers: [Answer(status: 200, text: "OpenAPI 3.1.", schema: ["type": "object"])])

    static let createToken = Self(
        name: "createToken", summary: "Creates a token; its secret is shown this once.", body: schema("NewToken"),
        answers: [answer("The token with its secret.", "CreatedToken", status: 201)],
        problems: [400, 409, 413, 415, 422])

    static let listTokens = Self(
        name: "listTokens", summary: "All tokens, without their secrets.", answers: [answer("The tokens.", "TokenList")]
    )

    static let revokeToken = Self(
        name: "revokeToken", summary: "Revokes a token at once and closes its connections.",
        parameters: [path("name", "The token's name.")], answers: [answer("The revoked token.", "Token")],
        problems: [404])

    static let listAudit = Self(
        name: "listAudit", summary: "The newest AT commands sent through the console, newest first.",
        parameters: [
            query("limit", "Most items, 100 unless given.", ["type": "integer", "minimum": 1, "maximum": 1000])
        ],
        answers: [answer("The commands.", "AuditList")], problems: [400])
}
