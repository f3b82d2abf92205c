// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What a webhook can be told about.
package enum EventTopic: String, Codable, Sendable, CaseIterable {
    case messageReceived, messageSent, messageDelivered, messageFailed, messageUncertain
    case modemState
    case ussd
    /// Somebody tries a webhook out; goes to that one alone.
    case test

    /// What an outgoing message's new state is news of.
    init?(reaching state: MessageState) {
        switch state {
        case .sent: self = .messageSent
        case .delivered: self = .messageDelivered
        case .failed, .expired: self = .messageFailed
        case .uncertain: self = .messageUncertain
        case .queued, .sending, .cancelled, .received: return nil
        }
    }
}
