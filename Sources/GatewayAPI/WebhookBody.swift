// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore
import NIOCore

/// The body of a webhook's request: `{"type","timestamp","data"}` as Standard Webhooks 1.0.0 recommends, `data` in the
/// shape of the API. The same event gives the same octets.
package enum WebhookBody {
    package static func render(_ event: WebhookEvent) throws -> Data {
        Data(try self.json(event).encoded().readableBytesView)
    }

    static func json(_ event: WebhookEvent) throws -> JSONValue {
        [
            "type": .string(EventFrame.name(of: event.topic)), "timestamp": .string(WireTime.string(event.time)),
            "data": try self.data(event),
        ]
    }

    private static func data(_ event: WebhookEvent) throws -> JSONValue {
        switch event.topic {
        case .messageReceived, .messageSent, .messageDelivered, .messageFailed, .messageUncertain:
            try event.message().json
        // Written by the API itself, in the shape of the wire.
        case .modemState, .ussd, .test: try JSONParser.parse(Array(event.body))
        }
    }
}

extension EventFrame {
    /// The wire name of what webhooks are told.
    static func name(of topic: EventTopic) -> String {
        switch topic {
        case .messageReceived: "sms:received"
        case .messageSent: "sms:sent"
        case .messageDelivered: "sms:delivered"
        case .messageFailed: "sms:failed"
        case .messageUncertain: "sms:uncertain"
        case .modemState: "modem:state"
        case .ussd: "ussd:received"
        case .test: "webhook:test"
        }
    }

    /// What a webhook may ask for; a test goes to the one that is tested.
    static let topics = EventTopic.allCases.filter { $0 != .test }
}
