// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GRDB
internal import PosixMutex

/// Many callers, one transaction: what is asked for while a commit is under way shares the next one.
///
/// Every write runs in a savepoint of its own, so that one that fails takes no other with it; its caller resumes only
/// after COMMIT, that is after the fdatasync of the write-ahead log (`synchronous=FULL`).
/// The queue needs no bound of its own: each entry is a suspended caller.
final class GroupCommit: Sendable {
    /// Writes that share one transaction at most, so that none waits long for the others of its batch.
    static let batchLimit = 256

    private struct State {
        var queue: [PendingWrite] = []
        var isDraining = false
        var isClosed = false
        var lastCommit: Duration?
        var lastFailure: String?
    }

    private let pool: DatabasePool
    private let journal: JournalTail
    private let state = Mutex(State())

    init(pool: DatabasePool, journal: JournalTail) {
        self.pool = pool
        self.journal = journal
    }

    /// Runs `body` in a transaction and returns its value once that is durable.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.enqueue(
                PendingWrite(
                    perform: { transaction in
                        let value = try body(transaction)
                        return { continuation.resume(returning: value) }
                    },
                    fail: { continuation.resume(throwing: $0) }))
        }
    }

    /// Writers waiting, duration of the last commit, and the last commit's failure (`nil` after a good one).
    var condition: (waiting: Int, lastCommit: Duration?, lastFailure: String?) {
        self.state.withLock { ($0.queue.count, $0.lastCommit, $0.lastFailure) }
    }

    /// Refuses further writes; those queued are still made.
    func close() {
        self.state.withLock { $0.isClosed = true }
    }

    private func enqueue(_ write: PendingWrite) {
        enum Next { case refuse, start, none }
        let next: Next = self.state.withLock { state in
            guard !state.isClosed else { return .refuse }
            state.queue.append(write)
            if state.isDraining { return .none }
            state.isDraining = true
            return .start
        }
        switch next {
        case .refuse: write.fail(StoreError(.closed, "The database was closed; start the daemon again."))
        case .start: self.pool.asyncWriteWithoutTransaction { self.drain($0) }
        case .none: break
        }
    }

    private func drain(_ database: Database) {
        while true {
            let batch = self.state.withLock { state -> [PendingWrite] in
                let batch = Array(state.queue.prefix(Self.batchLimit))
                state.queue.removeFirst(batch.count)
                state.isDraining = !batch.isEmpty
                return batch
            }
            if batch.isEmpty { return }
            self.commit(batch, on: database)
        }
    }

    private func commit(_ batch: [PendingWrite], on database: Database) {
        let clock = ContinuousClock()
        let start = clock.now
        let transaction = Transaction(database: database, next: self.journal.begin())
        var completions: [() -> Void] = []
        do {
            try database.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            for write in batch {
                completions.append(try Self.perform(write, in: transaction))
            }
            try database.cachedStatement(sql: "COMMIT TRANSACTION").execute()
        } catch {
            self.abandon(batch, transaction, because: error)
            return
        }
        self.state.withLock {
            $0.lastCommit = clock.now - start
            $0.lastFailure = nil
        }
        self.journal.commit(transaction)
        for completion in completions { completion() }
    }

    /// - Returns: what to do after the commit: resume the caller with its value or with its own error.
    /// - Throws: when the whole transaction is lost (SQLite rolls back by itself on a full disk or an I/O error).
    private static func perform(_ write: PendingWrite, in transaction: Transaction) throws -> () -> Void {
        let database = transaction.database
        let mark = transaction.mark
        try database.cachedStatement(sql: "SAVEPOINT one_write").execute()
        do {
            let completion = try write.perform(transaction)
            try database.cachedStatement(sql: "RELEASE SAVEPOINT one_write").execute()
            return completion
        } catch {
            guard database.isInsideTransaction else { throw error }
            try database.cachedStatement(sql: "ROLLBACK TRANSACTION TO SAVEPOINT one_write").execute()
            try database.cachedStatement(sql: "RELEASE SAVEPOINT one_write").execute()
            transaction.revert(to: mark)
            return { write.fail(error) }
        }
    }

    private func abandon(_ batch: [PendingWrite], _ transaction: Transaction, because error: any Error) {
        try? transaction.database.rollback()
        self.state.withLock { $0.lastFailure = String(describing: error) }
        for write in batch { write.fail(error) }
    }
}

/// One caller's write. Exactly one of the closure returned by `perform` and `fail` is called.
struct PendingWrite: Sendable {
    let perform: @Sendable (Transaction) throws -> () -> Void
    let fail: @Sendable (any Error) -> Void
}
