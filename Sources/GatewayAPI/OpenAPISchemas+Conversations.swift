// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension OpenAPISchemas {
    static let conversation = object([
        "peer": string, "unread": integer, "modems": array(of: string), "lastMessage": reference("Message"),
    ])

    static let conversationReading = object(["peer": string, "marked": integer, "unread": integer])

    static let voicemail = object([
        "modem": string, "kind": choice(["voicemail", "fax", "email", "other", "video"]), "waiting": boolean,
        "count": integerOrNull, "changedAt": time, "message": string,
    ])
}
