// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

/// Targets and their deliveries, in the store alone.
@Suite(.timeLimit(.minutes(1)))
struct WebhookTests {
    private let url = "https://hooks.example.org/sms"

    private func draft(_ topics: Set<EventTopic>? = nil) -> WebhookDraft {
        WebhookDraft(url: self.url, topics: topics, secret: "whsec_x")
    }

    private func due(_ store: GatewayStore, concurrency: Int = 8) async throws -> [DueDelivery] {
        try await store.dueDeliveries(inFlight: [:], concurrency: concurrency).due
    }

    private func append(
        _ store: GatewayStore, _ topic: EventTopic = .modemState, conversation: String = "a", body: String = "{}"
    ) async throws {
        try await store.append(.modemState, body: Data(body.utf8), topic: topic, conversation: conversation)
    }

    @Test func messageAndItsDeliveriesAreOneTransaction() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let all = try await store.createWebhook(self.draft())
        let sent = try await store.createWebhook(self.draft([.messageSent]))
        let received = try await store.createWebhook(self.draft([.messageReceived]))
        let message = try await store.acceptOne()
        #expect(try await self.due(store).isEmpty)
        try await store.finishNext(.sent(reference: 7))
        try store.close()
        store = try database.open()
        let due = try await self.due(store)
        #expect(due.map(\.event.topic) == [.messageSent, .messageSent])
        #expect(try due.map { try $0.event.message().state } == [.sent, .sent])
        #expect(try due.first?.event.message().id == message.id)
        #expect(due.map(\.url) == [self.url, self.url])
        #expect(Set(due.map(\.id)).count == 2)
        let pending = try await store.webhooks().map { [$0.id: $0.pending] }
        #expect(pending == [[all.id: 1], [sent.id: 1], [received.id: 0]])
        try store.close()
    }

    @Test func writeThatFailsLeavesNoDelivery() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.createWebhook(self.draft())
        var bad = self.draft()
        bad.name = "\u{1}"
        await #expect(throws: StoreError.self) { try await store.createWebhook(bad) }
        try await self.append(store)
        #expect(try await self.due(store).count == 1)
        try store.close()
    }

    @Test func conversationsKeepTheirOrderAndGoSideBySide() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.createWebhook(self.draft())
        for body in ["a1", "b1", "a2", "a3", "b2"] {
            try await self.append(store, conversation: String(body.prefix(1)), body: body)
        }
        var order: [String] = []
        while case let due = try await self.due(store), !due.isEmpty {
            order.append(due.map { String(decoding: $0.event.body, as: UTF8.self) }.joined(separator: "+"))
            for delivery in due {
                try await store.finishDelivery(delivery.n, DeliveryAttempt(.delivered, status: 200), sent: Data())
            }
        }
        #expect(order == ["a1+b1", "a2+b2", "a3"])
        #expect(try await store.webhookFacts() == WebhookFacts(pending: 0, dead: 0, oldestPending: nil))
        try store.close()
    }

    @Test func headThatFailsHoldsItsConversationUntilItIsDead() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        try await self.append(store, body: "1")
        try await self.append(store, body: "2")
        let head = try required(try await self.due(store).first)
        let later = database.clock.now.addingTimeInterval(60)
        let error = StoredError(code: "status-500", message: "The target answered with 500.")
        try await store.finishDelivery(
            head.n, DeliveryAttempt(.retry(at: later), status: 500, error: error, excerpt: "no"), sent: Data("s".utf8))
        let (none, next) = try await store.dueDeliveries(inFlight: [:], concurrency: 4)
        #expect(none.isEmpty)
        #expect(next == later.storable)
        database.clock.advance(61)
        let again = try required(try await self.due(store).first)
        #expect((again.id, again.attempts, again.sent) == (head.id, 1, Data("s".utf8)))
        try await store.finishDelivery(again.n, DeliveryAttempt(.dead, error: error), sent: Data("s".utf8))
        #expect(try await self.due(store).map { $0.event.body } == [Data("2".utf8)])
        let dead = try await store.deliveries(webhook: webhook.id, state: .dead).items
        #expect(dead.map(\.id) == [head.id])
        #expect(dead.first?.error == error)
        #expect(dead.first?.attempts == 2)
        try store.close()
    }

    @Test func concurrencyCountsWhatIsInFlight() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.createWebhook(self.draft())
        for peer in 0..<10 { try await self.append(store, conversation: "\(peer)") }
        let first = try await self.due(store, concurrency: 4)
        #expect(first.count == 4)
        let webhook = try required(first.first?.webhook)
        let busy = Set(first.dropFirst().map(\.n))
        let more = try await store.dueDeliveries(inFlight: [webhook: busy], concurrency: 4)
        #expect(more.due.map(\.n) == first.prefix(1).map(\.n))
        let none = try await store.dueDeliveries(inFlight: [webhook: Set(first.map(\.n))], concurrency: 4)
        #expect(none.due.isEmpty)
        try store.close()
    }

    @Test func targetThatIsGoneIsDisabledAndItsRowsWait() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        try await self.append(store)
        try await self.append(store)
        let head = try required(try await self.due(store).first)
        try await store.finishDelivery(
            head.n, DeliveryAttempt(.gone(reason: "410"), status: 410), sent: Data())
        #expect(try await self.due(store).isEmpty)
        var record = try await store.webhook(id: webhook.id)
        #expect(!record.isEnabled)
        #expect(record.disabledReason == "410")
        try await self.append(store)
        #expect(try await store.deliveries(webhook: webhook.id).items.count == 2)
        record = try await store.updateWebhook(id: webhook.id, self.draft())
        #expect(record.disabledReason == nil)
        #expect(try await self.due(store).count == 1)
        try store.close()
    }

    @Test func deadLetterIsSentAgainBehindItsConversation() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        try await self.append(store, body: "1")
        try await self.append(store, body: "2")
        let head = try required(try await self.due(store).first)
        await #expect(throws: StoreError.self) { try await store.resendDelivery(id: head.id, webhook: webhook.id) }
        try await store.finishDelivery(head.n, DeliveryAttempt(.dead), sent: Data("1".utf8))
        let second = try required(try await self.due(store).first)
        let again = try await store.resendDelivery(id: head.id, webhook: webhook.id)
        #expect(again.state == .blocked)
        try await store.finishDelivery(second.n, DeliveryAttempt(.delivered, status: 204), sent: Data())
        let last = try await self.due(store)
        #expect(last.map(\.id) == [head.id])
        #expect(last.map(\.sent) == [Data("1".utf8)])
        try store.close()
    }

    @Test func allDeadLettersAreSentAgain() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let first = try await store.createWebhook(self.draft())
        _ = try await store.createWebhook(self.draft())
        // Side by side, so that they share commits.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<600 { group.addTask { try await self.append(store, conversation: "\(index)") } }
            try await group.waitForAll()
        }
        while case let due = try await self.due(store, concurrency: 1_000), !due.isEmpty {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for delivery in due {
                    group.addTask {
                        try await store.finishDelivery(delivery.n, DeliveryAttempt(.dead), sent: Data())
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await store.webhookFacts().dead == 1_200)
        #expect(try await store.resendDeadDeliveries(webhook: first.id) == 600)
        #expect(try await store.resendDeadDeliveries() == 600)
        #expect(try await store.webhookFacts().pending == 1_200)
        await #expect(throws: StoreError.self) { try await store.resendDeadDeliveries(webhook: "x") }
        try store.close()
    }

    @Test func removedWebhookTakesItsDeliveriesAlong() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        for _ in 0..<3 { try await self.append(store) }
        let head = try required(try await self.due(store).first)
        _ = try await store.removeWebhook(id: webhook.id)
        try await store.finishDelivery(head.n, DeliveryAttempt(.delivered, status: 200), sent: Data())
        #expect(try await store.webhookFacts() == WebhookFacts(pending: 0, dead: 0, oldestPending: nil))
        #expect(try await store.webhooks().isEmpty)
        await #expect(throws: StoreError.self) { try await store.webhook(id: webhook.id) }
        try await self.append(store)
        try store.close()
    }

    @Test func housekeepingKeepsWhatIsYoung() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        for verdict in [DeliveryAttempt.Verdict.delivered, .dead] {
            try await self.append(store)
            let head = try required(try await self.due(store).first)
            try await store.finishDelivery(head.n, DeliveryAttempt(verdict), sent: Data())
        }
        var disabled = self.draft()
        disabled.isEnabled = false
        try await self.append(store)
        _ = try await store.updateWebhook(id: webhook.id, disabled)
        var states: [[DeliveryState]] = []
        for days in [6.0, 2, 23] {
            database.clock.advance(days * 86_400)
            #expect(try await store.tidyDeliveries(maximumAge: .seconds(7 * 86_400)) == false)
            states.append(try await store.deliveries().items.map(\.state))
        }
        #expect(states == [[.pending, .dead, .delivered], [.dead, .dead], [.dead]])
        #expect(try await store.deliveries().items.first?.error?.code == "disabled")
        try store.close()
    }

    @Test func retriesOfAWrongClockAreDueAfterAStart() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.createWebhook(self.draft())
        try await self.append(store)
        let head = try required(try await self.due(store).first)
        let far = database.clock.now.addingTimeInterval(86_400 * 365)
        try await store.finishDelivery(head.n, DeliveryAttempt(.retry(at: far)), sent: Data())
        #expect(try await self.due(store).isEmpty)
        try await store.recoverDeliveries(longestDelay: .seconds(3_600))
        #expect(try await self.due(store).count == 1)
        try store.close()
    }

    @Test func listsArePaged() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let webhook = try await store.createWebhook(self.draft())
        for _ in 0..<5 { try await self.append(store) }
        let first = try await store.deliveries(webhook: webhook.id, limit: 3)
        let second = try await store.deliveries(webhook: webhook.id, cursor: first.next, limit: 3)
        #expect(first.items.count == 3)
        #expect(second.items.count == 2)
        #expect(second.next == nil)
        #expect(Set((first.items + second.items).map(\.id)).count == 5)
        #expect(first.items.map(\.state) == [.blocked, .blocked, .blocked])
        await #expect(throws: StoreError.self) { try await store.deliveries(cursor: "n1") }
        await #expect(throws: StoreError.self) { try await store.deliveries(webhook: "none") }
        try store.close()
    }

    @Test func commitThatMakesOneDueIsTold() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let commits = store.observeDeliveries()
        _ = try await store.createWebhook(self.draft([.messageReceived]))
        var told = 0
        for await _ in commits {
            told += 1
            if told == 1 { try await self.append(store, .messageReceived) } else { break }
        }
        #expect(told == 2)
        try store.close()
    }

    @Test func thereIsALimit() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for _ in 0..<GatewayStore.webhookLimit { _ = try await store.createWebhook(self.draft()) }
        let refusal = await #expect(throws: StoreError.self) { try await store.createWebhook(self.draft()) }
        #expect(refusal?.code == .tooMany)
        try store.close()
    }
}
