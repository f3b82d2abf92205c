// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

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

    /// Telephone numbers appear in the log; otherwise they print as `###`.
    package var logsNumbers = false

    package init() {}

    /// Unicode scalars of one text. 255 parts hold more; a text this long is a mistake or an attack.
    package static let maximumText = 10_240
}
