// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore
package import SMSPDU

/// How messages are sent and received.
package struct MessagingConfiguration: Sendable {
    /// National language tables that may be sent; none by default, since a phone without the table shows other letters.
    package var nationalLanguages: [NationalLanguage] = []
    /// Status reports are asked for unless a request says otherwise.
    package var deliveryReports = true
    /// Service centre address; `nil` leaves it to the SIM.
    package var serviceCentre: String?
    /// How long a received part waits for the others, counted from the last that came.
    package var assemblyTimeout: Duration = .seconds(86_400)
    package var retry = RetryPolicy()
    /// What is deleted by itself; nothing unless asked for.
    package var retention = RetentionRules()
    /// Between two looks at what is to be indexed; `nil`: never, nor is anything deleted.
    package var housekeeping: Duration? = .seconds(5)
    /// Recipients of one request.
    package var maximumRecipients = 1_000
    /// How national numbers become international ones; `nil` leaves them as they are dialled.
    package var numberingPlan: NumberingPlan?
    /// How long a message may wait here when its request does not say it; nothing waits for ever.
    package var defaultValidity: Duration = .seconds(3 * 86_400)

    /// Which modems send what; the first that fits decides.
    package var routes: [RouteRule] = []
    /// Who wrote to one of the SIMs is answered by that one.
    package var sticky = true
    /// How long a modem may be away, or refuse everything, before others send what waits for it.
    package var failoverAfter: Duration = .seconds(120)
    /// By modem.
    package var modemLimits: [String: ModemLimits] = [:]
    /// Messages to one recipient.
    package var recipientLimits = SendingLimits()
    /// Messages of one token.
    package var tokenLimits = SendingLimits()
    /// Where months begin.
    package var timeZone: TimeZone = .current
    package var optOut = OptOutConfiguration()

    /// Telephone numbers appear in the log; otherwise they print as `###`.
    package var logsNumbers = false

    package init() {}

    /// Unicode scalars of one text. 255 parts hold more; a text this long is a mistake or an attack.
    package static let maximumText = 10_240
}
