// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Messaging
import SMSPDU

extension Acceptance {
    /// One message with its cost, or the batch when the request had a list.
    func json(isList: Bool) -> JSONValue {
        guard isList else {
            guard let message = self.messages.first, case .object(var object) = message.json else { return .null }
            object.append("cost", self.cost.json)
            return .object(object)
        }
        return [
            "batch": .string(orNull: self.messages.first?.batch),
            "messages": .array(self.messages.map(\.json)),
            "repeated": .array(self.repeated.map(JSONValue.string)),
            "cost": self.cost.json,
        ]
    }
}

extension MessageCost {
    var json: JSONValue {
        [
            "encoding": .string(self.encoding),
            "parts": .integer(self.parts),
            "recipients": .integer(self.recipients),
            "totalParts": .integer(self.totalParts),
            "unit": .string(self.unit.rawValue),
            "charactersPerPart": .integer(self.unitsPerPart),
            "unitsUsed": .integer(self.unitsUsed),
            "unitsLeft": .integer(self.unitsLeft),
        ]
    }
}

extension MessagePreview {
    var json: JSONValue {
        [
            "recipients": .array(self.recipients.map(\.json)),
            "repeated": .array(self.repeated.map(JSONValue.string)),
            "parts": .array(self.parts.enumerated().map { Self.json($1, number: $0 + 1) }),
            "cost": self.cost.json,
            "sendAt": WireTime.json(self.sendAt),
            "expiresAt": WireTime.json(self.expiresAt),
        ]
    }

    private static func json(_ part: UserData, number: Int) -> JSONValue {
        let data = part.text == nil ? Data(part.data) : nil
        return [
            "number": .integer(number),
            "text": .string(orNull: part.text),
            "dataHex": .string(orNull: data.map(StoredMessage.hex)),
            "unitsUsed": .integer(part.unitsUsed),
            "unitsLeft": .integer(part.unitCapacity - part.unitsUsed),
        ]
    }
}

extension MessagePreview.Recipient {
    fileprivate var json: JSONValue {
        [
            "written": .string(self.written),
            "to": .string(self.number),
            "modems": .array(self.modems.map(JSONValue.string)),
            "sim": .string(orNull: self.sim),
            "why": .string(self.why),
            "error": self.refusal?.json ?? .null,
        ]
    }
}
