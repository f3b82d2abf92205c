// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB
internal import PosixMutex

/// The gateway's memory: messages, tokens, the journal of events and the audit of AT commands, in one SQLite file.
///
/// Every write is durable when its call returns: write-ahead log with `synchronous=FULL`, which is one fdatasync per
/// transaction, shared by the callers that wait at that moment (`GroupCommit`).
package final class GatewayStore: Sendable {
    package let path: String
    let now: @Sendable () -> Date
    let pool: DatabasePool
    let writer: GroupCommit
    let journal: JournalTail
    let tokenCache: Mutex<TokenCache>
    private let lock: StoreLock

    /// Opens or creates the database. The file and SQLite's two beside it (`-wal`, `-shm`) are for the owner only.
    ///
    /// - Parameters:
    ///   - path: of the database file; its directory must exist.
    ///   - now: the wall clock.
    /// - Throws: `StoreError` that names the file: in use, damaged, of a newer version, cannot be opened.
    package init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.path = path
        self.now = now
        self.lock = try StoreLock(path: path)
        do {
            self.pool = try Self.openPool(path)
            let start = try Self.prepare(self.pool, path: path, now: now())
            self.tokenCache = Mutex(start.tokens)
            self.journal = JournalTail(last: start.seq, counts: start.counts, targets: start.targets)
            self.writer = GroupCommit(pool: self.pool, journal: self.journal)
        } catch {
            throw StoreError.opening(path, error)
        }
    }

    /// Ends observation, finishes the writes already asked for, and closes the file. Later calls throw.
    package func close() throws {
        self.writer.close()
        // GRDB closes its writer first, and the readers that are last cannot merge the write-ahead log into the file.
        // Best effort: what is only in the log is read at the next opening.
        _ = try? self.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try self.pool.close()
        self.journal.finish()
        self.lock.release()
    }

    /// `PRAGMA synchronous` of the writing connection: 2 is FULL.
    package func synchronousSetting() async throws -> Int {
        try await self.mapping {
            try await self.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
        }
    }

    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await self.mapping { try await self.writer.write(body) }
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await self.mapping { try await self.pool.read(body) }
    }

    private func mapping<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw StoreError.opening(self.path, error)
        }
    }
}

extension GatewayStore {
    private struct Start {
        var seq: Int64
        var tokens: TokenCache
        var counts: MessageCounts
        var targets: [WebhookTarget]
    }

    private static func openPool(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "modemgate"
        // Lists and look-ups of the API; each reader costs a connection with its cache.
        configuration.maximumReaderCount = 3
        configuration.foreignKeysEnabled = true
        // Readers wait while SQLite restarts or recovers the write-ahead log; without this they fail at once.
        configuration.busyMode = .timeout(5)
        return try DatabasePool(path: path, configuration: configuration)
    }

    private static func prepare(_ pool: DatabasePool, path: String, now: Date) throws -> Start {
        let migrator = Schema.migrator
        if try pool.read({ try migrator.hasBeenSuperseded($0) }) {
            throw StoreError(
                .newerVersion,
                "\(path) was written by a newer version of modemgate; start that version, or another data directory.")
        }
        try migrator.migrate(pool)
        return try pool.writeWithoutTransaction { database in
            // GRDB sets NORMAL on opening, after any hook of ours: a commit would then survive a crash of the
            // daemon but not a loss of power.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw StoreError(.cannotOpen, "\(path): SQLite does not take synchronous=FULL; nothing is durable so.")
            }
            return Start(
                seq: try Self.markOpening(database, now: now),
                tokens: try TokenCache(database),
                counts: try MessageCounts(database),
                targets: try WebhookTarget.all(database))
        }
    }

    /// The journal's number jumps ahead to the microseconds of now at each opening, so that the numbers of a database
    /// that was deleted or restored from an older copy are not given again.
    private static func markOpening(_ database: Database, now: Date) throws -> Int64 {
        let last = try Int64.fetchOne(database, sql: "SELECT max(seq) FROM journal") ?? 0
        let seq = max(last + 1, now.microseconds)
        try database.execute(
            sql: "INSERT INTO journal (seq, time, kind, body) VALUES (?, ?, 'opened', x'')",
            arguments: [seq, now.microseconds])
        return seq
    }
}

extension MessageCounts {
    /// Read from indices alone, so that a million waiting messages do not delay the start.
    init(_ database: Database) throws {
        for state in [MessageState.queued, .sending, .uncertain] {
            self.byState[state] = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM message WHERE \(Self.openIndex) AND state = ?",
                arguments: [state.rawValue])
        }
        for condition in ["retry_at IS NULL", "retry_at IS NOT NULL"] {
            let waiting = try Row.fetchAll(
                database,
                sql: "SELECT modem, count(*) FROM message WHERE waiting = 1 AND \(condition) GROUP BY modem")
            for row in waiting { self.waiting[row[0], default: 0] += row[1] }
        }
    }

    /// The condition of the index `message_open`, word for word: only so does SQLite take that index.
    static let openIndex = "state IN ('queued', 'sending', 'uncertain', 'failed', 'expired')"
}
