// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// What a webhook shall be.
package struct WebhookDraft: Sendable, Equatable {
    /// 1 … 64 characters.
    package var name: String?
    /// At most 2,048 characters; checked by the caller.
    package var url: String
    /// `nil`: all of them, those of later versions too.
    package var topics: Set<EventTopic>?
    /// What its requests are signed with; `nil` keeps the one there is.
    package var secret: String?
    package var isEnabled = true
    /// For one request, 1 … 60 s; `nil`: as configured.
    package var timeout: Int?

    package init(url: String, topics: Set<EventTopic>?, secret: String?) {
        self.url = url
        self.topics = topics
        self.secret = secret
    }
}

/// A webhook as it may be shown: never its secret.
package struct WebhookRecord: Sendable, Equatable {
    package var id: String
    package var name: String?
    package var url: String
    package var topics: Set<EventTopic>?
    package var isEnabled: Bool
    /// Why the gateway disabled it by itself.
    package var disabledReason: String?
    package var timeout: Int?
    package var createdAt: Date
    package var updatedAt: Date
    /// Deliveries not yet made.
    package var pending: Int
    /// Deliveries given up.
    package var dead: Int
}

/// The life of a delivery.
package enum DeliveryState: String, Sendable, CaseIterable {
    /// Waits for an earlier one of its conversation.
    case blocked
    case pending
    /// The target answered with a 2xx status.
    case delivered
    /// Given up; somebody may have it sent again.
    case dead
}

/// One event for one webhook.
package struct DeliveryRecord: Sendable, Equatable {
    /// UUID version 7; also the Webhook-Id.
    package var id: String
    /// `WebhookRecord.id`.
    package var webhook: String
    package var event: WebhookEvent
    package var conversation: String
    package var state: DeliveryState
    package var attempts: Int
    /// When it is tried next; `nil` unless it is pending.
    package var dueAt: Date?
    package var attemptedAt: Date?
    package var finishedAt: Date?
    /// HTTP status of the last answer.
    package var status: Int?
    package var error: StoredError?
    /// The beginning of the last answer's body.
    package var excerpt: String?
}

/// What happened, as the journal has it.
package struct WebhookEvent: Sendable, Equatable {
    package var topic: EventTopic
    package var time: Date
    /// JSON: a `StoredMessage` for the topics of messages, otherwise what the caller gave.
    package var body: Data

    package init(topic: EventTopic, time: Date, body: Data) {
        self.topic = topic
        self.time = time
        self.body = body
    }

    /// The message as it was at that moment.
    package func message() throws -> StoredMessage {
        try JSONDecoder().decode(StoredMessage.self, from: self.body)
    }
}

package struct DeliveryPage: Sendable, Equatable {
    package var items: [DeliveryRecord]
    /// Where the next, older piece begins; `nil` at the end.
    package var next: String?
}

/// A delivery that is to be tried now, with all that takes.
package struct DueDelivery: Sendable {
    package var n: Int64
    package var id: String
    package var webhook: Int64
    package var url: String
    package var secret: String
    /// Seconds; `nil`: as configured.
    package var timeout: Int?
    package var event: WebhookEvent
    /// The octets of an earlier attempt.
    package var sent: Data?
    /// Attempts made before.
    package var attempts: Int
    /// From when on its age counts.
    package var since: Date
}

/// What became of one attempt.
package struct DeliveryAttempt: Sendable, Equatable {
    package enum Verdict: Sendable, Equatable {
        case delivered
        case retry(at: Date)
        case dead
        /// The target wants no more: dead, and the webhook is disabled for this reason.
        case gone(reason: String)
    }

    package var verdict: Verdict
    package var status: Int?
    package var error: StoredError?
    package var excerpt: String?

    package init(_ verdict: Verdict, status: Int? = nil, error: StoredError? = nil, excerpt: String? = nil) {
        self.verdict = verdict
        self.status = status
        self.error = error
        self.excerpt = excerpt
    }
}

/// Facts about the webhooks, for `/api/health`.
package struct WebhookFacts: Sendable, Equatable {
    /// Not yet delivered, those behind others of their conversation included.
    package var pending: Int
    package var dead: Int
    package var oldestPending: Date?

    package init(pending: Int = 0, dead: Int = 0, oldestPending: Date? = nil) {
        self.pending = pending
        self.dead = dead
        self.oldestPending = oldestPending
    }
}
