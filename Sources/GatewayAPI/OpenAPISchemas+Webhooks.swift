// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore

extension OpenAPISchemas {
    private static let events = array(of: choice(["*"] + EventFrame.topics.map(EventFrame.name)))

    private static let webhookMembers: JSONObject = {
        let members: JSONValue = [
            "id": string, "name": stringOrNull, "url": string, "events": events, "enabled": boolean,
            "disabledReason": stringOrNull, "timeout": integerOrNull, "createdAt": time, "updatedAt": time,
            "pending": integer, "dead": integer,
        ]
        guard case .object(let object) = members else { return JSONObject() }
        return object
    }()

    static let webhook = object(.object(webhookMembers))

    static let createdWebhook: JSONValue = {
        var members = webhookMembers
        members.set("secret", string)
        return object(.object(members))
    }()

    static let newWebhook = request(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 64],
            "url": ["type": "string", "maxLength": 2_048],
            "events": [
                "type": "array", "items": choice(["*"] + EventFrame.topics.map(EventFrame.name)), "minItems": 1,
            ],
            "secret": string, "enabled": boolean,
            "timeout": ["type": "integer", "minimum": 1, "maximum": 60],
        ], required: ["url", "events"])

    private static let deliveryMembers: JSONObject = {
        let members: JSONValue = [
            "id": string, "webhook": string, "event": choice(EventTopic.allCases.map(EventFrame.name)), "time": time,
            "conversation": string, "state": choice(DeliveryState.allCases.map(\.rawValue)), "attempts": integer,
            "nextAttemptAt": timeOrNull, "lastAttemptAt": timeOrNull, "finishedAt": timeOrNull,
            "status": integerOrNull, "error": ["anyOf": [reference("Error"), ["type": "null"]]],
            "response": stringOrNull,
        ]
        guard case .object(let object) = members else { return JSONObject() }
        return object
    }()

    static let delivery = object(.object(deliveryMembers))

    static let deliveryWithBody: JSONValue = {
        var members = deliveryMembers
        members.set("body", reference("WebhookBody"))
        return object(.object(members))
    }()

    static let webhookBody = object([
        "type": choice(EventTopic.allCases.map(EventFrame.name)), "timestamp": time, "data": ["type": "object"],
    ])

    static let resentDeliveries = object(["resent": integer])
    static let webhookList = object(["items": array(of: reference("Webhook")), "next": stringOrNull])
    static let deliveryList = object(["items": array(of: reference("Delivery")), "next": stringOrNull])
}
