// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol
package import Serial

/// One AT port, many callers.
///
/// It runs on the thread of its port: an answer is handled where its bytes arrive. Callers whose task prefers that
/// thread (`withTaskExecutorPreference`) are resumed there without a switch.
package actor ATChannel {
    private typealias CommandID = ATChannelStateMachine.CommandID
    private typealias Outcome = ATChannelStateMachine.Outcome

    /// What nobody asked for, in order. At most 256 wait; what comes then is dropped and counted. Finishes with the port.
    package nonisolated let unsolicited: AsyncStream<UnsolicitedResult>
    /// Why a port's stream may have gaps, for health reports.
    package private(set) var droppedUnsolicited = 0

    private nonisolated let port: any BytePort
    private let timeline: Timeline
    private let continuation: AsyncStream<UnsolicitedResult>.Continuation
    private var machine = ATChannelStateMachine()
    private var callers: [CommandID: CheckedContinuation<Outcome, Never>] = [:]
    /// The one sleeper and when it wakes. It is left alone when a command ends early and looks again when it wakes.
    private var sleeper: (task: Task<Void, Never>, wakesAt: Duration)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.port.executor.asUnownedSerialExecutor()
    }

    package init(port: any BytePort, clock: any Clock<Duration> = ContinuousClock()) {
        self.port = port
        self.timeline = Timeline(clock)
        (self.unsolicited, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(256))
    }

    /// Is the port open?
    package var isOpen: Bool { self.machine.isOpen }

    /// Final results that no command waited for; bytes dropped with the ends of lines over 4 KiB.
    package var noise: (strayResults: Int, discardedBytes: Int, droppedLines: Int) {
        (self.machine.strayResults, self.machine.discardedBytes, self.machine.droppedLines)
    }

    /// Starts to read and gets in step with the modem. Commands may be sent at once; they wait for that.
    ///
    /// From now on the port keeps the channel until one of them is closed.
    ///
    /// - Parameter leavingPrompt: begin with ESC: a former user of the port may have died inside a `> ` prompt, which
    ///   would swallow the first probe and cost two seconds. At the command line ESC is ignored (V.250 §5.2.1).
    /// - Throws: `SerialError` when the port is closed already.
    package func open(leavingPrompt: Bool = false) throws {
        try self.port.start(PortReceiver(channel: self))
        self.perform(self.machine.opened(leavingPrompt: leavingPrompt, now: self.timeline.now()))
    }

    /// Sends a command when its turn comes and waits for the final result. Every final result is a response, `ERROR` too.
    package func send(_ command: ATCommand) async throws(ATChannelError) -> ATResponse {
        let id = self.machine.makeID()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.callers[id] = continuation
                // Cancelled before it could be queued: the handler has found nothing to cancel.
                if Task.isCancelled {
                    self.perform([ATChannelStateMachine.fail(.cancelled, id, command)])
                } else {
                    self.perform(self.machine.submit(command, id: id, now: self.timeline.now()))
                }
            }
        } onCancel: {
            self.port.executor.perform { self.assumeIsolated { $0.cancel(id) } }
        }
        return try outcome.get()
    }

    /// Closes the port; commands that wait fail with `portClosed`.
    package func close() {
        self.port.close()
        self.portClosed(.closedHere)
    }

    // MARK: Events

    private func cancel(_ id: CommandID) {
        self.perform(self.machine.cancel(id, now: self.timeline.now()))
    }

    fileprivate func received(_ bytes: UnsafeRawBufferPointer) {
        self.perform(self.machine.receive(bytes, now: self.timeline.now()))
    }

    fileprivate func portClosed(_ closure: PortClosure) {
        self.perform(self.machine.portClosed(closure))
        self.continuation.finish()
        self.sleeper?.task.cancel()
        self.sleeper = nil
    }

    private func perform(_ actions: [ATChannelStateMachine.Action]) {
        for action in actions {
            switch action {
            case .write(let bytes): self.port.write(bytes)
            case .finish(let id, let outcome): self.callers.removeValue(forKey: id)?.resume(returning: outcome)
            case .deliver(let result):
                if case .dropped = self.continuation.yield(result) { self.droppedUnsolicited &+= 1 }
            }
        }
        self.armSleeper()
    }

    // MARK: Deadlines

    private func armSleeper() {
        guard let deadline = self.machine.nextDeadline else { return }
        if let sleeper, sleeper.wakesAt <= deadline { return }
        self.sleeper?.task.cancel()
        let sleep = self.timeline.sleep
        let task = Task { [weak self] in
            guard (try? await sleep(deadline)) != nil else { return }
            await self?.wake(deadline)
        }
        self.sleeper = (task, deadline)
    }

    private func wake(_ deadline: Duration) {
        guard self.sleeper?.wakesAt == deadline else { return }
        self.sleeper = nil
        self.perform(self.machine.deadlineReached(now: self.timeline.now()))
    }
}

/// Hands the port's calls, which come on the actor's own thread, to the actor.
private final class PortReceiver: BytePortReceiver {
    private let channel: ATChannel

    init(channel: ATChannel) {
        self.channel = channel
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        // The call below runs now and on this thread: the bytes go nowhere else.
        nonisolated(unsafe) let bytes = bytes
        self.channel.assumeIsolated { $0.received(bytes) }
    }

    func closed(_ reason: PortClosure) {
        self.channel.assumeIsolated { $0.portClosed(reason) }
    }
}
