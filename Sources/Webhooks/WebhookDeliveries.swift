// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore
package import Logging
package import NIOSSL
internal import ServiceLifecycle

/// Brings what happened to the webhooks. Each delivery is a row of the database from the transaction of its event until
/// a 2xx answer; what is under way at a stop or a crash is sent again, under the same id.
///
/// Nothing here is waited for by whoever makes events, and nothing is kept in memory but what is under way.
package actor WebhookDeliveries: Service {
    private let store: GatewayStore
    private let configuration: WebhooksConfiguration
    private let policy: DeliveryPolicy
    private let render: @Sendable (WebhookEvent) throws -> Data
    private let clients: PinnedClients
    private let sender: WebhookSender
    private let addresses: AddressGuard
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let onAttempt: @Sendable (_ delivery: String) -> Void
    private let commits: AsyncStream<Void>
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private var schedule = DeliverySchedule()
    /// Who waits for the first attempt at a delivery.
    private var watchers: [String: AsyncStream<Void>.Continuation] = [:]

    /// - Parameters:
    ///   - version: of the program, for `User-Agent`.
    ///   - trustRoots: of TLS.
    ///   - clock: for all waiting.
    ///   - now: the wall clock.
    ///   - onAttempt: called when the outcome of an attempt is stored, for tests.
    ///   - render: the body of an event's request: the same octets for the same event.
    package init(
        store: GatewayStore, configuration: WebhooksConfiguration, version: String,
        resolver: NameResolver = .system, trustRoots: NIOSSLTrustRoots = .default,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger, onAttempt: @escaping @Sendable (_ delivery: String) -> Void = { _ in },
        render: @escaping @Sendable (WebhookEvent) throws -> Data
    ) {
        self.store = store
        self.configuration = configuration
        self.policy = DeliveryPolicy(configuration)
        self.render = render
        self.clients = PinnedClients(trustRoots: trustRoots)
        self.addresses = AddressGuard(allow: configuration.allow.compactMap(AllowRule.init))
        self.sender = WebhookSender(
            addresses: self.addresses, resolver: resolver, clients: self.clients, userAgent: "modemgate/\(version)",
            timeout: configuration.timeout, clock: clock, now: now)
        self.clock = clock
        self.now = now
        self.logger = logger
        self.onAttempt = onAttempt
        self.commits = store.observeDeliveries()
        (self.wakes, self.wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Delivers until cancelled or shut down gracefully.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.deliver() }
        await self.clients.shutdown()
    }

    /// Sends an event of the topic `test` to one webhook and waits for the first attempt, but not longer than that may take.
    ///
    /// - Parameter body: JSON.
    /// - Throws: `StoreError` with `notFound` or `disabled`.
    package func test(webhook: String, body: Data) async throws -> DeliveryRecord {
        let timeout = try await self.store.webhook(id: webhook).timeout
        let id = MessageID.make(at: self.now())
        let (attempted, watcher) = AsyncStream.makeStream(of: Void.self)
        self.watchers[id] = watcher
        defer { self.watchers[id] = nil }
        try await self.store.addDelivery(id: id, webhook: webhook, topic: .test, body: body)
        let limit = (timeout.map { .seconds($0) } ?? self.configuration.timeout) + .seconds(2)
        let clock = self.clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in attempted {} }
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        guard let record = try await self.store.delivery(id: id) else {
            throw StoreError(.notFound, "The webhook was removed.")
        }
        return record
    }

    /// Why the URL is refused whatever its name leads to, in a sentence: it is an address that is not called.
    package nonisolated func refusal(of url: WebhookURL) throws -> String? {
        guard let literal = url.literal else { return nil }
        return try self.addresses.refusal(of: literal, host: url.host, port: url.port)
    }
}

extension WebhookDeliveries {
    /// Between two rounds of housekeeping.
    private static let tidyInterval = Duration.seconds(600)
    /// Before a failed read or write is tried again: time enough for somebody to make room on the disk.
    private static let storeRetry = Duration.seconds(5)

    private func deliver() async {
        do {
            // A quarter more than the longest for the jitter.
            try await self.store.recoverDeliveries(longestDelay: self.configuration.longestDelay * 5 / 4)
        } catch {
            self.logger.error("webhook deliveries not looked through", metadata: ["error": "\(error)"])
        }
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in self.commits { self.wake.yield() } }
            group.addTask { await self.tidy() }
            self.wake.yield()
            for await _ in self.wakes { await self.dispatch(in: &group) }
            group.cancelAll()
        }
    }

    private func dispatch(in group: inout DiscardingTaskGroup) async {
        self.schedule.reading()
        do {
            let (due, next) = try await self.store.dueDeliveries(
                inFlight: self.schedule.inFlight, concurrency: max(1, self.configuration.concurrency))
            for delivery in due where self.schedule.begin(delivery.n, webhook: delivery.webhook) {
                group.addTask { await self.attempt(delivery) }
            }
            if let next { self.wakeLater(at: next, in: &group) }
        } catch {
            guard !Task.isCancelled else { return }
            self.logger.error("webhook deliveries not read", metadata: ["error": "\(error)"])
            self.wakeLater(at: self.now().addingTimeInterval(Self.storeRetry / .seconds(1)), in: &group)
        }
    }

    private func wakeLater(at time: Date, in group: inout DiscardingTaskGroup) {
        let now = self.now()
        // A day at most, so that a date far off overflows nothing.
        let delay = min(max(0, time.timeIntervalSince(now)), 86_400)
        guard self.schedule.needsWake(at: time, now: now) else { return }
        group.addTask {
            try? await self.clock.sleep(for: .seconds(delay))
            await self.woke(at: time)
        }
    }

    private func woke(at time: Date) {
        self.schedule.woke(at: time)
        self.wake.yield()
    }

    private func attempt(_ delivery: DueDelivery) async {
        let outcome: (attempt: DeliveryAttempt, sent: Data)
        do {
            let body = try delivery.sent ?? self.render(delivery.event)
            let answer = await self.sender.post(delivery, body: body)
            // Cut short by the stop: it is sent again after the start.
            guard !Task.isCancelled else { return }
            let attempt = self.policy.attempt(
                answer, attempts: delivery.attempts, since: delivery.since, now: self.now(),
                random: Double.random(in: 0...1))
            outcome = (attempt, body)
        } catch {
            let sentence = "The event cannot be written as JSON (\(error))."
            outcome = (DeliveryAttempt(.dead, error: StoredError(code: "unreadable", message: sentence)), Data())
        }
        self.log(delivery, outcome.attempt)
        await self.record(delivery, outcome)
        self.schedule.end(delivery.n, webhook: delivery.webhook)
        self.watchers.removeValue(forKey: delivery.id)?.finish()
        self.onAttempt(delivery.id)
        self.wake.yield()
    }

    private func record(_ delivery: DueDelivery, _ outcome: (attempt: DeliveryAttempt, sent: Data)) async {
        while true {
            do {
                return try await self.store.finishDelivery(delivery.n, outcome.attempt, sent: outcome.sent)
            } catch {
                guard !Task.isCancelled else { return }
                self.logger.error(
                    "a webhook delivery's outcome was not recorded",
                    metadata: ["webhook.delivery": "\(delivery.id)", "error": "\(error)"])
                try? await self.clock.sleep(for: Self.storeRetry)
            }
        }
    }

    private func log(_ delivery: DueDelivery, _ attempt: DeliveryAttempt) {
        var metadata: Logger.Metadata = [
            "webhook.delivery": "\(delivery.id)", "webhook.attempt": "\(delivery.attempts + 1)",
        ]
        if let status = attempt.status { metadata["http.status"] = "\(status)" }
        if let error = attempt.error { metadata["webhook.error"] = "\(error.code)" }
        switch attempt.verdict {
        case .delivered: self.logger.debug("webhook delivered", metadata: metadata)
        case .retry: self.logger.info("webhook not delivered, tried again later", metadata: metadata)
        case .dead: self.logger.warning("webhook delivery given up", metadata: metadata)
        case .gone: self.logger.warning("webhook disabled: the target wants no more", metadata: metadata)
        }
    }

    private func tidy() async {
        while !Task.isCancelled {
            do {
                while try await self.store.tidyDeliveries(maximumAge: self.configuration.maximumAge) {
                    await Task.yield()
                }
            } catch {
                self.logger.error("old webhook deliveries not removed", metadata: ["error": "\(error)"])
            }
            try? await self.clock.sleep(for: Self.tidyInterval)
        }
    }
}
