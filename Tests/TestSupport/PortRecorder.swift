// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Serial
import Synchronization

/// A receiver that tells what it heard as a stream, and how often it was closed.
package final class PortRecorder: BytePortReceiver {
    package enum Event: Equatable, Sendable {
        case received([UInt8])
        case closed(PortClosure)
    }

    package let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let onReceive: @Sendable ([UInt8]) -> Void
    private let counter = Atomic<Int>(0)

    /// - Parameter onReceive: called on the port's thread, for peers that answer.
    package init(onReceive: @escaping @Sendable ([UInt8]) -> Void = { _ in }) {
        (self.events, self.continuation) = AsyncStream.makeStream()
        self.onReceive = onReceive
    }

    package var closedCount: Int { self.counter.load(ordering: .relaxed) }

    package func received(_ bytes: UnsafeRawBufferPointer) {
        self.continuation.yield(.received(Array(bytes)))
        self.onReceive(Array(bytes))
    }

    package func closed(_ reason: PortClosure) {
        self.counter.add(1, ordering: .relaxed)
        self.continuation.yield(.closed(reason))
        self.continuation.finish()
    }

    /// Reads until so many bytes have come or the port is closed.
    package func bytes(count: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        if count == 0 { return bytes }
        for await event in self.events {
            guard case .received(let piece) = event else { break }
            bytes += piece
            if bytes.count >= count { break }
        }
        return bytes
    }

    /// Waits for the end and answers its reason.
    package func closure() async -> PortClosure? {
        for await event in self.events {
            if case .closed(let reason) = event { return reason }
        }
        return nil
    }
}
