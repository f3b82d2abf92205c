// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes

extension Gateway {
    var conversationRoutes: [Route] {
        [
            Route(.get, "/api/conversations", .scope(.readMessages), .listConversations) { request in
                let query = try request.query(known: ["unread", "limit", "cursor"])
                let page = try await self.store.conversations(
                    unread: try query.bool("unread"), cursor: query.string("cursor"),
                    limit: try query.integer("limit", in: 1...500) ?? 50)
                return .list(page.items.map(\.json), next: page.next)
            },
            Route(.get, "/api/conversations/{peer}", .scope(.readMessages), .showConversation) { request in
                APIReply(.ok, try await self.conversation(request).json)
            },
            Route(.get, "/api/conversations/{peer}/messages", .scope(.readMessages), .listConversation) { request in
                let query = try request.query(known: Self.narrowingNames + ["limit", "cursor"])
                var filter = try Self.filter(query)
                filter.peer = try await self.conversation(request).peer
                filter.hidesSilent = true
                return try await self.page(filter, query)
            },
            Route(.post, "/api/conversations/{peer}/read", .scope(.readMessages), .readConversation) { request in
                let last = try request.query(known: ["upTo"]).string("upTo")
                let peer = request.pathComponent("peer")
                guard let reading = try await self.store.markConversation(peer, upTo: last) else {
                    throw Self.unknownConversation(peer)
                }
                return APIReply(
                    .ok,
                    ["peer": .string(peer), "marked": .integer(reading.marked), "unread": .integer(reading.unread)])
            },
            Route(.get, "/api/voicemail", .scope(.readMessages), .listVoicemail) { _ in
                .list(try await self.store.waitingIndications().map(\.json))
            },
        ]
    }

    private func conversation(_ request: APIRequest) async throws -> Conversation {
        let peer = request.pathComponent("peer")
        guard let conversation = try await self.store.conversation(peer) else { throw Self.unknownConversation(peer) }
        return conversation
    }

    private static func unknownConversation(_ peer: String) -> Problem {
        Problem(
            .notFound, "unknown-conversation",
            "There is no message from or to \(peer.quoted). GET /api/conversations lists those there are.")
    }
}

extension Conversation {
    fileprivate var json: JSONValue {
        [
            "peer": .string(self.peer),
            "unread": .integer(self.unread),
            "modems": .array(self.modems.map(JSONValue.string)),
            "lastMessage": self.newest.json,
        ]
    }
}

extension WaitingIndication {
    fileprivate var json: JSONValue {
        [
            "modem": .string(self.modem), "kind": .string(self.kind), "waiting": .bool(self.isActive),
            "count": .integer(orNull: self.count), "changedAt": .string(WireTime.string(self.changedAt)),
            "message": .string(self.message),
        ]
    }
}
