// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why the store could not do what was asked.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for programs. Open, so that a new code breaks nobody.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The file cannot be opened or created.
        package static let cannotOpen = Self(rawValue: "cannot-open")
        /// Another process has the database open.
        package static let inUse = Self(rawValue: "in-use")
        /// The file is damaged, or no SQLite database at all.
        package static let corrupt = Self(rawValue: "corrupt")
        /// Written by a newer version of the program.
        package static let newerVersion = Self(rawValue: "newer-version")
        /// The disk is full or a write failed.
        package static let writeFailed = Self(rawValue: "write-failed")
        /// The cursor of a list was not made by this store.
        package static let invalidCursor = Self(rawValue: "invalid-cursor")
        package static let notFound = Self(rawValue: "not-found")
        package static let nameTaken = Self(rawValue: "name-taken")
        package static let invalidName = Self(rawValue: "invalid-name")
        /// The message is past the state in which this can be done.
        package static let notCancellable = Self(rawValue: "not-cancellable")
        /// A message of the same token has this reference; `messageID` says which.
        package static let referenceTaken = Self(rawValue: "reference-taken")
        /// The message was sent already.
        package static let needsConfirmation = Self(rawValue: "needs-confirmation")
        /// It is still on its way by itself.
        package static let notResendable = Self(rawValue: "not-resendable")
        /// The idempotency key belongs to another request.
        package static let keyReused = Self(rawValue: "idempotency-key-reused")
        /// No more of these are kept.
        package static let tooMany = Self(rawValue: "too-many")
        /// The webhook is disabled.
        package static let disabled = Self(rawValue: "disabled")
        /// The message is one that still waits or is being sent.
        package static let notDeletable = Self(rawValue: "not-deletable")
        /// Only a received message can be this.
        package static let notReceived = Self(rawValue: "not-received")
        /// The search index is not far enough.
        package static let indexing = Self(rawValue: "indexing")
        /// A search without words, or with too many.
        package static let invalidSearch = Self(rawValue: "invalid-search")
        /// The store was closed.
        package static let closed = Self(rawValue: "closed")
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
