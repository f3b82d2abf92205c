// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import PosixMutex

/// A clock that stands still until a test moves it.
package final class TestClock: Clock, Sendable {
    package struct Instant: InstantProtocol, Sendable {
        package let offset: Duration

        package func advanced(by duration: Duration) -> Self { Self(offset: self.offset + duration) }
        package func duration(to other: Self) -> Duration { other.offset - self.offset }
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.offset < rhs.offset }
    }

    private struct Sleeper {
        let id: UInt64
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Waiter {
        let id: UInt64
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Duration = .zero
        var nextID: UInt64 = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<UInt64> = []
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { Instant(offset: self.state.withLock { $0.now }) }
    package var minimumResolution: Duration { .nanoseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { self.add($0, id: id, deadline: deadline.offset) }
        } onCancel: {
            self.cancel(id)
        }
    }

    private enum Beginning {
        case sleeps([Waiter])
        case over
        case cancelled
    }

    private func add(_ continuation: CheckedContinuation<Void, any Error>, id: UInt64, deadline: Duration) {
        let beginning = self.state.withLock { state -> Beginning in
            if state.cancelled.remove(id) != nil { return .cancelled }
            if deadline <= state.now { return .over }
            state.sleepers.append(Sleeper(id: id, deadline: deadline, continuation: continuation))
            return .sleeps(Self.takeWaiters(&state))
        }
        switch beginning {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .over: continuation.resume()
        case .sleeps(let waiters): for waiter in waiters { waiter.continuation.resume() }
        }
    }

    private func cancel(_ id: UInt64) {
        let sleeper = self.state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }

    private static func takeWaiters(_ state: inout State) -> [Waiter] {
        let count = state.sleepers.count
        let ready = state.waiters.filter { $0.count <= count }
        state.waiters.removeAll { $0.count <= count }
        return ready
    }

    /// Moves time and wakes who has slept enough.
    package func advance(by duration: Duration) {
        let awake = self.state.withLock { state in
            state.now += duration
            let now = state.now
            let awake = state.sleepers.filter { $0.deadline <= now }
            state.sleepers.removeAll { $0.deadline <= now }
            return awake.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in awake { sleeper.continuation.resume() }
    }

    /// Returns when at least so many sleep, or the task is cancelled: a test past its time limit ends.
    package func waitForSleepers(count: Int = 1) async {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    if state.cancelled.remove(id) != nil || state.sleepers.count >= count { return true }
                    state.waiters.append(Waiter(id: id, count: count, continuation: continuation))
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume()
        }
    }

    package var sleeperCount: Int { self.state.withLock { $0.sleepers.count } }

    /// When the next sleeper wakes, from now; `nil` when nobody sleeps.
    package var nextWake: Duration? {
        self.state.withLock { state in state.sleepers.map(\.deadline).min().map { $0 - state.now } }
    }
}
