// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore

extension WebhookRecord {
    /// Never the secret.
    var json: JSONValue {
        let events = self.topics.map { topics in
            EventFrame.topics.filter(topics.contains).map { JSONValue.string(EventFrame.name(of: $0)) }
        }
        return [
            "id": .string(self.id),
            "name": .string(orNull: self.name),
            "url": .string(self.url),
            "events": .array(events ?? ["*"]),
            "enabled": .bool(self.isEnabled),
            "disabledReason": .string(orNull: self.disabledReason),
            "timeout": .integer(orNull: self.timeout),
            "createdAt": .string(WireTime.string(self.createdAt)),
            "updatedAt": .string(WireTime.string(self.updatedAt)),
            "pending": .integer(self.pending),
            "dead": .integer(self.dead),
        ]
    }
}

extension DeliveryRecord {
    /// As lists show it, without the body.
    var json: JSONValue {
        [
            "id": .string(self.id),
            "webhook": .string(self.webhook),
            "event": .string(EventFrame.name(of: self.event.topic)),
            "time": .string(WireTime.string(self.event.time)),
            "conversation": .string(self.conversation),
            "state": .string(self.state.rawValue),
            "attempts": .integer(self.attempts),
            "nextAttemptAt": WireTime.json(self.dueAt),
            "lastAttemptAt": WireTime.json(self.attemptedAt),
            "finishedAt": WireTime.json(self.finishedAt),
            "status": .integer(orNull: self.status),
            "error": self.error.map { ["code": .string($0.code), "message": .string($0.message)] } ?? .null,
            "response": .string(orNull: self.excerpt),
        ]
    }

    func jsonWithBody() throws -> JSONValue {
        guard case .object(var object) = self.json else { return self.json }
        object.set("body", try WebhookBody.json(self.event))
        return .object(object)
    }
}
