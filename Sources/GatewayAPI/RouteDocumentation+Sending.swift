// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension RouteDocumentation {
    static let sendMessage = Self(
        name: "sendMessage", summary: "Accepts a message for one recipient or several; 202 means stored durably.",
        parameters: [
            Parameter(
                name: "Idempotency-Key", place: .header,
                schema: ["type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"],
                text:
                    "Makes the request safe to repeat: within 7 days the same key gets the first answer and sends nothing."
            )
        ],
        body: schema("NewMessage"),
        answers: [
            Answer(
                status: 202, text: "The message, or the batch when \"to\" was a list.",
                schema: ["oneOf": [schema("AcceptedMessage"), schema("Batch")]])
        ],
        problems: [400, 409, 413, 415, 422, 503])

    static let previewMessage = Self(
        name: "previewMessage",
        summary:
            "What POST /api/sms would make of the same body: numbers, modems, parts and cost. Stores and sends nothing.",
        body: schema("NewMessage"), answers: [answer("What would be sent.", "Preview")],
        problems: [400, 413, 415, 422, 503])

    static let resendMessage = Self(
        name: "resendMessage",
        summary:
            "Sends what is missing of a message again, under its id; with \"confirm\" all of it, although it was sent.",
        parameters: [path("id", "The message's id.")], body: schema("Resend"), isBodyRequired: false,
        answers: [answer("The message, queued again.", "ResentMessage", status: 202)],
        problems: [400, 404, 409, 413, 415, 422, 503])

    static let listReports = Self(
        name: "listReports", summary: "Delivery reports as they came, newest first.",
        parameters: [
            query("matched", "false: only those whose message is not known.", OpenAPISchemas.boolean),
            query("modem", "Id of the modem that received them."),
            query("limit", "Most items, 50 unless given.", ["type": "integer", "minimum": 1, "maximum": 500]),
            query("cursor", "\"next\" of the page before."),
        ], answers: [answer("A page.", "StatusReportList")], problems: [400])
}
