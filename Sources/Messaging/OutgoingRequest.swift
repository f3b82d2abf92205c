// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import SMSPDU

/// What a client asks to send.
package struct OutgoingRequest: Sendable {
    /// Numbers as people write them.
    package var recipients: [String]
    /// Name of the modem to send with; `nil` leaves it to the rules.
    package var modem: String?
    /// The SIM to send with, in whichever modem it is: its ICCID or its own number.
    package var sim: String?
    /// Modems that may send it, most wanted first.
    package var route: RouteWish?
    package var text: String?
    /// 8-bit data instead of a text.
    package var data: [UInt8]?
    /// Application ports of the data, TS 23.040 §9.2.3.24.4.
    package var ports: ApplicationPorts?
    /// TS 23.038 §4: 0 is shown at once and not stored.
    package var messageClass: Int?
    /// How long the message may wait here and then, rounded up to what TP-VP can say, at the service centre; `nil` takes
    /// the configured time here and leaves the other to the service centre.
    package var validity: Duration?
    /// Not before then; at most a year ahead. A time that has passed means at once.
    package var sendAt: Date?
    /// 0 … 9: of what waits for a modem, the highest goes first.
    package var priority = 0
    package var deliveryReport: Bool?
    /// 1 … 7: takes the place of the message of the same type that the phone shows, TP-PID of TS 23.040 §9.2.3.9.
    package var replaceType: Int?
    /// The caller's own id, unique for its token; 1 … 128 characters.
    package var reference: String?
    /// Name of the token that asks.
    package var token: String?

    package init(recipients: [String], text: String? = nil, data: [UInt8]? = nil, modem: String? = nil) {
        self.recipients = recipients
        self.text = text
        self.data = data
        self.modem = modem
    }
}

/// Where a client wants a message to go out.
package enum RouteWish: Sendable, Equatable {
    /// Modem ids, most wanted first.
    case modems([String])
    /// A route of the configuration.
    case named(String)
}
