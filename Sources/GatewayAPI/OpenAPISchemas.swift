// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayStore

/// The schemas of the OpenAPI document (JSON Schema 2020-12). Every member is always there; what is not known is null.
enum OpenAPISchemas {
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    static let all: JSONValue = [
        "Modem": modem, "Message": message, "MessagePart": part, "Error": error,
        "MMSNotification": mmsNotification,
        "NewMessage": newMessage, "AcceptedMessage": acceptedMessage, "Batch": batch, "Cost": cost,
        "Preview": preview, "Resend": resend, "ResentMessage": resentMessage, "StatusReport": statusReport,
        "StatusReportList": list(of: "StatusReport"),
        "MessageList": list(of: "Message"), "ModemList": list(of: "Modem"),
        "Command": command, "CommandAnswer": commandAnswer, "Health": health,
        "NewToken": newToken, "Token": token, "CreatedToken": createdToken, "TokenList": list(of: "Token"),
        "AuditEntry": auditEntry, "AuditList": list(of: "AuditEntry"), "Ticket": ticket, "Problem": problem,
        "Event": event,
        "WaitingReason": waitingReason, "SendingLimits": sendingLimits, "Limits": limits, "ModemLimits": modemLimits,
        "NewOptOut": newOptOut, "OptOut": optOut, "OptOutList": list(of: "OptOut"),
        "Conversation": conversation, "ConversationList": list(of: "Conversation"),
        "ConversationReading": conversationReading, "Voicemail": voicemail, "VoicemailList": list(of: "Voicemail"),
        "Webhook": webhook, "NewWebhook": newWebhook, "CreatedWebhook": createdWebhook, "WebhookList": webhookList,
        "Delivery": delivery, "DeliveryWithBody": deliveryWithBody, "DeliveryList": deliveryList,
        "WebhookBody": webhookBody, "ResentDeliveries": resentDeliveries,
        "NewUSSDSession": newUSSDSession, "USSDReply": ussdReply, "USSDAnswer": ussdAnswer,
        "OpenUSSDSession": openUSSDSession, "EndedUSSDSession": endedUSSDSession, "Balance": balance,
    ]

    // MARK: Parts of schemas

    static let string: JSONValue = ["type": "string"]
    static let integer: JSONValue = ["type": "integer"]
    static let number: JSONValue = ["type": "number"]
    static let boolean: JSONValue = ["type": "boolean"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let stringOrNull: JSONValue = ["type": ["string", "null"]]
    static let integerOrNull: JSONValue = ["type": ["integer", "null"]]
    static let numberOrNull: JSONValue = ["type": ["number", "null"]]
    static let timeOrNull: JSONValue = ["type": ["string", "null"], "format": "date-time"]

    static func array(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func choice(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .array(values.map(JSONValue.string))]
    }

    /// An object all of whose members are always there.
    static func object(_ properties: JSONValue) -> JSONValue {
        var required: [JSONValue] = []
        if case .object(let object) = properties { required = object.members.map { .string($0.name) } }
        return ["type": "object", "properties": properties, "required": .array(required)]
    }

    /// An object of a request: no other members are taken.
    static func request(_ properties: JSONValue, required: [String]) -> JSONValue {
        [
            "type": "object", "properties": properties, "required": .array(required.map(JSONValue.string)),
            "additionalProperties": false,
        ]
    }

    private static func list(of name: String) -> JSONValue {
        self.object(["items": self.array(of: self.reference(name)), "next": self.stringOrNull])
    }

    // MARK: Modems

    private static let modem = object([
        "id": string, "model": stringOrNull, "manufacturer": stringOrNull, "firmware": stringOrNull,
        "imei": stringOrNull,
        "state": choice(ModemState.allCases.map(\.rawValue)), "reason": stringOrNull,
        "sim": object([
            "state": choice(SIMState.allCases.map(\.rawValue)), "iccid": stringOrNull, "imsi": stringOrNull,
            "number": stringOrNull,
        ]),
        "network": object([
            "registration": choice(Registration.allCases.map(\.rawValue)), "operator": stringOrNull,
            "plmn": stringOrNull,
            "technology": stringOrNull, "lac": integerOrNull, "cellId": integerOrNull,
        ]),
        "signal": signal,
        "ports": array(of: object(["role": string, "path": string])),
        "balance": modemBalance,
        "since": time,
    ])

    private static let signal = object([
        "rssiDbm": integerOrNull, "rsrpDbm": integerOrNull, "rsrqDb": numberOrNull, "sinrDb": numberOrNull,
        "percent": integerOrNull,
    ])

    private static let command = request(["command": string, "confirm": boolean], required: ["command"])

    private static let commandAnswer = object([
        "command": string, "lines": array(of: string), "result": string, "urcs": array(of: string),
        "durationMs": number,
    ])

    // MARK: Messages

    private static let states = choice(MessageState.allCases.map(\.rawValue))

    private static let error = object(["code": string, "message": string])
    static let errorOrNull: JSONValue = ["anyOf": [reference("Error"), ["type": "null"]]]

    static let messageProperties: JSONValue = [
        "id": string, "direction": choice(["in", "out"]), "from": stringOrNull, "to": stringOrNull,
        "text": stringOrNull,
        "dataHex": stringOrNull, "state": states, "modem": stringOrNull, "encoding": stringOrNull,
        "class": integerOrNull,
        "parts": array(of: reference("MessagePart")), "incomplete": boolean, "error": errorOrNull,
        "batch": stringOrNull,
        "token": stringOrNull, "createdAt": time, "sentAt": timeOrNull, "deliveredAt": timeOrNull,
        "receivedAt": timeOrNull,
        "priority": integer, "sendAt": timeOrNull, "expiresAt": timeOrNull, "reference": stringOrNull,
        "replaceType": integerOrNull, "route": ["type": ["array", "null"], "items": string], "sim": stringOrNull,
        "resends": integer, "waiting": waitingOrNull,
        "kind": choice(MessageKind.allCases.map(\.rawValue)),
        "ports": ["anyOf": [object(["destination": integer, "source": integer]), ["type": "null"]]],
        "mms": ["anyOf": [reference("MMSNotification"), ["type": "null"]]],
        "messageWaiting": array(of: object(["kind": string, "active": boolean, "count": integerOrNull])),
        "contentType": stringOrNull, "readAt": timeOrNull, "completedAt": timeOrNull,
    ]

    private static let message = object(messageProperties)

    private static let mmsNotification = object([
        "from": stringOrNull, "subject": stringOrNull, "url": stringOrNull, "sizeBytes": integerOrNull,
        "expiresAt": timeOrNull, "transaction": stringOrNull,
    ])

    private static let part = object([
        "number": integer, "state": states, "reference": integerOrNull, "status": integerOrNull,
        "statusText": stringOrNull, "error": errorOrNull, "sentAt": timeOrNull, "deliveredAt": timeOrNull,
        "timestamp": stringOrNull, "pdu": string,
    ])

    // MARK: The gateway

    private static let health = object([
        "status": choice(["ok", "degraded", "down"]), "version": string, "time": time,
        "modems": object([
            "total": integer, "usable": integer,
            "items": array(of: object(["id": string, "state": string, "reason": stringOrNull, "since": time])),
        ]),
        "database": object([
            "ok": boolean, "problem": stringOrNull, "durable": boolean, "synchronous": integer,
            "waitingWriters": integer,
            "lastCommitMs": numberOrNull, "sizeBytes": integer, "unmatchedReports": integer,
        ]),
        "queue": object([
            "queued": integerOrNull, "sending": integerOrNull, "uncertain": integerOrNull, "oldestQueuedAt": timeOrNull,
        ]),
        "webhooks": object([
            "pending": integerOrNull, "dead": integerOrNull, "oldestPendingAt": timeOrNull,
        ]),
    ])

    private static let scopes = array(of: choice(Scope.allCases.map(\.rawValue)))

    private static let newToken = request(["name": string, "scopes": scopes], required: ["name", "scopes"])

    private static let token = object([
        "id": string, "name": string, "scopes": scopes, "createdAt": time, "lastUsedAt": timeOrNull,
    ])

    private static let createdToken = object([
        "id": string, "name": string, "scopes": scopes, "createdAt": time, "lastUsedAt": timeOrNull, "token": string,
    ])

    private static let auditEntry = object([
        "at": time, "who": string, "modem": string, "command": string, "result": string, "durationMs": integer,
    ])

    private static let ticket = object(["ticket": string, "expiresInSeconds": integer])

    private static let problem = object(["type": string, "title": string, "status": integer, "detail": string])

    private static let event = object([
        "event": choice(["hello", "snapshot"] + JournalKind.allCases.map(EventFrame.name)), "data": ["type": "object"],
        "seq": integer, "time": time,
    ])
}
