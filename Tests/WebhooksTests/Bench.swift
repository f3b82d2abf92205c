// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Logging
import NIOSSL
import Testing
import Webhooks

/// A store in a directory of its own, and what delivers from it. The body of a request is the event's own.
final class Bench: Sendable {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let store: GatewayStore
    let deliveries: WebhookDeliveries
    private let directory: TemporaryDirectory
    /// Ids of deliveries, after each attempt at one is stored.
    private let attempts: AsyncStream<String>
    private let make: @Sendable (TemporaryDirectory) throws -> Bench

    init(
        allow: [String], resolver: NameResolver = .system, trustRoots: NIOSSLTrustRoots = .default,
        clock: any Clock<Duration> = ContinuousClock(), in directory: TemporaryDirectory? = nil
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        self.store = try GatewayStore(path: directory.path + "/gateway.sqlite")
        var configuration = WebhooksConfiguration()
        configuration.allow = allow
        // As short as the policy lets it be: retries follow at once.
        configuration.firstDelay = .zero
        configuration.longestDelay = .seconds(1)
        let (attempts, attempted) = AsyncStream.makeStream(of: String.self)
        self.attempts = attempts
        self.deliveries = WebhookDeliveries(
            store: self.store, configuration: configuration, version: "1.2.3", resolver: resolver,
            trustRoots: trustRoots, clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onAttempt: { attempted.yield($0) }, render: { $0.body })
        self.make = {
            try Bench(allow: allow, resolver: resolver, trustRoots: trustRoots, clock: clock, in: $0)
        }
    }

    /// Delivers around `body`, then stops and closes the store.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.deliveries.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
        try self.store.close()
    }

    /// The same database after a stop.
    func restarted() throws -> Bench { try self.make(self.directory) }

    func webhook(_ url: String) async throws -> WebhookRecord {
        try await self.store.createWebhook(WebhookDraft(url: url, topics: nil, secret: Self.secret))
    }

    func append(_ body: String, conversation: String = "a") async throws {
        try await self.store.append(
            .modemState, body: Data(body.utf8), topic: .modemState, conversation: conversation)
    }

    /// The delivery once an attempt has brought it to this state.
    func settled(_ id: String, _ state: DeliveryState) async throws -> DeliveryRecord {
        for await attempted in self.attempts where attempted == id {
            let record = try required(try await self.store.delivery(id: id))
            if record.state == state { return record }
        }
        throw Missing()
    }
}

final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        self.path = NSTemporaryDirectory() + "modemgate-webhooks-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
