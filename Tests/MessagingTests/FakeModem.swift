// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import PosixMutex

/// A modem that does what the test says and tells what was asked of it.
final class FakeModem: ShortMessageModem {
    typealias Answer = @Sendable (_ pdu: String, _ number: Int) async throws(SubmitError) -> UInt8

    struct ReleaseRefused: Error {}

    private struct State {
        var submitted: [String] = []
        var refusesRelease = false
    }

    let id: String
    let incoming: AsyncStream<IncomingPDU>
    let availability: AsyncStream<Bool>
    /// Every call of `release`, also those that then throw.
    let releases: AsyncStream<IncomingPDU>
    private let arrival: AsyncStream<IncomingPDU>.Continuation
    private let presence: AsyncStream<Bool>.Continuation
    private let release: AsyncStream<IncomingPDU>.Continuation
    private let answer: Answer
    private let beforeRelease: @Sendable (IncomingPDU) async -> Void
    private let state = Mutex(State())

    /// - Parameter answer: gets the PDU and the number of the submission, from 1; without one it answers that number.
    init(
        _ id: String = "ec25-1", isAvailable: Bool = true,
        answer: @escaping Answer = { (_, number) throws(SubmitError) in UInt8(truncatingIfNeeded: number) },
        beforeRelease: @escaping @Sendable (IncomingPDU) async -> Void = { _ in }
    ) {
        self.id = id
        self.answer = answer
        self.beforeRelease = beforeRelease
        (self.incoming, self.arrival) = AsyncStream.makeStream()
        (self.availability, self.presence) = AsyncStream.makeStream()
        (self.releases, self.release) = AsyncStream.makeStream()
        self.presence.yield(isAvailable)
    }

    var submitted: [String] { self.state.withLock { $0.submitted } }

    func becomes(available: Bool) { self.presence.yield(available) }

    func refuseReleases(_ refuses: Bool) { self.state.withLock { $0.refusesRelease = refuses } }

    func deliver(_ pdu: String, kind: IncomingPDU.Kind = .message, index: Int = 0) {
        self.arrival.yield(
            IncomingPDU(kind: kind, place: .stored(memory: "ME", index: index), pdu: pdu, length: nil))
    }

    func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8 {
        let number = self.state.withLock { state in
            state.submitted.append(pdu)
            return state.submitted.count
        }
        return try await self.answer(pdu, number)
    }

    func release(_ incoming: IncomingPDU) async throws {
        await self.beforeRelease(incoming)
        self.release.yield(incoming)
        if self.state.withLock({ $0.refusesRelease }) { throw ReleaseRefused() }
    }
}
