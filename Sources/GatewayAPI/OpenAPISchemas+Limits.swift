// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Limits, why messages wait, and who opted out.
extension OpenAPISchemas {
    static let waitingReason = object(["code": string, "reason": string, "until": timeOrNull])
    static let waitingOrNull: JSONValue = ["anyOf": [reference("WaitingReason"), ["type": "null"]]]

    static let sendingLimits = object([
        "perMinute": integerOrNull, "perHour": integerOrNull, "perDay": integerOrNull, "perMonth": integerOrNull,
    ])

    static let limits = object([
        "modems": array(of: reference("ModemLimits")), "recipient": reference("SendingLimits"),
        "token": reference("SendingLimits"), "timeZone": string,
    ])

    static let modemLimits = object([
        "modem": string, "sim": stringOrNull, "limits": reference("SendingLimits"),
        "used": object(["minute": integer, "hour": integer, "day": integer, "month": integer]),
        "quietHours": [
            "anyOf": [object(["start": string, "end": string, "zone": string]), ["type": "null"]]
        ],
        "partPauseSeconds": number, "waitingMessages": integer, "pause": waitingOrNull,
    ])

    static let newOptOut = request(["number": string, "modem": string, "sim": string], required: ["number"])

    static let optOut = object([
        "id": string, "number": string, "scope": choice(["sim", "global"]), "modem": stringOrNull, "sim": stringOrNull,
        "word": stringOrNull, "language": stringOrNull, "createdAt": time, "confirmation": stringOrNull,
    ])
}
