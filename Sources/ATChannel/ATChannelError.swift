// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Serial

/// Why a command has no answer.
package struct ATChannelError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// No final result within the command's deadline.
        case timedOut(after: Duration)
        case portClosed(PortClosure)
        /// The caller's task was cancelled.
        case cancelled
        /// The modem answers nothing that could be attributed.
        case desynchronised
        /// The port carries data since a `CONNECT`.
        case busyInDataMode
        /// Too many commands wait already.
        case queueFull
        /// ``ATChannel/open()`` was not called.
        case notOpened
    }

    package let reason: Reason
    /// The command without its arguments: `+CMGS`.
    package let command: String
    /// The text after the prompt and its Ctrl-Z were written: whether it took effect is unknown.
    package let payloadHandedOver: Bool

    package init(_ reason: Reason, command: String = "", payloadHandedOver: Bool = false) {
        self.reason = reason
        self.command = command
        self.payloadHandedOver = payloadHandedOver
    }

    /// For a command that found no port at all.
    package static let closed = Self(.portClosed(.closedHere))

    /// Did the modem fail to answer?
    package var isTimeout: Bool {
        switch self.reason {
        case .timedOut, .desynchronised: true
        case .portClosed, .cancelled, .busyInDataMode, .queueFull, .notOpened: false
        }
    }

    package var description: String {
        let name = self.command.isEmpty ? "The command" : self.command
        return switch self.reason {
        case .timedOut(let time): "\(name) had no answer within \(time)."
        case .portClosed(let closure): "\(name) has no answer: \(closure)."
        case .cancelled: "\(name) was cancelled."
        case .desynchronised: "\(name) was not sent: the modem does not answer AT."
        case .busyInDataMode: "\(name) was not sent: the port carries data."
        case .queueFull: "\(name) was not sent: \(ATChannelStateMachine.queueLimit) commands wait already."
        case .notOpened: "\(name) was not sent: the port is not open yet."
        }
    }
}
