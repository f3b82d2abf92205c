// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why the AT console did not bring back a modem's answer.
package struct ConsoleError: Error, Sendable, Equatable {
    package enum Code: Sendable, Equatable {
        /// The command is never sent from the console: line ends or escapes inside it, prompts, data mode.
        case refused
        /// The command dials, unlocks, resets or may brick: it is sent when the caller confirms it.
        case needsConfirmation
        /// There is no open port to the modem now.
        case portClosed
        /// The modem did not answer in time.
        case timedOut
    }

    package var code: Code
    /// A sentence that says what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
