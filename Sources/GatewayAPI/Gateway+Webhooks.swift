// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import HTTPTypes
import NIOCore
import Webhooks

extension Gateway {
    var webhookRoutes: [Route] {
        [
            Route(.get, "/api/webhooks", .scope(.administerWebhooks), .listWebhooks) { _ in
                .list(try await self.store.webhooks().map(\.json))
            },
            Route(.post, "/api/webhooks", .scope(.administerWebhooks), .createWebhook) {
                try await self.createWebhook($0)
            },
            Route(.get, "/api/webhooks/{id}", .scope(.administerWebhooks), .showWebhook) { request in
                APIReply(.ok, try await self.store.webhook(id: request.pathComponent("id")).json)
            },
            Route(.put, "/api/webhooks/{id}", .scope(.administerWebhooks), .replaceWebhook) { request in
                let draft = try self.webhookDraft(try await request.fields(known: Self.webhookFields))
                return APIReply(.ok, try await self.store.updateWebhook(id: request.pathComponent("id"), draft).json)
            },
            Route(.delete, "/api/webhooks/{id}", .scope(.administerWebhooks), .removeWebhook) { request in
                APIReply(.ok, try await self.store.removeWebhook(id: request.pathComponent("id")).json)
            },
            Route(.post, "/api/webhooks/{id}/test", .scope(.administerWebhooks), .testWebhook) {
                try await self.testWebhook($0)
            },
        ] + self.deliveryRoutes
    }

    private static let webhookFields = ["name", "url", "events", "secret", "enabled", "timeout"]

    private func createWebhook(_ request: APIRequest) async throws -> APIReply {
        var draft = try self.webhookDraft(try await request.fields(known: Self.webhookFields))
        let secret = draft.secret ?? WebhookSecret.make()
        draft.secret = secret
        let record = try await self.store.createWebhook(draft)
        guard case .object(var body) = record.json else { return APIReply(.created, record.json) }
        body.set("secret", .string(secret))
        return APIReply(.created, .object(body))
    }

    private func webhookDraft(_ fields: RequestFields) throws -> WebhookDraft {
        let text = try fields.required(string: "url", "Give the URL that is to be called.")
        var draft = WebhookDraft(
            url: try self.webhookURL(text), topics: try Self.topics(fields), secret: try fields.string("secret"))
        if let secret = draft.secret, WebhookSecret(secret) == nil {
            throw Problem(
                .unprocessableContent, "invalid-secret",
                "A secret is \"whsec_\" and 24 to 64 octets in base64. Leave it out, and the gateway makes one."
            ).about(field: "secret")
        }
        draft.name = try fields.string("name")
        draft.isEnabled = try fields.bool("enabled") ?? true
        draft.timeout = try fields.integer("timeout", in: 1...60)
        return draft
    }

    private func webhookURL(_ text: String) throws -> String {
        do {
            let url = try WebhookURL(text)
            if let refusal = try self.webhooks?.refusal(of: url) {
                throw Problem(.unprocessableContent, "address-refused", refusal).about(field: "url")
            }
            return url.text
        } catch let error as WebhookURLError {
            throw Problem(.unprocessableContent, "invalid-url", error.description).about(field: "url")
        }
    }

    /// - Returns: `nil` for all.
    private static func topics(_ fields: RequestFields) throws(Problem) -> Set<EventTopic>? {
        let known = EventFrame.topics.map(EventFrame.name)
        let hint = "Give [\"*\"] for all, or some of: \(known.joined(separator: ", "))."
        guard let names = try fields.strings("events") else { throw RequestFields.missing("events", hint) }
        guard !names.isEmpty else {
            throw Problem(.unprocessableContent, "no-event", "The list \"events\" is empty. \(hint)").about(
                field: "events")
        }
        if let unknown = names.first(where: { $0 != "*" && !known.contains($0) }) {
            throw Problem(
                .unprocessableContent, "unknown-event", "There is no event \(unknown.quoted). \(hint)"
            ).about(field: "events")
        }
        return names.contains("*") ? nil : Set(EventFrame.topics.filter { names.contains(EventFrame.name(of: $0)) })
    }

    private func testWebhook(_ request: APIRequest) async throws -> APIReply {
        let id = request.pathComponent("id")
        let record = try await self.store.webhook(id: id)
        let body: JSONValue = ["webhook": .string(id), "name": .string(orNull: record.name)]
        guard let webhooks = self.webhooks else {
            throw Problem(.serviceUnavailable, "stopping", "The gateway does not deliver now. Try again in a moment.")
        }
        let delivery = try await webhooks.test(webhook: id, body: Data(body.encoded().readableBytesView))
        return APIReply(.ok, try delivery.jsonWithBody())
    }
}

// MARK: Deliveries

extension Gateway {
    private var deliveryRoutes: [Route] {
        let scope = Route.Access.scope(.administerWebhooks)
        return [
            Route(.get, "/api/webhooks/{id}/deliveries", scope, .listDeliveries) { request in
                let query = try request.query(known: ["state", "limit", "cursor"])
                return try await self.deliveries(
                    of: request.pathComponent("id"), try query.choice("state", of: DeliveryState.self), query)
            },
            Route(.get, "/api/webhooks/{id}/deliveries/{delivery}", scope, .showDelivery) { request in
                let (webhook, id) = (request.pathComponent("id"), request.pathComponent("delivery"))
                guard let delivery = try await self.store.delivery(id: id), delivery.webhook == webhook else {
                    throw Problem(.notFound, "not-found", "This webhook has no delivery \(id.quoted).")
                }
                return APIReply(.ok, try delivery.jsonWithBody())
            },
            Route(.post, "/api/webhooks/{id}/deliveries/{delivery}/resend", scope, .resendDelivery) { request in
                let (webhook, id) = (request.pathComponent("id"), request.pathComponent("delivery"))
                return APIReply(.accepted, try await self.store.resendDelivery(id: id, webhook: webhook).json)
            },
            Route(.get, "/api/webhooks/deliveries/dead", scope, .listDeadDeliveries) { request in
                let query = try request.query(known: ["webhook", "limit", "cursor"])
                return try await self.deliveries(of: query.string("webhook"), .dead, query)
            },
            Route(.post, "/api/webhooks/deliveries/dead/resend", scope, .resendDeadDeliveries) { request in
                let query = try request.query(known: ["webhook"])
                let count = try await self.store.resendDeadDeliveries(webhook: query.string("webhook"))
                return APIReply(.accepted, ["resent": .integer(count)])
            },
        ]
    }

    private func deliveries(
        of webhook: String?, _ state: DeliveryState?, _ query: QueryFields
    ) async throws -> APIReply {
        let page = try await self.store.deliveries(
            webhook: webhook, state: state, cursor: query.string("cursor"),
            limit: try query.integer("limit", in: 1...500) ?? 50)
        return .list(page.items.map(\.json), next: page.next)
    }
}
