// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Messaging

/// What is sent, and what it costs.
extension OpenAPISchemas {
    static let newMessage = request(
        [
            "to": ["oneOf": [string, ["type": "array", "items": string, "minItems": 1]]],
            "text": string, "dataHex": string,
            "data": [
                "oneOf": [
                    request(["hex": string], required: ["hex"]), request(["base64": string], required: ["base64"]),
                ]
            ],
            "ports": request(["destination": port, "source": port], required: ["destination"]),
            "modem": string, "sim": string,
            "route": ["oneOf": [string, ["type": "array", "items": string, "minItems": 1, "maxItems": 64]]],
            "class": ["type": "integer", "minimum": 0, "maximum": 3],
            "validity": ["type": "integer", "minimum": 300, "maximum": 38_102_400],
            "sendAt": time,
            "priority": ["type": "integer", "minimum": 0, "maximum": 9],
            "deliveryReport": boolean,
            "replaceType": ["type": "integer", "minimum": 1, "maximum": 7],
            "reference": ["type": "string", "minLength": 1, "maxLength": 128],
        ], required: ["to"])

    private static let port: JSONValue = ["type": "integer", "minimum": 0, "maximum": 65_535]

    static let cost = object([
        "encoding": string, "parts": integer, "recipients": integer, "totalParts": integer,
        "unit": choice(["septet", "utf16", "octet"]), "charactersPerPart": integer, "unitsUsed": integer,
        "unitsLeft": integer,
    ])

    /// A message, and what is said of it once.
    static func message(with more: JSONValue) -> JSONValue {
        guard case .object(var properties) = self.messageProperties, case .object(let added) = more else { return more }
        for member in added.members { properties.set(member.name, member.value) }
        return self.object(.object(properties))
    }

    static let acceptedMessage = message(with: ["cost": reference("Cost")])

    static let preview = object([
        "recipients": array(
            of: object([
                "written": string, "to": string, "modems": array(of: string), "sim": stringOrNull, "why": string,
                "error": errorOrNull,
            ])),
        "repeated": array(of: string),
        "parts": array(
            of: object([
                "number": integer, "text": stringOrNull, "dataHex": stringOrNull, "unitsUsed": integer,
                "unitsLeft": integer,
            ])),
        "cost": reference("Cost"), "sendAt": timeOrNull, "expiresAt": time,
    ])

    static let resend = request(["confirm": boolean], required: [])

    static let resentMessage = message(with: ["resentParts": array(of: integer)])

    static let statusReport = object([
        "modem": string, "reference": integer, "to": string, "status": integer, "statusText": string,
        "verdict": choice(["delivered", "pending", "failed", "expired"]), "dischargedAt": timeOrNull,
        "receivedAt": time, "matched": boolean, "message": stringOrNull, "part": integerOrNull, "pdu": string,
    ])

    static let batch = object([
        "batch": stringOrNull, "messages": array(of: reference("Message")), "repeated": array(of: string),
        "cost": reference("Cost"),
    ])
}
