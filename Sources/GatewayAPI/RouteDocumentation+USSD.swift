// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension RouteDocumentation {
    private static let modem = Parameter(
        name: "id", place: .path, schema: OpenAPISchemas.string, text: "The modem's id.")
    private static let session = Parameter(
        name: "session", place: .path, schema: OpenAPISchemas.string, text: "The session's id.")

    private static func answer(_ text: String, _ schema: String) -> Answer {
        Answer(status: 200, text: text, schema: OpenAPISchemas.reference(schema))
    }

    static let openUSSD = Self(
        name: "openUSSD", summary: "Sends a USSD code and returns what the network says.", parameters: [modem],
        body: OpenAPISchemas.reference("NewUSSDSession"),
        answers: [answer("The network's answer, or its question.", "USSDAnswer")],
        problems: [400, 404, 409, 413, 415, 422, 502, 503, 504])

    static let showUSSD = Self(
        name: "showUSSD", summary: "The USSD session that is open at this modem.", parameters: [modem],
        answers: [answer("The session, or null.", "OpenUSSDSession")], problems: [404])

    static let answerUSSD = Self(
        name: "answerUSSD", summary: "Replies to the network's question and returns what it says next.",
        parameters: [modem, session], body: OpenAPISchemas.reference("USSDReply"),
        answers: [answer("The network's answer, or its next question.", "USSDAnswer")],
        problems: [400, 404, 409, 413, 415, 422, 502, 503, 504])

    static let cancelUSSD = Self(
        name: "cancelUSSD", summary: "Ends a USSD session.", parameters: [modem, session],
        answers: [answer("The session, which is ending.", "EndedUSSDSession")], problems: [404, 409])

    static let showBalance = Self(
        name: "showBalance", summary: "What the scheduled balance query of this modem has brought.",
        parameters: [modem], answers: [answer("The balance; values are null before the first.", "Balance")],
        problems: [404])
}
