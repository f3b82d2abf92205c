// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why the API does not start.
package struct GatewayServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Open, so that a new code breaks nobody.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The listen address is not loopback and there is no token.
        package static let tokenRequired = Self(rawValue: "token-required")
        /// Another daemon answers on the Unix socket.
        package static let alreadyRunning = Self(rawValue: "already-running")
        /// The directory of the Unix socket is open to others, or cannot be used.
        package static let directory = Self(rawValue: "directory")
        /// The address cannot be bound.
        package static let cannotListen = Self(rawValue: "cannot-listen")
        /// Certificate or key cannot be used.
        package static let tls = Self(rawValue: "tls")
    }

    package var code: Code
    /// A sentence that says what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
