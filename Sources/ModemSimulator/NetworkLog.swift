// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One thing that happened in the simulated network. A test counts these to see that nothing was lost or doubled.
package struct NetworkLogEntry: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        /// A modem's TPDU was taken.
        case submitted
        /// A modem's TPDU was refused; `cause` is the `+CMS ERROR`.
        case refused
        /// The network has something for a modem, and a number `delivery` for it.
        case queued
        /// It was handed to the modem; `attempt` counts from 1.
        case attempted
        /// The modem has it (stored, or acknowledged by the program).
        case accepted
        /// The modem could not take it; the network keeps it. `reason` says why.
        case deferred
        /// `AT+CMGD` removed it from the modem.
        case deleted
        /// A modem sent a USSD code or reply, `text`.
        case ussd
    }

    /// Counts from 1 and never skips.
    package var sequence: Int
    package var kind: Kind
    package var modem: String
    /// Seconds since 1970.
    package var time: Int64
    package var delivery: Int?
    package var messageReference: Int?
    package var from: String?
    package var to: String?
    package var text: String?
    /// Service centre address and TPDU in hexadecimal.
    package var pdu: String?
    package var requestsStatusReport: Bool?
    package var isStatusReport: Bool?
    package var attempt: Int?
    package var memory: String?
    package var index: Int?
    package var cause: Int?
    package var reason: String?

    init(kind: Kind, modem: String, time: Int64, delivery: Int? = nil) {
        self.sequence = 0
        self.kind = kind
        self.modem = modem
        self.time = time
        self.delivery = delivery
    }
}

/// The newest entries.
struct NetworkLog: Sendable {
    /// About 25,000 messages with all that happens to them, some 40 MB.
    static let limit = 100_000

    private(set) var entries: [NetworkLogEntry] = []
    private var lastSequence = 0
    private(set) var fresh: [NetworkLogEntry] = []

    mutating func append(_ entry: NetworkLogEntry) {
        var entry = entry
        self.lastSequence += 1
        entry.sequence = self.lastSequence
        // A quarter at a time: dropping one by one would move the whole array each time.
        if self.entries.count >= Self.limit { self.entries.removeFirst(Self.limit / 4) }
        self.entries.append(entry)
        self.fresh.append(entry)
    }

    /// Entries since the last call, for observers.
    mutating func takeFresh() -> [NetworkLogEntry] {
        defer { self.fresh.removeAll(keepingCapacity: true) }
        return self.fresh
    }

    /// Entries after `sequence`, oldest first.
    func entries(after sequence: Int, limit: Int) -> ArraySlice<NetworkLogEntry> {
        guard let first = self.entries.first?.sequence, limit > 0 else { return [] }
        let start = max(0, min(self.entries.count, sequence - first + 1))
        return self.entries[start...].prefix(limit)
    }
}
