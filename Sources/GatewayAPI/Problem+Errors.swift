// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayStore
import HTTPTypes
import Messaging

/// The one place where the errors of other modules become statuses.
extension Problem {
    init?(describing error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ConsoleError: self = Self.console(error)
        case let error as USSDError: self = Self.ussd(error, modem: "of the request")
        case let error as MessagingError: self = Self.messaging(error)
        case let error as StoreError:
            guard let problem = Self.store(error) else { return nil }
            self = problem
        case is CancellationError:
            self = Problem(.serviceUnavailable, "stopping", "The gateway is stopping. Try again in a moment.")
        default: return nil
        }
    }

    private static func console(_ error: ConsoleError) -> Problem {
        switch error.code {
        case .refused: return Problem(.badRequest, "command-refused", error.message).about(field: "command")
        case .needsConfirmation:
            return Problem(.conflict, "needs-confirmation", error.message).about(field: "confirm")
        case .portClosed: return Problem(.serviceUnavailable, "port-closed", error.message)
        case .timedOut: return Problem(.gatewayTimeout, "timed-out", error.message)
        }
    }
}

extension Problem {
    private static func messaging(_ error: MessagingError) -> Problem {
        let code = error.code.rawValue
        switch error.code {
        case .invalidNumber, .noRecipient, .tooManyRecipients:
            return Problem(.unprocessableContent, code, error.message).about(field: "to")
        case .emptyText, .tooLong:
            return Problem(.unprocessableContent, code, error.message).about(field: "text")
        case .unknownModem: return Problem(.unprocessableContent, code, error.message).about(field: "modem")
        case .unknownSIM: return Problem(.unprocessableContent, code, error.message).about(field: "sim")
        case .unknownRouteName: return Problem(.unprocessableContent, code, error.message).about(field: "route")
        case .referenceTaken: return Problem(.conflict, code, error.message).about(messageID: error.messageID)
        case .needsConfirmation: return Problem(.conflict, code, error.message).about(field: "confirm")
        case .notResendable: return Problem(.conflict, code, error.message)
        case .keyReused: return Problem(.unprocessableContent, code, error.message)
        case .noModem: return Problem(.serviceUnavailable, code, error.message)
        case .notFound: return Problem(.notFound, "unknown-message", error.message)
        case .notCancellable: return Problem(.conflict, code, error.message)
        case .storeFailed: return Problem(.serviceUnavailable, "store-unavailable", error.message)
        // Options out of range; a code of a later version is the caller's to mend too.
        default: return Problem(.unprocessableContent, code, error.message)
        }
    }

    /// The same problem, about the reference that the message has.
    private func about(messageID: String?) -> Self {
        var problem = self.about(field: "reference")
        problem.members.set("messageId", .string(orNull: messageID))
        return problem
    }

    private static func store(_ error: StoreError) -> Problem? {
        switch error.code {
        case .invalidCursor: Problem.badRequest("invalid-cursor", error.message).about(field: "cursor")
        case .notFound: Problem(.notFound, "not-found", error.message)
        case .nameTaken: Problem(.conflict, "name-taken", error.message).about(field: "name")
        case .invalidName: Problem(.unprocessableContent, "invalid-name", error.message).about(field: "name")
        case .notCancellable: Problem(.conflict, "not-cancellable", error.message)
        case .notDeletable: Problem(.conflict, "not-deletable", error.message)
        case .notReceived: Problem(.conflict, "not-received", error.message)
        case .invalidSearch: Problem.badRequest("invalid-search", error.message).about(field: "q")
        case .indexing: Problem(.serviceUnavailable, "indexing", error.message)
        case .tooMany: Problem(.conflict, "too-many", error.message)
        case .disabled: Problem(.conflict, "webhook-disabled", error.message)
        case .notResendable: Problem(.conflict, "not-resendable", error.message)
        case .writeFailed, .closed, .corrupt: Problem(.serviceUnavailable, "store-unavailable", error.message)
        default: nil
        }
    }
}
