// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GRDB
import GatewayStore
import Logging
import Messaging
import ServiceLifecycle
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    /// A database whose `table` takes no row until a token exists: the tests' switch for a disk that is full.
    private func withholding(_ table: String, in directory: TemporaryDirectory) throws {
        try GatewayStore(path: directory.path + "/gateway.sqlite", now: { WallTime.start }).close()
        let queue = try DatabaseQueue(path: directory.path + "/gateway.sqlite")
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON \(table) WHEN (SELECT count(*) FROM token) = 0
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        try queue.close()
    }

    @Test func nothingIsAcceptedThatCannotBeStored() async throws {
        let directory = try TemporaryDirectory()
        try self.withholding("message", in: directory)
        let modem = FakeModem()
        let gateway = try Gateway(directory, modems: [modem])
        try await gateway.run {
            let error = await #expect(throws: MessagingError.self) { _ = try await gateway.send() }
            #expect(error?.code == .storeFailed)
            _ = try await gateway.store.createToken(name: "room", scopes: [])
            let message = try await gateway.send()
            try await gateway.next(message, is: .sent)
            #expect(modem.submitted == [message.parts[0].pdu])
        }
    }

    @Test(arguments: [false, true]) func pduThatCannotBeStoredIsHeldBack(isPart: Bool) async throws {
        let directory = try TemporaryDirectory()
        try self.withholding("reception", in: directory)
        let modem = FakeModem()
        let gateway = try Gateway(directory, modems: [modem])
        let pdus =
            isPart ? [try PDUs.part(1, of: 2, "Hel"), try PDUs.part(2, of: 2, "lo")] : [try PDUs.deliver("Hello")]
        try await gateway.run {
            for pdu in pdus { modem.deliver(pdu) }
            await gateway.clock.waitForSleepers(count: 1)
            #expect(await gateway.messaging.health().counters.storeFailures == 1)
            #expect(try await gateway.store.messages().items.isEmpty)
            _ = try await gateway.store.createToken(name: "room", scopes: [])
            await gateway.pass(.seconds(5))
            var releases = modem.releases.makeAsyncIterator()
            for pdu in pdus { #expect(await releases.next()?.pdu == pdu) }
            #expect(try await gateway.store.messages().items.map(\.text) == ["Hello"])
        }
    }

    @Test func gracefulShutdownWaitsForThePartUnderWay() async throws {
        let directory = try TemporaryDirectory()
        let started = AsyncStream<Void>.makeStream()
        let answer = AsyncStream<Void>.makeStream()
        let modem = FakeModem { (_, _) throws(SubmitError) in
            started.continuation.yield()
            for await _ in answer.stream { return 77 }
            throw SubmitError(outcome: .unknown, message: "cancelled")
        }
        let gateway = try Gateway(directory, modems: [modem])
        let first = try await gateway.send()
        let second = try await gateway.send()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(services: [gateway.messaging], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in started.stream { break }
            await group.triggerGracefulShutdown()
            answer.continuation.yield()
            answer.continuation.yield()
            try await tasks.waitForAll()
        }
        let stored = try await gateway.reloaded(first)
        #expect(stored.state == .sent)
        #expect(stored.parts[0].reference == 77)
        #expect([.queued, .sent].contains(try await gateway.reloaded(second).state))
        try gateway.store.close()
    }
}
