// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Messaging

extension Gateway {
    var optOutRoutes: [Route] {
        [
            Route(.get, "/api/opt-outs", .scope(.readMessages), .listOptOuts) { request in
                let query = try request.query(known: ["number", "limit", "cursor"])
                let page = try await self.store.optOuts(
                    of: query.string("number"), cursor: query.string("cursor"),
                    limit: try query.integer("limit", in: 1...500) ?? 50)
                return .list(page.items.map(\.json), next: page.next)
            },
            Route(.post, "/api/opt-outs", .scope(.sendMessages), .addOptOut) { request in
                let fields = try await request.fields(known: ["number", "modem", "sim"])
                let number = try fields.required(string: "number", "Give the number that wants no messages.")
                let entry = try await self.messaging.addOptOut(
                    number, modem: try fields.string("modem"), sim: try fields.string("sim"))
                return APIReply(.created, entry.json)
            },
            Route(.delete, "/api/opt-outs/{id}", .scope(.sendMessages), .removeOptOut) { request in
                .list(try await self.store.removeOptOuts(request.pathComponent("id")).map(\.json))
            },
        ]
    }
}

extension OptOut {
    fileprivate var json: JSONValue {
        [
            "id": .string(self.id),
            "number": .string(self.peer),
            "scope": .string(self.isGlobal ? "global" : "sim"),
            "modem": .string(orNull: self.modem),
            "sim": .string(orNull: self.sim),
            "word": .string(orNull: self.word),
            "language": .string(orNull: self.language),
            "createdAt": .string(WireTime.string(self.createdAt)),
            "confirmation": .string(orNull: self.confirmation),
        ]
    }
}
