// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import HTTPTypes
import HummingbirdCore
import Messaging
import NIOCore
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
        let isList = fields.isList("to")
        guard let key = try Self.idempotencyKey(request, fields) else {
            return APIReply(.accepted, try await self.messaging.accepting(order).json(isList: isList))
        }
        let answer = try await self.messaging.accepting(order, once: key) { acceptance in
            Data(acceptance.json(isList: isList).encoded().readableBytesView)
        }
        var reply = APIReply(.accepted, .null)
        reply.encoded = Array(answer.body)
        if answer.isReplayed, let name = Self.idempotentReplayed { reply.headers[name] = "true" }
        return reply
    }

    private static let idempotencyKey = HTTPField.Name("Idempotency-Key")
    private static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")

    private static func idempotencyKey(
        _ request: APIRequest, _ fields: RequestFields
    ) throws(Problem) -> IdempotencyKey? {
        guard let name = Self.idempotencyKey, let key = request.request.headers[name] else { return nil }
        // A header given twice has a space and a comma between its values.
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem.badRequest(
                "invalid-idempotency-key",
                "Idempotency-Key must be one value of 1 to 255 visible ASCII characters, without spaces: a UUID, for example."
            )
        }
        return IdempotencyKey(
            key, token: request.principal.tokenName, request: Data(fields.canonical.encoded().readableBytesView))
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
