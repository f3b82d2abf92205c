// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Messaging

/// What `DELETE /api/sms/{id}` may be told to do.
enum MessageEnding: String, CaseIterable {
    case cancel, delete
}

extension Gateway {
    private static let pagingNames = ["limit", "cursor"]
    private static let addressingNames = ["peer", "from", "to", "batch"]
    /// What narrows any list of messages.
    static let narrowingNames = [
        "direction", "state", "modem", "kind", "unread", "since", "until", "q", "text",
    ]

    var listingRoutes: [Route] {
        [
            Route(.get, "/api/sms", .scope(.readMessages), .listMessages) { request in
                let query = try request.query(
                    known: Self.addressingNames + Self.narrowingNames + Self.pagingNames)
                var filter = try Self.filter(query)
                try Self.setPeer(of: &filter, query)
                filter.batch = query.string("batch")
                return try await self.page(filter, query)
            },
            Route(.get, "/api/sms/export", .scope(.readMessages), .exportMessages) { request in
                let query = try request.query(known: Self.addressingNames + Self.narrowingNames + ["format"])
                var filter = try Self.filter(query)
                try Self.setPeer(of: &filter, query)
                filter.batch = query.string("batch")
                let format = try query.choice("format", of: ExportFormat.self) ?? .csv
                return APIReply(try await MessageExport(format, self.store, filter).file)
            },
            Route(.get, "/api/sms/{id}", .scope(.readMessages), .showMessage) { request in
                let id = request.pathComponent("id")
                guard let message = try await self.store.message(id: id) else { throw Self.unknownMessage(id) }
                return APIReply(.ok, try await self.json([message]).first ?? .null)
            },
            Route(.delete, "/api/sms/{id}", .scope(.sendMessages), .endMessage) { try await self.end($0) },
            Route(.post, "/api/sms/{id}/read", .scope(.readMessages), .readMessage) { request in
                try await self.mark(request.pathComponent("id"), read: true)
            },
            Route(.post, "/api/sms/{id}/unread", .scope(.readMessages), .unreadMessage) { request in
                try await self.mark(request.pathComponent("id"), read: false)
            },
        ]
    }

    static func unknownMessage(_ id: String) -> Problem {
        Problem(.notFound, "unknown-message", "There is no message \(id.quoted). GET /api/sms lists them.")
    }

    func page(_ filter: MessageFilter, _ query: QueryFields) async throws -> APIReply {
        let limit = try query.integer("limit", in: 1...500) ?? 50
        let page = try await self.store.messages(matching: filter, cursor: query.string("cursor"), limit: limit)
        return .list(try await self.json(page.items), next: page.next)
    }

    private func mark(_ id: String, read isRead: Bool) async throws -> APIReply {
        do {
            return APIReply(.ok, try await self.store.mark(id: id, read: isRead).json)
        } catch let error as StoreError where error.code == .notFound {
            throw Self.unknownMessage(id)
        }
    }

    /// Takes back what is to be sent, deletes what was received. What was sent is deleted only when asked for by name: a
    /// cancellation that comes too late must not take the record with it.
    private func end(_ request: APIRequest) async throws -> APIReply {
        let action = try request.query(known: ["action"]).choice("action", of: MessageEnding.self)
        let id = request.pathComponent("id")
        guard let message = try await self.store.message(id: id) else { throw Self.unknownMessage(id) }
        switch action ?? (message.direction == .incoming ? .delete : .cancel) {
        case .cancel: return APIReply(.ok, try await self.messaging.cancel(id: id).json)
        case .delete: return APIReply(.ok, try await self.store.delete(id: id).json)
        }
    }

    // MARK: Filters

    static func filter(_ query: QueryFields) throws(Problem) -> MessageFilter {
        var filter = MessageFilter()
        filter.direction = try Self.direction(query)
        filter.state = try query.choice("state", of: MessageState.self)
        filter.modem = query.string("modem")
        filter.kind = try query.choice("kind", of: MessageKind.self)
        filter.isUnread = try query.bool("unread")
        filter.text = query.string("text")
        filter.words = query.string("q")
        filter.since = try query.date("since")
        filter.until = try query.date("until")
        return filter
    }

    private static func direction(_ query: QueryFields) throws(Problem) -> MessageDirection? {
        guard let text = query.string("direction") else { return nil }
        guard let direction = MessageDirection(rawValue: text) else {
            throw Problem.badRequest("wrong-parameter", "The query parameter \"direction\" must be one of: in, out.")
                .about(field: "direction")
        }
        return direction
    }

    /// `from` is who sent a received message, `to` who is to get a sent one, `peer` either.
    private static func setPeer(of filter: inout MessageFilter, _ query: QueryFields) throws(Problem) {
        let (peer, from, to) = (query.string("peer"), query.string("from"), query.string("to"))
        guard [peer, from, to].count(where: { $0 != nil }) <= 1 else {
            throw Problem.badRequest("conflicting-parameters", "Give only one of the parameters peer, from and to.")
        }
        filter.peer = peer ?? from ?? to
        guard from != nil || to != nil else { return }
        let implied: MessageDirection = from == nil ? .outgoing : .incoming
        guard filter.direction == nil || filter.direction == implied else {
            throw Problem.badRequest(
                "conflicting-parameters", "\"from\" finds what came in, \"to\" what goes out. Leave out \"direction\".")
        }
        filter.direction = implied
    }
}
