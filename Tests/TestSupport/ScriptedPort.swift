// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import PosixMutex
package import Serial

/// A port without a device: the test, or a function, is the modem.
package final class ScriptedPort: BytePort {
    private struct State {
        var receiver: (any BytePortReceiver)?
        var isClosed = false
        var answers: (@Sendable (String) -> String?)?
        var partialLine: [UInt8] = []
    }

    package let name: String
    package let executor: IOThread
    /// Everything written, one element a call of `write`; finishes with the port.
    package let writes: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let state = Mutex(State())

    /// - Parameter answers: what the modem says to a line (without its CR) or to a text that ends in Ctrl-Z;
    ///   `nil`: nothing.
    package init(on executor: IOThread, name: String = "scripted", answers: (@Sendable (String) -> String?)? = nil) {
        self.executor = executor
        self.name = name
        (self.writes, self.continuation) = AsyncStream.makeStream()
        self.state.withLock { $0.answers = answers }
    }

    // MARK: The modem's side

    /// The modem says something.
    package func feed(_ text: String, byteByByte: Bool = false) {
        self.feed(Array(text.utf8), byteByByte: byteByByte)
    }

    package func feed(_ bytes: [UInt8], byteByByte: Bool = false) {
        let pieces = byteByByte ? bytes.map { [$0] } : [bytes]
        for piece in pieces {
            self.executor.perform {
                guard let receiver = self.state.withLock({ $0.receiver }) else { return }
                piece.withUnsafeBytes { receiver.received($0) }
            }
        }
    }

    /// The device goes away.
    package func hangUp() {
        self.finish(.hangUp)
    }

    // MARK: BytePort

    package func start(_ receiver: any BytePortReceiver) throws {
        let isOpen = self.state.withLock { state in
            guard !state.isClosed else { return false }
            state.receiver = receiver
            return true
        }
        guard isOpen else { throw SerialError(code: .closed, message: "The port is closed.", path: self.name) }
    }

    package func write(_ bytes: [UInt8]) {
        self.continuation.yield(bytes)
        let (lines, answers) = self.state.withLock { state in (Self.take(bytes, &state), state.answers) }
        guard let answers else { return }
        for line in lines {
            if let answer = answers(line) { self.feed(answer) }
        }
    }

    /// Lines end with CR, texts with Ctrl-Z (which they keep); ESC is a text of its own.
    private static func take(_ bytes: [UInt8], _ state: inout State) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0D || byte == 0x1A || byte == 0x1B {
                if byte != 0x0D { state.partialLine.append(byte) }
                lines.append(String(decoding: state.partialLine, as: UTF8.self))
                state.partialLine = []
            } else {
                state.partialLine.append(byte)
            }
        }
        return lines
    }

    package func close() {
        self.finish(.closedHere)
    }

    private func finish(_ reason: PortClosure) {
        let receiver = self.state.withLock { state in
            defer { state.receiver = nil }
            state.isClosed = true
            return state.receiver
        }
        self.continuation.finish()
        guard let receiver else { return }
        self.executor.perform { receiver.closed(reason) }
    }
}
