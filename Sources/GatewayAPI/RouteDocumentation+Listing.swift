// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore

/// What the OpenAPI document says of the routes that show and keep messages.
extension RouteDocumentation {
    private static let narrowing = [
        query("direction", "Received or sent.", OpenAPISchemas.choice(["in", "out"])),
        query("state", "State.", OpenAPISchemas.choice(MessageState.allCases.map(\.rawValue))),
        query("modem", "Id of the modem that received or sends it."),
        query("kind", "What it is.", OpenAPISchemas.choice(MessageKind.allCases.map(\.rawValue))),
        query("unread", "Received and unread, or received and read.", OpenAPISchemas.boolean),
        query("since", "Created at this time or later.", OpenAPISchemas.time),
        query("until", "Created before this time.", OpenAPISchemas.time),
        query("q", "Words of the text, each as it begins; case and the diacritics of Latin letters do not matter."),
        query("text", "Part of the text."),
    ]

    private static let addressing = [
        query("peer", "The other side's number or name."),
        query("from", "Who sent it: received messages only."),
        query("to", "Who is to get it: sent messages only."),
        query("batch", "Batch of a request with several recipients."),
    ]

    private static let paging = [
        query("limit", "Most items, 50 unless given.", ["type": "integer", "minimum": 1, "maximum": 500]),
        query("cursor", "\"next\" of the page before."),
    ]

    static let listMessages = Self(
        name: "listMessages", summary: "Messages, newest first.", parameters: addressing + narrowing + paging,
        answers: [answer("A page.", "MessageList")], problems: [400, 503])

    static let exportMessages = Self(
        name: "exportMessages", summary: "All messages that match, newest first, as a file.",
        parameters: [query("format", "csv unless given.", OpenAPISchemas.choice(ExportFormat.allCases.map(\.rawValue)))]
            + addressing + narrowing,
        answers: [
            Answer(
                status: 200, text: "CSV (RFC 4180), or one JSON object in each line.", schema: OpenAPISchemas.string,
                mediaTypes: ExportFormat.allCases.map(\.mediaType))
        ], problems: [400, 503])

    static let showMessage = Self(
        name: "showMessage", summary: "One message.", parameters: [path("id", "The message's id.")],
        answers: [answer("The message.", "Message")], problems: [404])

    static let endMessage = Self(
        name: "endMessage", summary: "Cancels a message that is still queued; deletes one that is over.",
        parameters: [
            path("id", "The message's id."),
            query(
                "action", "cancel never deletes, delete never cancels.",
                OpenAPISchemas.choice(MessageEnding.allCases.map(\.rawValue))),
        ], answers: [answer("The message, cancelled or as it was before it was deleted.", "Message")],
        problems: [400, 404, 409, 503])

    static let readMessage = Self(
        name: "readMessage", summary: "Marks a received message as read.",
        parameters: [path("id", "The message's id.")], answers: [answer("The message.", "Message")],
        problems: [404, 409, 503])

    static let unreadMessage = Self(
        name: "unreadMessage", summary: "Marks a received message as unread.",
        parameters: [path("id", "The message's id.")], answers: [answer("The message.", "Message")],
        problems: [404, 409, 503])

    static let listConversations = Self(
        name: "listConversations", summary: "Conversations, the one with the newest message first.",
        parameters: [query("unread", "With unread messages, or without.", OpenAPISchemas.boolean)] + paging,
        answers: [answer("A page.", "ConversationList")], problems: [400])

    private static let peer = path("peer", "The other side's number or name, percent-encoded.")

    static let showConversation = Self(
        name: "showConversation", summary: "One conversation.", parameters: [peer],
        answers: [answer("The conversation.", "Conversation")], problems: [404])

    static let listConversation = Self(
        name: "listConversationMessages", summary: "Messages of a conversation, newest first.",
        parameters: [peer] + narrowing + paging, answers: [answer("A page.", "MessageList")],
        problems: [400, 404, 503])

    static let readConversation = Self(
        name: "readConversation", summary: "Marks what was received in a conversation as read.",
        parameters: [peer, query("upTo", "Id of the newest message to be marked; all without it.")],
        answers: [answer("What was marked.", "ConversationReading")], problems: [400, 404, 503])

    static let listVoicemail = Self(
        name: "listVoicemail", summary: "What waits at the operators, by modem and kind, as the networks said last.",
        answers: [answer("The indications.", "VoicemailList")])
}
