// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import Messaging
import Testing

/// Sending to those who want no messages.
@Suite(.timeLimit(.minutes(1)))
struct OptedOutTests {
    private let out = "+33639980001"
    private let other = "+33639980002"

    private func withGateway(_ body: (Gateway) async throws -> Void) async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()])
        _ = try await gateway.store.addOptOut(self.out, at: .everywhere)
        try await body(gateway)
        try gateway.store.close()
    }

    @Test func oneOfSeveralIsStoredAsFailed() async throws {
        try await self.withGateway { gateway in
            let request = OutgoingRequest(recipients: [self.out, self.other], text: "Hello")
            let preview = try await gateway.messaging.preview(request)
            #expect(preview.recipients.map(\.refusal?.code) == ["opted-out", nil])
            #expect(preview.cost.recipients == 1)
            let acceptance = try await gateway.messaging.accepting(request)
            #expect(acceptance.messages.map(\.state) == [.failed, .queued])
            #expect(acceptance.messages[0].error?.code == "opted-out")
            #expect(acceptance.messages[0].parts.map(\.state) == [.failed])
            #expect(acceptance.cost == preview.cost)
            for message in acceptance.messages { #expect(try await gateway.reloaded(message) == message) }
        }
    }

    @Test func allOfThemAreRefused() async throws {
        try await self.withGateway { gateway in
            let request = OutgoingRequest(recipients: [self.out], text: "Hello")
            let error = await #expect(throws: MessagingError.self) { _ = try await gateway.messaging.accept(request) }
            #expect(error?.code == .optedOut)
            let preview = await #expect(throws: MessagingError.self) {
                _ = try await gateway.messaging.preview(request)
            }
            #expect(preview?.code == .optedOut)
            let stored = try await gateway.store.messages().items
            #expect(stored.isEmpty)
        }
    }
}
