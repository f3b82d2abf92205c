// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CTermios
import Glibc
import PosixMutex

import struct Synchronization.Atomic

/// One thread that polls all ports, and the executor of the actors that talk through them: a byte is handled on the
/// thread it arrives on, without a hop.
///
/// As a `TaskExecutor` it also runs the tasks that prefer it, so that a caller there reaches the actor without a switch.
/// Jobs must not block. The thread runs until ``shutdown()``; idle it sleeps in poll(2).
package final class IOThread: SerialExecutor, TaskExecutor, Sendable {
    /// Bytes read at once from a port: four times what a tty line discipline holds.
    static let readSize = 16 * 1024
    /// Rounds of jobs before the ports get a look: jobs that feed each other must not starve them.
    private static let roundsBeforePoll = 32

    enum Work {
        case job(UnownedJob)
        case callback(@Sendable () -> Void)
    }

    enum Phase {
        case running
        /// Ports are closed and what is queued is still run.
        case stopping
        case stopped
        /// After the end: jobs of late actors run on a thread of their own until none is left.
        case drainingLateJobs
    }

    struct State {
        var work: [Work] = []
        var watched: [Watched] = []
        var watchedChanged = false
        /// In poll(2) without time limit: whoever adds work must wake the thread.
        var isAsleep = false
        var phase = Phase.running
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    package let name: String
    let state = Mutex(State())
    private let wakeEvent: FileDescriptor
    /// pthread_self() of the thread that runs jobs now; 0 when none does.
    private let threadIdentity = Atomic<UInt>(0)

    /// Starts the thread.
    ///
    /// - Parameter name: as shown by ps and debuggers; the kernel keeps 15 bytes.
    /// - Throws: ``SerialError`` when the system has no descriptor or thread left.
    package init(name: String) throws(SerialError) {
        self.name = name
        self.wakeEvent = FileDescriptor(
            adopting: try FileDescriptor.check("eventfd", path: name) { ctermios_eventfd() })
        let failure = self.startThread { $0.run() }
        guard failure == 0 else { throw SerialError.failed("pthread_create", path: name, errno: failure) }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        self.add(.job(UnownedJob(job)))
    }

    package func checkIsolated() {
        precondition(self.isCurrent, "not on the I/O thread \(self.name)")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        self.isCurrent
    }

    /// Is the caller on this thread?
    package var isCurrent: Bool {
        self.threadIdentity.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Runs `body` on the thread, after what is queued already.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        self.add(.callback(body))
    }

    private func add(_ work: Work) {
        let (mustWake, mustDrain) = self.state.withLock { state in
            state.work.append(work)
            let mustWake = state.isAsleep
            state.isAsleep = false
            let mustDrain = state.phase == .stopped
            if mustDrain { state.phase = .drainingLateJobs }
            return (mustWake, mustDrain)
        }
        if mustWake { self.wakeUnlessCurrent() }
        if mustDrain, self.startThread({ $0.drainLateJobs() }) != 0 { self.drainLateJobs() }
    }

    /// The thread itself looks at its queue before it sleeps: a byte that resumes a caller costs no system call.
    func wakeUnlessCurrent() {
        guard !self.isCurrent else { return }
        var one: UInt64 = 1
        _ = withUnsafeBytes(of: &one) { self.wakeEvent.write($0) }
    }

    // MARK: End

    /// Closes every port, runs what is queued and ends the thread. Returns at once; see ``waitUntilStopped()``.
    package func shutdown() {
        let (ports, mustWake) = self.state.withLock { state in
            guard state.phase == .running else { return ([Watched](), false) }
            state.phase = .stopping
            let mustWake = state.isAsleep
            state.isAsleep = false
            return (state.watched, mustWake)
        }
        for port in ports { port.source.close() }
        if mustWake { self.wakeUnlessCurrent() }
    }

    /// Returns when the thread has run its last job.
    package func waitUntilStopped() async {
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                if state.phase == .stopped { return true }
                state.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: Thread

    private func startThread(_ body: @escaping @Sendable (IOThread) -> Void) -> Int32 {
        let start = Unmanaged.passRetained(ThreadStart(thread: self, body: body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
                start.thread.threadIdentity.store(UInt(pthread_self()), ordering: .relaxed)
                ctermios_name_thread(start.thread.name)
                start.body(start.thread)
                return nil
            }, start.toOpaque())
        if failure == 0 { pthread_detach(thread) } else { start.release() }
        return failure
    }

    private func run() {
        var set = PollSet(wakeDescriptor: self.wakeEvent.number)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readSize, alignment: 16)
        defer { scratch.deallocate() }
        while true {
            let isIdle = self.runQueuedWork()
            guard let waits = self.prepareToPoll(&set, isIdle: isIdle) else { return }
            set.poll(waits: waits)
            if set.wasWoken { _ = self.wakeEvent.read(into: scratch) }
            set.forEachReady { source, events in source.ready(events, scratch: scratch) }
        }
    }

    /// Returns true when nothing was left to run.
    private func runQueuedWork() -> Bool {
        var batch: [Work] = []
        for _ in 0..<Self.roundsBeforePoll {
            self.state.withLock { swap(&$0.work, &batch) }
            if batch.isEmpty { return true }
            self.run(batch)
            batch.removeAll(keepingCapacity: true)
        }
        return false
    }

    private func run(_ batch: [Work]) {
        for work in batch {
            switch work {
            case .job(let job):
                job.runSynchronously(
                    isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
            case .callback(let body):
                body()
            }
        }
    }

    /// nil: the thread is over. Otherwise whether poll(2) may wait.
    private func prepareToPoll(_ set: inout PollSet, isIdle: Bool) -> Bool? {
        let (waits, waiters) = self.state.withLock { state -> (Bool?, [CheckedContinuation<Void, Never>]) in
            if state.watchedChanged {
                state.watchedChanged = false
                set.replace(with: state.watched)
            }
            guard isIdle, state.work.isEmpty else { return (false, []) }
            if state.phase == .stopping, state.watched.isEmpty { return (nil, self.stop(&state)) }
            state.isAsleep = true
            return (true, [])
        }
        for waiter in waiters { waiter.resume() }
        return waits
    }

    private func drainLateJobs() {
        while true {
            var batch: [Work] = []
            let waiters = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
                swap(&state.work, &batch)
                return batch.isEmpty ? self.stop(&state) : []
            }
            for waiter in waiters { waiter.resume() }
            if batch.isEmpty { return }
            self.run(batch)
        }
    }

    private func stop(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        self.threadIdentity.store(0, ordering: .relaxed)
        state.phase = .stopped
        defer { state.waiters = [] }
        return state.waiters
    }
}

/// What a new thread needs to begin.
private final class ThreadStart: Sendable {
    let thread: IOThread
    let body: @Sendable (IOThread) -> Void

    init(thread: IOThread, body: @escaping @Sendable (IOThread) -> Void) {
        self.thread = thread
        self.body = body
    }
}
