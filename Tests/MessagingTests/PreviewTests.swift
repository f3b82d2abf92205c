// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Messaging
import SMSPDU
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PreviewTests {
    @Test func previewSaysWhatAcceptingDoes() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()]) {
            $0.numberingPlan = MessagingConfiguration.NumberingPlan(callingCode: "33")
        }
        let text = String(repeating: "Größe €", count: 30)
        let request = OutgoingRequest(recipients: ["06 39 98 00 01", "36180", "+33639980001"], text: text)
        let seq = gateway.store.latestSeq
        let preview = try await gateway.messaging.preview(request)
        #expect(gateway.store.latestSeq == seq)
        #expect(try await gateway.store.messages().items.isEmpty)
        #expect(preview.recipients.map(\.written) == ["06 39 98 00 01", "36180"])
        #expect(preview.recipients.map(\.number) == ["+33639980001", "36180"])
        #expect(preview.recipients.map(\.modems) == [["ec25-1"], ["ec25-1"]])
        #expect(preview.repeated == ["+33639980001"])
        #expect(preview.parts.compactMap(\.text).joined() == text)
        let acceptance = try await gateway.messaging.accepting(request)
        #expect(acceptance.cost == preview.cost)
        #expect(acceptance.messages.map(\.peer) == preview.recipients.map(\.number))
        #expect(acceptance.messages.allSatisfy { $0.parts.count == preview.parts.count })
        try gateway.store.close()
    }

    @Test func whatIsRefusedIsRefusedHereToo() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()])
        for row in AcceptTests.refused {
            let error = await #expect(throws: MessagingError.self) {
                _ = try await gateway.messaging.preview(row.request)
            }
            #expect(error?.code == row.code, "\(row.testDescription)")
        }
        try gateway.store.close()
    }
}
