// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import PosixMutex

/// What ``TTYPort`` and ``PseudoTerminal`` share: a descriptor that is read when it has bytes and written without
/// blocking.
final class DescriptorPort: PollSource, Sendable {
    /// What happens when the peer reads nothing and the queue is full.
    enum Overflow {
        case closes
        /// As a modem does whose port nobody has opened.
        case dropsNewBytes

        /// Bytes that may wait for the peer.
        ///
        /// Towards a modem: the longest command is a 1 KiB line, so 64 KiB means nobody reads. As a modem: `AT+CMGL=4`
        /// of a full EC25 (255 messages) is 97 kB in one piece.
        var limit: Int {
            switch self {
            case .closes: 64 * 1024
            case .dropsNewBytes: 256 * 1024
            }
        }
    }

    private struct State {
        var descriptor: OwnedDescriptor?
        var receiver: (any BytePortReceiver)?
        var queue: [UInt8] = []
        var closure: PortClosure?
    }

    let name: String
    let executor: IOThread
    private let overflow: Overflow
    /// Run with the descriptor just before it is closed.
    private let beforeClose: @Sendable (Int32) -> Void
    private let state: Mutex<State>

    init(
        _ descriptor: consuming FileDescriptor, name: String, on executor: IOThread, overflow: Overflow,
        beforeClose: @escaping @Sendable (Int32) -> Void
    ) {
        self.name = name
        self.executor = executor
        self.overflow = overflow
        self.beforeClose = beforeClose
        self.state = Mutex(State(descriptor: OwnedDescriptor(descriptor)))
    }

    func start(_ receiver: any BytePortReceiver) throws(SerialError) {
        let number = self.state.withLock { state -> Int32? in
            guard let number = state.descriptor?.value.number, state.receiver == nil else { return nil }
            state.receiver = receiver
            return number
        }
        guard let number else {
            throw SerialError(code: .closed, message: "The port is closed or has a receiver.", path: self.name)
        }
        do {
            try self.executor.watch(number, events: Int16(POLLIN), source: self)
        } catch {
            self.state.withLock { $0.receiver = nil }
            throw error
        }
    }

    // MARK: Writing

    private enum WriteOutcome {
        case done
        case waits(Int32)
        case closes(PortClosure)
    }

    func write(_ bytes: [UInt8]) {
        let outcome = self.state.withLock { state -> WriteOutcome in
            guard state.descriptor != nil else { return .done }
            guard state.queue.isEmpty else { return self.append(bytes[...], to: &state) }
            return self.writeNow(bytes[...], &state)
        }
        self.act(on: outcome)
    }

    private func writeNow(_ bytes: ArraySlice<UInt8>, _ state: inout State) -> WriteOutcome {
        var rest = bytes
        while !rest.isEmpty {
            let transfer = rest.withUnsafeBytes { state.descriptor?.value.write($0) ?? .failed(EBADF) }
            switch transfer {
            case .bytes(let count): rest = rest.dropFirst(count)
            case .wouldBlock: return self.append(rest, to: &state)
            case .failed(let number): return .closes(self.closure("write", errno: number))
            }
        }
        return .done
    }

    private func append(_ bytes: ArraySlice<UInt8>, to state: inout State) -> WriteOutcome {
        guard state.queue.count + bytes.count <= self.overflow.limit else {
            switch self.overflow {
            case .dropsNewBytes:
                return .done
            case .closes:
                return .closes(
                    .error(
                        SerialError(
                            code: .writeQueueFull, message: "The device takes no bytes: 64 KiB are waiting.",
                            path: self.name)))
            }
        }
        state.queue += bytes
        return .waits(state.descriptor?.value.number ?? -1)
    }

    private func act(on outcome: WriteOutcome) {
        switch outcome {
        case .done:
            break
        case .waits(let number):
            // Before start() nobody polls yet; the queue goes out with the next write or when polling begins.
            try? self.executor.watch(number, events: Int16(POLLIN | POLLOUT), source: self)
        case .closes(let closure):
            self.finish(closure)
        }
    }

    private func flush() {
        let outcome = self.state.withLock { state -> WriteOutcome in
            let queue = state.queue
            state.queue = []
            return self.writeNow(queue[...], &state)
        }
        if case .done = outcome, let number = self.state.withLock({ $0.descriptor?.value.number }) {
            try? self.executor.watch(number, events: Int16(POLLIN), source: self)
        }
        self.act(on: outcome)
    }

    // MARK: Reading

    func ready(_ events: Int16, scratch: UnsafeMutableRawBufferPointer) {
        if events & Int16(POLLOUT) != 0 { self.flush() }
        guard events & ~Int16(POLLOUT) != 0 else { return }
        let (transfer, receiver) = self.state.withLock { state in
            (state.descriptor?.value.read(into: scratch), state.receiver)
        }
        switch transfer {
        case nil:
            break
        case .bytes(0):
            self.finish(.hangUp)
        case .bytes(let count):
            receiver?.received(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
        case .wouldBlock:
            // A hang-up that still says "try again" would make poll(2) spin.
            if events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { self.finish(.hangUp) }
        case .failed(let number):
            self.finish(self.closure("read", errno: number))
        }
    }

    /// EIO is what a hung-up tty says to writers, and a pty's master to readers; ENODEV and ENXIO come from drivers.
    private func closure(_ call: String, errno: Int32) -> PortClosure {
        switch errno {
        case EIO, ENODEV, ENXIO, EPIPE: .hangUp
        default: .error(SerialError.failed(call, path: self.name, errno: errno))
        }
    }

    // MARK: End

    func close() {
        // A descriptor is closed only on the thread that may be polling it.
        if self.executor.isCurrent {
            self.finish(.closedHere)
        } else {
            self.executor.perform { self.finish(.closedHere) }
        }
    }

    private func finish(_ closure: PortClosure) {
        guard self.executor.isCurrent else { return self.executor.perform { self.finish(closure) } }
        self.executor.unwatch(self)
        let receiver = self.state.withLock { state -> (any BytePortReceiver)? in
            guard let descriptor = state.descriptor else { return nil }
            self.beforeClose(descriptor.value.number)
            state.descriptor = nil
            state.closure = closure
            state.queue = []
            defer { state.receiver = nil }
            return state.receiver
        }
        guard let receiver else { return }
        // Later, not now: the receiver may be in the middle of the call that closes.
        self.executor.perform { receiver.closed(closure) }
    }
}
