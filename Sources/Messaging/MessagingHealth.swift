// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import GatewayStore
internal import PosixMutex

/// Facts about the message flow, for `/api/health`.
package struct MessagingHealth: Sendable, Equatable {
    package struct Counters: Sendable, Equatable {
        /// PDUs that came again and were already stored.
        package var repeated = 0
        /// PDUs that could not be decoded; stored and shown raw.
        package var undecodable = 0
        /// PDUs that are stored but that the modem did not let go; they come again.
        package var notReleased = 0
        /// Writes that failed and were tried again.
        package var storeFailures = 0
    }

    package var queue = QueueFacts()
    /// Since the start of the daemon.
    package var counters: Counters
    /// Why the queue could not be read.
    package var problem: String?

    init(_ counters: Counters) { self.counters = counters }
}

final class MessagingCounters: Sendable {
    private let state = Mutex(MessagingHealth.Counters())

    var values: MessagingHealth.Counters { self.state.withLock { $0 } }

    func add(_ change: (inout MessagingHealth.Counters) -> Void) {
        self.state.withLock { change(&$0) }
    }
}
