// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why a message was not accepted or changed.
package struct MessagingError: Error, Sendable, CustomStringConvertible {
    /// What was wrong, for programs. Open, so that a new code breaks nobody.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package static let invalidNumber = Self(rawValue: "invalid-number")
        package static let noRecipient = Self(rawValue: "no-recipient")
        package static let tooManyRecipients = Self(rawValue: "too-many-recipients")
        package static let emptyText = Self(rawValue: "empty-text")
        package static let tooLong = Self(rawValue: "too-long")
        /// Options that contradict each other or are out of range.
        package static let invalidOption = Self(rawValue: "invalid-option")
        package static let unknownModem = Self(rawValue: "unknown-modem")
        package static let unknownSIM = Self(rawValue: "unknown-sim")
        package static let unknownRouteName = Self(rawValue: "unknown-route-name")
        /// A message of the same token has this reference; `messageID` says which.
        package static let referenceTaken = Self(rawValue: "reference-taken")
        package static let noModem = Self(rawValue: "no-modem")
        /// The message was sent already.
        package static let needsConfirmation = Self(rawValue: "needs-confirmation")
        package static let notResendable = Self(rawValue: "not-resendable")
        /// The idempotency key belongs to another request.
        package static let keyReused = Self(rawValue: "idempotency-key-reused")
        package static let notFound = Self(rawValue: "not-found")
        package static let notCancellable = Self(rawValue: "not-cancellable")
        /// The database could not store it: nothing was accepted.
        package static let storeFailed = Self(rawValue: "store-failed")
    }

    package var code: Code
    /// A sentence that says what to do.
    package var message: String
    package var cause: (any Error)?
    /// The message that is in the way.
    package var messageID: String?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil, messageID: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
        self.messageID = messageID
    }

    package var description: String { self.message }
}
