// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import PosixMutex

/// What happened, in the order in which it became durable.
package struct JournalEvent: Sendable, Equatable {
    /// Grows by one from event to event and never restarts, not even with a new database.
    package var seq: Int64
    package var time: Date
    package var kind: JournalKind
    /// JSON: a `StoredMessage` for the two message kinds (see `message()`), otherwise what the caller gave.
    package var body: Data

    package init(seq: Int64, time: Date, kind: JournalKind, body: Data) {
        self.seq = seq
        self.time = time
        self.kind = kind
        self.body = body
    }

    /// The message as it was at that moment.
    package func message() throws -> StoredMessage {
        try JSONDecoder().decode(StoredMessage.self, from: self.body)
    }
}

package enum JournalKind: String, Sendable, CaseIterable {
    case messageReceived, messageStatus, modemState, modemSignal, ussd
}

/// Answer to "what came after this event".
package enum JournalReplay: Sendable, Equatable {
    /// At most `limit` events, oldest first; fewer than that means there are no more.
    case events([JournalEvent])
    /// The number is unknown here: too old, ahead, or of another database. Start from the present state.
    case snapshotNeeded(latest: Int64)
}

/// The journal's end, and those who watch it.
final class JournalTail: Sendable {
    /// Transactions an observer may be behind before it loses the oldest: far more than a live consumer ever is,
    /// and about 1 MB of memory at most for a usual batch.
    static let observerBacklog = 1_024

    /// What a transaction begins with.
    struct Start {
        var sequence: Int64
        var counts: MessageCounts
        var targets: [WebhookTarget]
    }

    private struct State {
        var last: Int64
        var counts: MessageCounts
        var targets: [WebhookTarget]
        var deliveries: AsyncStream<Void>.Continuation?
        var observers: [Int: AsyncStream<[JournalEvent]>.Continuation] = [:]
        var nextObserver = 0
        var isFinished = false
    }

    private let state: Mutex<State>

    init(last: Int64, counts: MessageCounts, targets: [WebhookTarget]) {
        self.state = Mutex(State(last: last, counts: counts, targets: targets))
    }

    var last: Int64 { self.state.withLock { $0.last } }
    var counts: MessageCounts { self.state.withLock { $0.counts } }

    func begin() -> Start {
        self.state.withLock { Start(sequence: $0.last + 1, counts: $0.counts, targets: $0.targets) }
    }

    /// After COMMIT, on the writer's queue, so that observers see events in order.
    func commit(_ transaction: Transaction) {
        let counts = transaction.counts
        let events = transaction.events
        let targets = transaction.targets
        let concernsDeliveries = transaction.concernsDeliveries
        let observers = self.state.withLock { state in
            state.counts = counts
            state.targets = targets
            if concernsDeliveries { state.deliveries?.yield() }
            guard let last = events.last else { return [AsyncStream<[JournalEvent]>.Continuation]() }
            state.last = last.seq
            return Array(state.observers.values)
        }
        for observer in observers { observer.yield(events) }
    }

    func observe() -> AsyncStream<[JournalEvent]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [JournalEvent].self, bufferingPolicy: .bufferingNewest(Self.observerBacklog))
        let number: Int? = self.state.withLock { state in
            guard !state.isFinished else { return nil }
            state.nextObserver += 1
            state.observers[state.nextObserver] = continuation
            return state.nextObserver
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.observers.removeValue(forKey: number) }
        }
        return stream
    }

    /// One element after commits that made a delivery due. It is for one consumer: a later call ends the earlier stream.
    func observeDeliveries() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let earlier = self.state.withLock { state in
            defer { state.deliveries = state.isFinished ? nil : continuation }
            return state.isFinished ? continuation : state.deliveries
        }
        earlier?.finish()
        return stream
    }

    func finish() {
        let observers = self.state.withLock { state in
            state.isFinished = true
            state.deliveries?.finish()
            state.deliveries = nil
            defer { state.observers.removeAll() }
            return Array(state.observers.values)
        }
        for observer in observers { observer.finish() }
    }
}
