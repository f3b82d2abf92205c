// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Messaging

extension Gateway {
    private static let filterNames = [
        "direction", "state", "modem", "peer", "from", "to", "batch", "since", "until", "text", "limit", "cursor",
    ]

    var messageRoutes: [Route] {
        [
            Route(.get, "/api/sms", .scope(.readMessages), .listMessages) { try await self.list($0) },
            Route(.get, "/api/sms/{id}", .scope(.readMessages), .showMessage) { request in
                let id = request.pathComponent("id")
                guard let message = try await self.store.message(id: id) else { throw Self.unknownMessage(id) }
                return APIReply(.ok, message.json)
            },
            Route(.delete, "/api/sms/{id}", .scope(.sendMessages), .cancelMessage) { request in
                APIReply(.ok, try await self.messaging.cancel(id: request.pathComponent("id")).json)
            },
        ]
    }

    private static func unknownMessage(_ id: String) -> Problem {
        Problem(.notFound, "unknown-message", "There is no message \(id.quoted). GET /api/sms lists them.")
    }

    // MARK: Listing

    private func list(_ request: APIRequest) async throws -> APIReply {
        let query = try request.query(known: Self.filterNames)
        let limit = try query.integer("limit", in: 1...500) ?? 50
        let page = try await self.store.messages(
            matching: try Self.filter(query), cursor: query.string("cursor"), limit: limit)
        return .list(page.items.map(\.json), next: page.next)
    }

    private static func filter(_ query: QueryFields) throws(Problem) -> MessageFilter {
        var filter = MessageFilter()
        filter.direction = try Self.direction(query)
        filter.state = try query.choice("state", of: MessageState.self)
        filter.modem = query.string("modem")
        filter.batch = query.string("batch")
        filter.text = query.string("text")
        filter.since = try query.date("since")
        filter.until = try query.date("until")
        try Self.setPeer(of: &filter, query)
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
