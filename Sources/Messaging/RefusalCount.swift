// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation

/// Notices that a modem refuses every message for the time being: the fault is then not the messages', and each further
/// try would be taken from some message's few. The modem is tried with one message now and then instead.
struct RefusalCount: Sendable, Equatable {
    /// Refusals one after the other, of so many different messages.
    private static let refusals = 5
    private static let messages = 3

    private var count = 0
    private var refused: Set<String> = []
    /// When it was noticed; `nil`: it is not so.
    private(set) var since: Date?
    /// When it is tried again.
    private(set) var until: Date?

    /// It took a message, or said something final about one: so it works.
    mutating func worked() { self = RefusalCount() }

    /// - Parameter delay: before the next try, by how often one has failed, from 1.
    mutating func refused(message: String, at now: Date, delay: (_ attempt: Int) -> Duration) {
        self.count += 1
        if self.refused.count < Self.messages { self.refused.insert(message) }
        guard self.count >= Self.refusals, self.refused.count >= Self.messages else { return }
        self.since = self.since ?? now
        self.until = now.addingTimeInterval(delay(self.count - Self.refusals + 1).timeInterval)
    }

    /// It was away: what comes back may work.
    mutating func returned() { self = RefusalCount() }
}

extension Duration {
    var timeInterval: TimeInterval {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
