// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why a WebSocket connection ends, RFC 6455 §7.4 and the IANA registry of close codes.
package struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let normal = Self(rawValue: 1000)
    /// The server is stopping.
    package static let goingAway = Self(rawValue: 1001)
    package static let protocolError = Self(rawValue: 1002)
    /// Data of a kind the endpoint does not take.
    package static let unacceptableData = Self(rawValue: 1003)
    /// A text that is not UTF-8.
    package static let invalidPayload = Self(rawValue: 1007)
    package static let policyViolation = Self(rawValue: 1008)
    package static let messageTooBig = Self(rawValue: 1009)
    package static let internalError = Self(rawValue: 1011)
    /// The client did not keep up; it may come back and ask for what it missed.
    package static let tryAgainLater = Self(rawValue: 1013)

    /// Whether a peer may send this code: 1004, 1005, 1006 and 1015 never travel (§7.4.1), nor does anything unassigned
    /// below 3000 (§7.4.2).
    package var mayTravel: Bool {
        switch self.rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// How a connection ended or is to end. No code means that the close frame was empty.
package struct WebSocketClosure: Sendable, Equatable {
    package var code: WebSocketCloseCode?
    /// At most 123 octets of UTF-8 reach the peer: a control frame carries 125 (RFC 6455 §5.5).
    package var reason: String

    package init(_ code: WebSocketCloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }
}
