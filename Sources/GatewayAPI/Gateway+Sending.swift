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
            Route(.post, "/api/sms", .scope(.sendMessages), .sendMessage) { try await self.send($0) },
            Route(.post, "/api/sms/preview", .scope(.sendMessages), .previewMessage) { try await self.preview($0) },
            Route(.post, "/api/sms/{id}/resend", .scope(.sendMessages), .resendMessage) { try await self.resend($0) },
        ]
    }

    private func preview(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.fields(known: OutgoingRequest.fieldNames)
        let order = try OutgoingRequest(fields, token: request.principal.tokenName)
        return APIReply(.ok, try await self.messaging.preview(order).json)
    }

    private func resend(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.optionalFields(known: ["confirm"])
        let confirmed = try fields.bool("confirm") ?? false
        let resent = try await self.messaging.resend(id: request.pathComponent("id"), confirmed: confirmed)
        guard case .object(var object) = resent.message.json else { return APIReply(.accepted, .null) }
        object.append("resentParts", .array(resent.parts.map(JSONValue.integer)))
        return APIReply(.accepted, .object(object))
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
