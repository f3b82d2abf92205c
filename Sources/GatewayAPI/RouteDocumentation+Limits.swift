// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension RouteDocumentation {
    static let showLimits = Self(
        name: "showLimits", summary: "What each modem and SIM may send, has sent, and why it rests.",
        answers: [Answer(status: 200, text: "The limits.", schema: OpenAPISchemas.reference("Limits"))])

    static let listOptOuts = Self(
        name: "listOptOuts", summary: "Who wants no messages, oldest first.",
        parameters: [
            Parameter(
                name: "number", place: .query, schema: OpenAPISchemas.string,
                text: "Only this number, in any spelling; all its entries at once."),
            Parameter(
                name: "limit", place: .query, schema: ["type": "integer", "minimum": 1, "maximum": 500],
                text: "Most items, 50 unless given."),
            Parameter(
                name: "cursor", place: .query, schema: OpenAPISchemas.string, text: "\"next\" of the page before."),
        ], answers: [Answer(status: 200, text: "A page.", schema: OpenAPISchemas.reference("OptOutList"))],
        problems: [400])

    static let addOptOut = Self(
        name: "addOptOut", summary: "No more messages to this number: from one SIM, or from any.",
        body: OpenAPISchemas.reference("NewOptOut"),
        answers: [
            Answer(
                status: 201, text: "The entry; the one there was, when it says the same.",
                schema: OpenAPISchemas.reference("OptOut"))
        ], problems: [400, 413, 415, 422, 503])

    static let removeOptOut = Self(
        name: "removeOptOut", summary: "Messages again.",
        parameters: [
            Parameter(
                name: "id", place: .path, schema: OpenAPISchemas.string,
                text: "An entry's id, or a number, which removes all its entries.")
        ], answers: [Answer(status: 200, text: "What was removed.", schema: OpenAPISchemas.reference("OptOutList"))],
        problems: [404])
}
