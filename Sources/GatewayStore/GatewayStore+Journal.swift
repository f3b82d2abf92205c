// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

extension GatewayStore {
    /// Events kept for clients that come back; older ones mean a snapshot.
    package static let journalLimit = 10_000

    /// Adds an event of another module, for example a modem's new state, and returns once it is durable.
    ///
    /// - Parameters:
    ///   - topic: what webhooks are told; `nil`: nothing.
    ///   - conversation: events of one conversation reach a webhook in their order.
    package func append(
        _ kind: JournalKind, body: Data, topic: EventTopic? = nil, conversation: String = ""
    ) async throws {
        let time = self.now().storable
        try await self.write {
            try $0.append(kind, body: body, at: time, topic: topic, conversation: conversation)
        }
    }

    /// Number of the last durable event.
    package var latestSeq: Int64 { self.journal.last }

    /// What came after `seq`, which must be a number this journal holds.
    ///
    /// - Parameter limit: most events returned, 1 … `journalLimit`.
    package func events(after seq: Int64, limit: Int = GatewayStore.journalLimit) async throws -> JournalReplay {
        let limit = min(max(limit, 1), Self.journalLimit)
        return try await self.read { database in
            let known = try Bool.fetchOne(
                try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM journal WHERE seq = ?)"),
                arguments: [seq])
            let latest = try Int64.fetchOne(database, sql: "SELECT max(seq) FROM journal") ?? 0
            guard known == true else { return .snapshotNeeded(latest: latest) }
            return .events(try Self.events(database, after: seq, limit: limit))
        }
    }

    /// Every event from now on, in order, one element per transaction, after it is durable.
    ///
    /// A consumer far behind loses the oldest elements (`JournalTail.observerBacklog`) and sees it by a gap in `seq`;
    /// `events(after:limit:)` fills it.
    package func observe() -> AsyncStream<[JournalEvent]> { self.journal.observe() }

    private static func events(_ database: Database, after seq: Int64, limit: Int) throws -> [JournalEvent] {
        let statement = try database.cachedStatement(
            sql: "SELECT seq, time, kind, body FROM journal WHERE seq > ? AND kind <> 'opened' ORDER BY seq LIMIT ?")
        var events: [JournalEvent] = []
        let rows = try Row.fetchCursor(statement, arguments: [seq, limit])
        while let row = try rows.next() {
            // A kind that is not ours can only come from a hand in the database.
            guard let kind = JournalKind(rawValue: row[2]) else { continue }
            events.append(
                JournalEvent(seq: row[0], time: Date(microseconds: row[1]), kind: kind, body: row[3]))
        }
        return events
    }
}
