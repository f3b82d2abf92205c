// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResendTests {
    private func order(confirmed: Bool = false) -> ResendOrder {
        ResendOrder(isConfirmed: confirmed, expiresAt: WallClock.start.addingTimeInterval(86_400)) { pdu, reference in
            "again-\(reference)-\(pdu)"
        }
    }

    @Test func longMessageGetsANewReferenceWhenAllOfItGoes() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        for reference in 1...2 { try await store.finishNext(.sent(reference: UInt8(reference))) }
        let resent = try await store.resend(id: message.id, self.order(confirmed: true))
        #expect(resent.parts == [1, 2])
        #expect(resent.message.parts.allSatisfy { $0.pdu.hasPrefix("again-") })
        #expect(resent.message.parts.allSatisfy { $0.reference == nil && $0.sentAt == nil && $0.state == .queued })
        #expect(resent.message.sentAt == nil)
        try store.close()
        store = try database.open()
        #expect(try await store.reloaded(message) == resent.message)
        #expect(try await store.take()?.pdu == resent.message.parts[0].pdu)
        try store.close()
    }

    @Test func restOfAMessageKeepsItsReference() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        try await store.finishNext(.sent(reference: 1))
        try await store.finishNext(.failed(StoredError(code: "cms-10", message: "call barred")))
        let resent = try await store.resend(id: message.id, self.order())
        #expect(resent.parts == [2])
        #expect(resent.message.parts.map(\.pdu) == message.parts.map(\.pdu))
        #expect(resent.message.parts.map(\.state) == [.sent, .queued])
        #expect(resent.message.parts[0].reference == 1)
        #expect(resent.message.error == nil)
        try store.close()
    }

    @Test func whatFailedLeavesTheMessageAsItWas() async throws {
        struct Broken: Error {}
        let database = try TemporaryDatabase()
        let store = try database.open()
        let message = try await store.acceptOne(parts: 2)
        let cancelled = try await store.cancel(id: message.id)
        let order = ResendOrder(isConfirmed: false, expiresAt: WallClock.start) { _, _ in throw Broken() }
        await #expect(throws: Broken.self) { _ = try await store.resend(id: message.id, order) }
        #expect(try await store.reloaded(message) == cancelled)
        try store.close()
    }
}
