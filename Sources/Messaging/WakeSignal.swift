// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import PosixMutex

/// Wakes one waiting task. A signal given while nobody waits is kept, once.
final class WakeSignal: Sendable {
    private enum State {
        case idle
        case signalled
        case waiting(CheckedContinuation<Void, Never>, isTimed: Bool)
    }

    private let state = Mutex(State.idle)

    func signal() {
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            switch state {
            case .idle, .signalled:
                state = .signalled
                return nil
            case .waiting(let continuation, _):
                state = .idle
                return continuation
            }
        }
        waiter?.resume()
    }

    /// As `signal()`, except to one who waits with a delay.
    func signalUnlessTimed() {
        let isTimed = self.state.withLock { state in
            if case .waiting(_, isTimed: true) = state { return true }
            return false
        }
        if !isTimed { self.signal() }
    }

    /// Returns at the next signal, at once if one is kept, or when the task is cancelled.
    func wait() async { await self.wait(isTimed: false) }

    private func wait(isTimed: Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    if case .signalled = state {
                        state = .idle
                        return true
                    }
                    if Task.isCancelled { return true }
                    state = .waiting(continuation, isTimed: isTimed)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
                guard case .waiting(let continuation, _) = state else { return nil }
                state = .idle
                return continuation
            }
            waiter?.resume()
        }
    }

    private func takeKept() -> Bool {
        self.state.withLock { state in
            guard case .signalled = state else { return false }
            state = .idle
            return true
        }
    }

    /// As `wait()`, but `delay` later at the latest.
    func wait(for delay: Duration?, clock: any Clock<Duration>) async {
        guard let delay else { return await self.wait() }
        // Otherwise somebody would be seen asleep who is not going to sleep.
        if self.takeKept() { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(isTimed: true) }
            group.addTask { try? await clock.sleep(for: max(.zero, delay)) }
            await group.next()
            group.cancelAll()
        }
    }
}
