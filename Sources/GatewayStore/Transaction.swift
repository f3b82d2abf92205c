// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// What one transaction has done so far, besides its rows: journal events and changed queue lengths.
///
/// Lives on the writer's queue only.
final class Transaction {
    struct Mark {
        var events: Int
        var counts: MessageCounts
        var targets: [WebhookTarget]
    }

    let database: Database
    private(set) var events: [JournalEvent] = []
    /// Numbers of messages by modem and state, as they will be after this transaction.
    var counts: MessageCounts
    /// The enabled webhooks, as they will be after this transaction.
    var targets: [WebhookTarget]
    /// A delivery became due, or a webhook changed. A write that is undone afterwards only wakes for nothing.
    var concernsDeliveries = false
    private let firstSequence: Int64

    init(database: Database, next: JournalTail.Start) {
        self.database = database
        self.firstSequence = next.sequence
        self.counts = next.counts
        self.targets = next.targets
    }

    var nextSequence: Int64 { self.firstSequence + Int64(self.events.count) }

    var mark: Mark { Mark(events: self.events.count, counts: self.counts, targets: self.targets) }

    func revert(to mark: Mark) {
        self.events.removeLast(self.events.count - mark.events)
        self.counts = mark.counts
        self.targets = mark.targets
    }

    /// Adds an event, published after the commit.
    ///
    /// - Parameters:
    ///   - topic: what webhooks are told; `nil`: nothing.
    ///   - conversation: events of one conversation reach a webhook in their order.
    func append(
        _ kind: JournalKind, body: Data, at time: Date, topic: EventTopic? = nil, conversation: String = ""
    ) throws {
        let event = JournalEvent(seq: self.nextSequence, time: time, kind: kind, body: body)
        let statement = try self.database.cachedStatement(
            sql: "INSERT INTO journal (seq, time, kind, body) VALUES (?, ?, ?, ?)")
        try statement.execute(arguments: [event.seq, time.microseconds, kind.rawValue, body])
        self.events.append(event)
        if let topic { try self.tellWebhooks(topic, of: event, conversation: conversation) }
        if event.seq % Self.pruningInterval == 0 { try self.pruneJournal() }
    }
}

extension Transaction {
    /// Events between two prunings; so many more than the limit are kept at most.
    private static let pruningInterval: Int64 = 256

    private func pruneJournal() throws {
        let statement = try self.database.cachedStatement(
            sql: "DELETE FROM journal WHERE seq <= (SELECT seq FROM journal ORDER BY seq DESC LIMIT 1 OFFSET ?)")
        try statement.execute(arguments: [GatewayStore.journalLimit])
    }
}

/// How many outgoing messages are where.
struct MessageCounts: Sendable, Equatable {
    /// Messages with a part still to be sent, by modem.
    var waiting: [String: Int] = [:]
    var byState: [MessageState: Int] = [:]

    mutating func move(from old: MessageState?, to new: MessageState) {
        guard old != new else { return }
        if let old { self.byState[old, default: 0] -= 1 }
        self.byState[new, default: 0] += 1
    }

    /// A message of this state was deleted.
    mutating func remove(_ state: MessageState) {
        self.byState[state, default: 0] -= 1
    }

    mutating func wait(_ modem: String, _ change: Int) {
        self.waiting[modem, default: 0] += change
    }
}

extension Date {
    /// Microseconds since 1970, the resolution kept in the database; saturates instead of overflowing.
    var microseconds: Int64 {
        Int64(exactly: (self.timeIntervalSince1970 * 1_000_000).rounded())
            ?? (self.timeIntervalSince1970 < 0 ? 0 : .max)
    }

    init(microseconds: Int64) {
        self.init(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }

    /// The same moment as it comes back from the database.
    package var storable: Date { Date(microseconds: self.microseconds) }
}
