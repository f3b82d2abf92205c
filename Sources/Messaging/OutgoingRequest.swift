// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import SMSPDU

/// What a client asks to send.
package struct OutgoingRequest: Sendable {
    package var recipients: [String]
    /// Name of the modem to send with; `nil` chooses the one with the fewest messages waiting.
    package var modem: String?
    package var text: String?
    /// 8-bit data instead of a text.
    package var data: [UInt8]?
    /// Application ports of the data, TS 23.040 §9.2.3.24.4.
    package var ports: ApplicationPorts?
    /// TS 23.038 §4: 0 is shown at once and not stored.
    package var messageClass: Int?
    /// How long the message may wait here and then, rounded up to what TP-VP can say, at the service centre.
    package var validity: Duration?
    package var deliveryReport: Bool?
    /// Name of the token that asks.
    package var token: String?

    package init(recipients: [String], text: String? = nil, data: [UInt8]? = nil, modem: String? = nil) {
        self.recipients = recipients
        self.text = text
        self.data = data
        self.modem = modem
    }
}
