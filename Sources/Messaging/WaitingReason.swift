// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GatewayStore

/// Why a message waits, and until when, as far as that is known.
package struct WaitingReason: Sendable, Equatable {
    /// For programs: `scheduled`, `retry`, `recipient-limit`, `token-limit`, `sim-absent`, `sim-limit`, `sim-budget`,
    /// `quiet-hours`, `part-pause`, `modem-refuses`, `modem-not-ready`, `modem-not-configured`, `queue`, `sending`.
    package var code: String
    /// A sentence.
    package var reason: String
    package var until: Date?

    package init(code: String, reason: String, until: Date? = nil) {
        self.code = code
        self.reason = reason
        self.until = until
    }
}
