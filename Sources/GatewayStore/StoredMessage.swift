// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// One message as the gateway keeps it, sent or received, with its parts.
package struct StoredMessage: Codable, Sendable, Equatable {
    /// UUID version 7, so that ids sort by time.
    package var id: String
    package var direction: MessageDirection
    /// The other side: sender of what came in, recipient of what goes out.
    package var peer: String
    /// The SIM's own number at that time, when known.
    package var own: String?
    /// The modem that received it, or is to send it or sent it.
    package var modem: String?
    package var state: MessageState
    package var text: String?
    package var data: Data?
    /// `gsm7`, `gsm7-tr-single` …, `ucs2`, `8bit`; `nil` for what could not be decoded.
    package var encoding: String?
    package var parts: [StoredPart]
    package var error: StoredError?
    package var createdAt: Date
    package var sentAt: Date?
    package var deliveredAt: Date?
    package var receivedAt: Date?
    /// Outgoing: not sent after this moment.
    package var expiresAt: Date?
    /// Outgoing: a part was refused for the time being and is tried again then.
    package var retryAt: Date?
    /// Messages accepted by one request with several recipients.
    package var batch: String?
    /// Name of the token that sent it.
    package var token: String?
    /// TP-DCS message class 0 … 3, TS 23.038 §4.
    package var messageClass: Int?
    /// Incoming: a part never came, or the PDU could not be decoded; `error` says which.
    package var incomplete: Bool
    /// Outgoing: 0 … 9; of what waits for a modem, the highest goes first.
    package var priority: Int
    /// Outgoing: not sent before this moment.
    package var sendAt: Date?
    /// Outgoing: the caller's own id, unique for its token.
    package var reference: String?
    /// Outgoing: 1 … 7 replaces the message of the same type shown before, TP-PID of TS 23.040 §9.2.3.9.
    package var replaceType: Int?
    package var ports: MessagePorts?
    /// Outgoing: the modems that may send it, most wanted first; `nil`: only `modem`.
    package var route: [String]?
    /// Outgoing: ICCID of the SIM that must send it.
    package var wantedSIM: String?
    /// Outgoing: why it waits; until `retryAt`, where that is known.
    package var hold: StoredError?
    /// Outgoing: how often somebody had it sent again.
    package var resends: Int
    package var kind: MessageKind
    /// Incoming: what a notification says.
    package var details: MessageDetails?
    /// Incoming: when somebody said it was read; `nil`: unread.
    package var readAt: Date?
    /// Incoming: when the parts came that were missing when it was shown.
    package var completedAt: Date?

    package init(
        id: String, direction: MessageDirection, peer: String, state: MessageState, createdAt: Date,
        parts: [StoredPart] = []
    ) {
        self.id = id
        self.direction = direction
        self.peer = peer
        self.state = state
        self.createdAt = createdAt
        self.parts = parts
        self.incomplete = false
        self.priority = 0
        self.resends = 0
        self.kind = .message
    }
}

/// What a received message is. Outgoing ones are `message`.
package enum MessageKind: String, Codable, Sendable, CaseIterable {
    case message
    /// Short message type 0, TS 23.040 §9.2.3.9: to be acknowledged and not shown to a person.
    case silent
    /// Tells that messages wait elsewhere, as voicemail does: TS 23.038 §4, TS 23.040 §9.2.3.24.2.
    case messageWaiting = "message-waiting"
    /// Notification of a multimedia message (m-notification-ind, OMA MMS encapsulation).
    case mms
    /// Any other WAP push (WAP-230).
    case wapPush = "wap-push"
}

/// Application port addressing, TS 23.040 §9.2.3.24.3 and §9.2.3.24.4.
package struct MessagePorts: Codable, Sendable, Equatable {
    /// 0 … 65,535.
    package var destination: Int
    /// 0 … 65,535.
    package var source: Int

    package init(destination: Int, source: Int) {
        self.destination = destination
        self.source = source
    }
}

package enum MessageDirection: String, Codable, Sendable { case incoming = "in", outgoing = "out" }

/// The life of a message. Incoming ones are `received` from the start.
package enum MessageState: String, Codable, Sendable, CaseIterable {
    case queued, sending, sent, delivered, failed, expired, cancelled, uncertain
    case received

    /// No further change is expected, except a late status report.
    package var isFinal: Bool {
        switch self {
        case .delivered, .failed, .expired, .cancelled, .received: true
        case .queued, .sending, .sent, .uncertain: false
        }
    }
}

/// One TPDU of a message.
package struct StoredPart: Codable, Sendable, Equatable {
    /// From 1.
    package var number: Int
    package var state: MessageState
    /// Service centre address and TPDU in hexadecimal, as sent or received.
    package var pdu: String
    /// TP-Message-Reference given by the modem.
    package var reference: Int?
    /// TP-Status of the last status report, TS 23.040 §9.2.3.15.
    package var status: Int?
    package var error: StoredError?
    /// How often it was handed to a modem.
    package var attempts: Int
    /// When it was last handed to a modem.
    package var submittedAt: Date?
    package var sentAt: Date?
    package var deliveredAt: Date?
    /// TP-SCTS of an incoming part, ISO 8601 with the network's own offset.
    package var timestamp: String?

    package init(number: Int, state: MessageState, pdu: String) {
        self.number = number
        self.state = state
        self.pdu = pdu
        self.attempts = 0
    }
}

/// Why something failed: a code for programs and a sentence for people.
package struct StoredError: Codable, Sendable, Equatable {
    /// `cms-331`, `tp-fcs-195`, `tp-status-69`, `no-answer`, `undecodable` …
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
