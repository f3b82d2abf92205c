// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayStore
import Logging
import Messaging

/// A modem that cannot send: what is accepted stays queued. A test that wants it to receive gives `arrive`.
final class IdleModem: ShortMessageModem {
    let id: String
    let incoming: AsyncStream<IncomingPDU>
    let availability: AsyncStream<Bool>
    private let arrivals: AsyncStream<IncomingPDU>.Continuation
    private let available: AsyncStream<Bool>.Continuation

    init(_ id: String) {
        self.id = id
        (self.incoming, self.arrivals) = AsyncStream.makeStream(of: IncomingPDU.self)
        (self.availability, self.available) = AsyncStream.makeStream(of: Bool.self)
        self.available.yield(false)
    }

    func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8 {
        throw SubmitError(outcome: .notSent, message: "this modem cannot send")
    }

    func release(_ incoming: IncomingPDU) async throws {}

    /// A message comes in: SMS-DELIVER with its service centre address, in hexadecimal.
    func arrive(_ pdu: String) {
        self.arrivals.yield(
            IncomingPDU(kind: .message, place: .direct(mustAcknowledge: false), pdu: pdu, length: nil))
    }
}

enum TestMessaging {
    static func make(store: GatewayStore, modem: IdleModem) -> Messaging {
        Messaging(
            store: store, modems: [modem], configuration: MessagingConfiguration(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
}
