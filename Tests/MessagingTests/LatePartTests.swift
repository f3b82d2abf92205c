// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Messaging
import Testing

/// Parts that come after the message was shown without them.
@Suite(.timeLimit(.minutes(1)))
struct LatePartTests {
    /// Delivers `pdus` one after the other, each once the one before is stored.
    private func deliver(_ pdus: [String], to modem: FakeModem) async throws {
        var releases = modem.releases.makeAsyncIterator()
        for pdu in pdus {
            modem.deliver(pdu)
            _ = await releases.next()
        }
    }

    /// Shows part 1 of 3 as an incomplete message.
    private func showIncomplete(_ gateway: Gateway, _ modem: FakeModem) async throws -> StoredMessage {
        try await self.deliver([try PDUs.part(1, of: 3, "<1>")], to: modem)
        await gateway.pass(.seconds(601))
        return try await gateway.next { $0.incomplete }
    }

    private func gateway(_ directory: TemporaryDirectory, _ modem: FakeModem, _ time: WallTime) throws -> Gateway {
        try Gateway(directory, modems: [modem], time: time) { $0.assemblyTimeout = .seconds(600) }
    }

    @Test func latePartsCompleteTheMessageUnderItsID() async throws {
        let modem = FakeModem()
        let gateway = try self.gateway(try TemporaryDirectory(), modem, WallTime())
        try await gateway.run {
            let shown = try await self.showIncomplete(gateway, modem)
            _ = try await gateway.store.mark(id: shown.id, read: true)
            modem.deliver(try PDUs.part(3, of: 3, "<3>"))
            let better = try await gateway.next { $0.id == shown.id && $0.parts.count == 2 }
            #expect(better.text == "<1>[part 2 of 3 missing]<3>")
            #expect(better.incomplete)
            #expect(better.error?.message == "1 of 3 parts never came.")
            #expect(better.completedAt == nil)
            modem.deliver(try PDUs.part(2, of: 3, "<2>"))
            let whole = try await gateway.next { $0.id == shown.id && $0.parts.count == 3 }
            #expect(whole.text == "<1><2><3>")
            #expect(!whole.incomplete)
            #expect(whole.error == nil)
            #expect(whole.completedAt != nil)
            #expect(whole.readAt == nil)
            #expect(whole.parts.map(\.number) == [1, 2, 3])
            #expect(try await gateway.store.messages().items == [whole])
            #expect(try await gateway.store.waitingReceptions(modem: "ec25-1").isEmpty)
        }
    }

    @Test func completedAfterARestart() async throws {
        let directory = try TemporaryDirectory()
        let time = WallTime()
        let modem = FakeModem()
        let gateway = try self.gateway(directory, modem, time)
        var id = ""
        try await gateway.run { id = try await self.showIncomplete(gateway, modem).id }
        let later = FakeModem()
        let again = try self.gateway(directory, later, time)
        let since = again.store.latestSeq
        try await again.run {
            try await self.deliver(
                [try PDUs.part(2, of: 3, "<2>"), try PDUs.part(3, of: 3, "<3>"), try PDUs.part(3, of: 3, "<3>")],
                to: later)
            let messages = try await again.store.messages().items
            #expect(messages.map(\.id) == [id])
            #expect(messages.map(\.text) == ["<1><2><3>"])
            guard case .events(let events) = try await again.store.events(after: since) else {
                Issue.record("a snapshot instead of events")
                return
            }
            #expect(events.map(\.kind) == [.messageReceived, .messageReceived])
        }
    }

    @Test func referenceUsedAgainMakesANewMessage() async throws {
        let modem = FakeModem()
        let gateway = try self.gateway(try TemporaryDirectory(), modem, WallTime())
        try await gateway.run {
            let shown = try await self.showIncomplete(gateway, modem)
            // The same reference and number of parts, but another first part.
            try await self.deliver(
                [
                    try PDUs.part(1, of: 3, "new 1 "), try PDUs.part(2, of: 3, "new 2 "),
                    try PDUs.part(3, of: 3, "new 3"),
                ],
                to: modem)
            let messages = try await gateway.store.messages().items
            #expect(messages.map(\.text) == ["new 1 new 2 new 3", shown.text])
        }
    }

    @Test func partOfADeletedMessageIsNotLost() async throws {
        let modem = FakeModem()
        let gateway = try self.gateway(try TemporaryDirectory(), modem, WallTime())
        try await gateway.run {
            let shown = try await self.showIncomplete(gateway, modem)
            _ = try await gateway.store.delete(id: shown.id)
            try await self.deliver([try PDUs.part(2, of: 3, "<2>")], to: modem)
            #expect(try await gateway.store.waitingReceptions(modem: "ec25-1").count == 1)
        }
    }
}
