// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import PosixMutex

/// A port around a port that keeps what went by: the console's history.
///
/// It holds message texts and PINs in memory; whoever prints it masks them.
package final class PortTrace: BytePort, BytePortReceiver {
    package enum Direction: Equatable, Sendable {
        case received
        case sent
    }

    package struct Entry: Equatable, Sendable {
        package let direction: Direction
        /// Microseconds since 1970.
        package let time: Int64
        package let bytes: [UInt8]
    }

    private struct State {
        var entries: [Entry] = []
        var byteCount = 0
        var receiver: (any BytePortReceiver)?
    }

    /// A burst such as a 70 kB line must not pin more memory than this, whatever the number of entries.
    private static let byteLimit = 256 * 1024

    private let port: any BytePort
    private let entryLimit: Int
    private let state = Mutex(State())

    package var name: String { self.port.name }
    package var executor: IOThread { self.port.executor }

    /// - Parameter entryLimit: entries kept, at least 1; also at most 256 KiB.
    package init(_ port: any BytePort, entryLimit: Int = 512) {
        self.port = port
        self.entryLimit = max(1, entryLimit)
    }

    /// The oldest first.
    package var entries: [Entry] {
        self.state.withLock { $0.entries }
    }

    package func start(_ receiver: any BytePortReceiver) throws {
        self.state.withLock { $0.receiver = receiver }
        try self.port.start(self)
    }

    package func write(_ bytes: [UInt8]) {
        self.record(.sent, bytes)
        self.port.write(bytes)
    }

    package func close() {
        self.port.close()
    }

    package func received(_ bytes: UnsafeRawBufferPointer) {
        self.record(.received, Array(bytes))
        self.state.withLock { $0.receiver }?.received(bytes)
    }

    package func closed(_ reason: PortClosure) {
        let receiver = self.state.withLock { state in
            defer { state.receiver = nil }
            return state.receiver
        }
        receiver?.closed(reason)
    }

    private func record(_ direction: Direction, _ bytes: [UInt8]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = Int64(now.tv_sec) &* 1_000_000 &+ Int64(now.tv_nsec) / 1000
        self.state.withLock { state in
            state.entries.append(Entry(direction: direction, time: time, bytes: bytes))
            state.byteCount += bytes.count
            while state.entries.count > self.entryLimit || (state.byteCount > Self.byteLimit && state.entries.count > 1)
            {
                state.byteCount -= state.entries.removeFirst().bytes.count
            }
        }
    }
}
