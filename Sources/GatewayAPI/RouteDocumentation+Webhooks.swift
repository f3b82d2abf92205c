// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore

extension RouteDocumentation {
    private static let webhookID = path("id", "The webhook's id.")
    private static let deliveryID = path("delivery", "The delivery's id.")

    private static let paging = [
        Parameter(
            name: "limit", place: .query, schema: ["type": "integer", "minimum": 1, "maximum": 500],
            text: "Most items, 50 unless given."),
        Parameter(name: "cursor", place: .query, schema: OpenAPISchemas.string, text: "\"next\" of the page before."),
    ]

    private static let ofWebhook = Parameter(
        name: "webhook", place: .query, schema: OpenAPISchemas.string, text: "Of this webhook alone.")

    static let listWebhooks = Self(
        name: "listWebhooks", summary: "All webhooks, without their secrets.",
        answers: [answer("The webhooks.", "WebhookList")])

    static let createWebhook = Self(
        name: "createWebhook", summary: "Adds a webhook; its secret is shown this once.",
        body: OpenAPISchemas.reference("NewWebhook"),
        answers: [answer("The webhook with its secret.", "CreatedWebhook", status: 201)],
        problems: [400, 409, 413, 415, 422, 503])

    static let showWebhook = Self(
        name: "showWebhook", summary: "One webhook.", parameters: [webhookID],
        answers: [answer("The webhook.", "Webhook")], problems: [404])

    static let replaceWebhook = Self(
        name: "replaceWebhook",
        summary: "Replaces all of a webhook but its secret, which changes only when it is given.",
        parameters: [webhookID], body: OpenAPISchemas.reference("NewWebhook"),
        answers: [answer("The webhook.", "Webhook")], problems: [400, 404, 413, 415, 422, 503])

    static let removeWebhook = Self(
        name: "removeWebhook", summary: "Removes a webhook with its deliveries, made or not.", parameters: [webhookID],
        answers: [answer("The webhook as it was.", "Webhook")], problems: [404, 503])

    static let testWebhook = Self(
        name: "testWebhook", summary: "Sends the event webhook:test and waits for the first attempt.",
        parameters: [webhookID], answers: [answer("What became of it so far.", "DeliveryWithBody")],
        problems: [404, 409, 503])

    static let listDeliveries = Self(
        name: "listDeliveries", summary: "What a webhook was told, or is still to be told, newest first.",
        parameters: [
            webhookID,
            Parameter(
                name: "state", place: .query,
                schema: OpenAPISchemas.choice(DeliveryState.allCases.map(\.rawValue)), text: "In this state."),
        ] + paging, answers: [answer("A page.", "DeliveryList")], problems: [400, 404])

    static let showDelivery = Self(
        name: "showDelivery", summary: "One delivery with its body.", parameters: [webhookID, deliveryID],
        answers: [answer("The delivery.", "DeliveryWithBody")], problems: [404])

    static let resendDelivery = Self(
        name: "resendDelivery", summary: "Sends a dead or delivered one again, with the same Webhook-Id.",
        parameters: [webhookID, deliveryID], answers: [answer("The delivery.", "Delivery", status: 202)],
        problems: [404, 409, 503])

    static let listDeadDeliveries = Self(
        name: "listDeadDeliveries", summary: "Deliveries given up, newest first.", parameters: [ofWebhook] + paging,
        answers: [answer("A page.", "DeliveryList")], problems: [400, 404])

    static let resendDeadDeliveries = Self(
        name: "resendDeadDeliveries", summary: "Sends all that were given up again, oldest first.",
        parameters: [ofWebhook], answers: [answer("How many.", "ResentDeliveries", status: 202)],
        problems: [400, 404, 503])
}
