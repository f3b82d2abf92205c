// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Messaging
import SMSPDU

extension Gateway {
    var sendingRoutes: [Route] {
        [
            Route(.post, "/api/sms", .scope(.sendMessages), .sendMessage) { try await self.send($0) }
        ]
    }

    private func send(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.fields(known: OutgoingRequest.fieldNames)
        let order = try OutgoingRequest(fields, token: request.principal.tokenName)
        let acceptance = try await self.messaging.accepting(order)
        return APIReply(.accepted, acceptance.json(isList: fields.isList("to")))
    }
}

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
