// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import GatewayStore
package import Logging
package import Messaging
package import Webhooks

/// What the routes act on.
package struct Gateway: Sendable {
    package var modems: any ModemDirectory
    package var messaging: Messaging
    package var store: GatewayStore
    package var events: EventHub
    package var tickets: TicketBook
    /// Delivers to webhooks; `nil` where nothing does.
    package var webhooks: WebhookDeliveries?
    /// Of the program, for `/api/health` and the OpenAPI document.
    package var version: String
    package var logger: Logger

    package init(
        modems: any ModemDirectory, messaging: Messaging, store: GatewayStore, events: EventHub,
        tickets: TicketBook = TicketBook(), webhooks: WebhookDeliveries? = nil, version: String, logger: Logger
    ) {
        self.modems = modems
        self.messaging = messaging
        self.store = store
        self.events = events
        self.tickets = tickets
        self.webhooks = webhooks
        self.version = version
        self.logger = logger
    }
}
