// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Logging
import Messaging
import PosixMutex
import TestSupport

/// Store and messaging in a directory of their own, with both clocks in the test's hand.
final class Gateway: Sendable {
    /// Lives as long as the store has files in it open.
    private let directory: TemporaryDirectory
    let store: GatewayStore
    let messaging: Messaging
    let clock: TestClock
    let time: WallTime
    private let events: AsyncStream<[JournalEvent]>
    private let pending = Mutex<[StoredMessage]>([])

    init(
        _ directory: TemporaryDirectory, modems: [any ShortMessageModem], time: WallTime = WallTime(),
        clock: TestClock = TestClock(),
        configure: (inout MessagingConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = MessagingConfiguration()
        // It would be one more who waits for the clock.
        configuration.housekeeping = nil
        configure(&configuration)
        self.directory = directory
        self.time = time
        self.clock = clock
        self.store = try GatewayStore(path: directory.path + "/gateway.sqlite", now: { time.now })
        self.messaging = Messaging(
            store: self.store, modems: modems, configuration: configuration, clock: clock, now: { time.now },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            ownNumber: { _ in "+33639980099" })
        self.events = self.store.observe()
    }

    /// Runs the messaging around `body`, then stops it and closes the store.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.messaging.run() }
            try await body()
            group.cancelAll()
        }
        try self.store.close()
    }

    func send(_ text: String = "Hello", to number: String = "+33639980001") async throws -> StoredMessage {
        let accepted = try await self.messaging.accept(OutgoingRequest(recipients: [number], text: text))
        return try required(accepted.first)
    }

    /// The next stored change that fits; those before it are passed over.
    @discardableResult
    func next(where fits: (StoredMessage) -> Bool) async throws -> StoredMessage {
        if let message = self.takePending(where: fits) { return message }
        // Only one task of a test waits here, so that an iterator may be made for each wait.
        for await events in self.events {
            let messages = try events.map { try $0.message() }
            self.pending.withLock { $0 += messages }
            if let message = self.takePending(where: fits) { return message }
        }
        throw Missing()
    }

    private func takePending(where fits: (StoredMessage) -> Bool) -> StoredMessage? {
        self.pending.withLock { pending in
            guard let index = pending.firstIndex(where: fits) else {
                pending.removeAll()
                return nil
            }
            let message = pending[index]
            pending.removeSubrange(...index)
            return message
        }
    }

    @discardableResult
    func next(_ message: StoredMessage, is state: MessageState) async throws -> StoredMessage {
        try await self.next { $0.id == message.id && $0.state == state }
    }

    func reloaded(_ message: StoredMessage) async throws -> StoredMessage {
        try required(try await self.store.message(id: message.id))
    }

    /// Moves both clocks, once somebody waits for time to pass.
    func pass(_ duration: Duration, sleepers: Int = 1) async {
        await self.clock.waitForSleepers(count: sleepers)
        self.time.advance(Double(duration.components.seconds))
        self.clock.advance(by: duration)
    }
}

final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        self.path = NSTemporaryDirectory() + "modemgate-messaging-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}

/// The wall clock of a test. It moves by itself a microsecond with each look.
final class WallTime: Sendable {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private let time = Mutex(WallTime.start)

    var now: Date {
        self.time.withLock { time in
            time += 0.000_001
            return time
        }
    }

    func advance(_ seconds: TimeInterval) { self.time.withLock { $0 += seconds } }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
