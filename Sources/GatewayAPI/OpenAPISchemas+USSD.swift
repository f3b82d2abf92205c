// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem

extension OpenAPISchemas {
    private static let timeout: JSONValue = ["type": "integer", "minimum": 5, "maximum": 600]
    private static let encodings = choice(USSDText.Encoding.allCases.map(\.rawValue))
    private static let initiators = choice(USSDSession.Initiator.allCases.map(\.rawValue))

    static let newUSSDSession = request(
        [
            "code": ["type": "string", "minLength": 1, "maxLength": 182, "pattern": "^[0-9*#+]+$"], "timeout": timeout,
        ], required: ["code"])

    static let ussdReply = request(
        ["text": ["type": "string", "minLength": 1, "maxLength": 182], "timeout": timeout], required: ["text"])

    static let ussdAnswer = object([
        "modem": string, "session": string,
        "state": choice([USSDState.done.rawValue, USSDState.awaitingReply.rawValue]),
        "text": string, "dcs": integerOrNull, "encoding": encodings,
    ])

    static let openUSSDSession = object([
        "session": [
            "anyOf": [
                object([
                    "modem": string, "session": string, "state": choice(["asking", USSDState.awaitingReply.rawValue]),
                    "initiator": initiators, "who": stringOrNull, "startedAt": time,
                ]), ["type": "null"],
            ]
        ]
    ])

    static let endedUSSDSession = object([
        "modem": string, "session": string, "state": choice([USSDState.ended.rawValue]),
    ])

    static let balance = object([
        "modem": string, "code": string, "everySeconds": integer, "amount": stringOrNull, "number": numberOrNull,
        "text": stringOrNull, "at": timeOrNull, "askedAt": timeOrNull, "nextAt": timeOrNull, "problem": stringOrNull,
    ])

    static let modemBalance: JSONValue = [
        "anyOf": [
            object(["amount": string, "number": numberOrNull, "text": string, "at": time]), ["type": "null"],
        ]
    ]
}
