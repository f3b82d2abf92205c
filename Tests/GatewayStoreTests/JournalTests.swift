// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JournalTests {
    private let start = Int64(WallClock.start.timeIntervalSince1970) * 1_000_000

    @Test func firstNumberIsTheTimeInMicroseconds() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        #expect(abs(store.latestSeq - self.start) < 1_000)
        let before = store.latestSeq
        try await store.append(.modemState, body: Data("{}".utf8))
        #expect(store.latestSeq == before + 1)
        try store.close()
    }

    @Test func numbersGrowOverReopeningWithAClockThatWentBack() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        try await store.append(.modemState, body: Data("{}".utf8))
        let last = store.latestSeq
        try store.close()
        database.clock.advance(-3_600)
        store = try database.open()
        #expect(store.latestSeq == last + 1)
        try store.close()
    }

    @Test func numbersOfADeletedDatabaseAreNotGivenAgain() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        for _ in 0..<20 { try await store.append(.modemSignal, body: Data("{}".utf8)) }
        let last = store.latestSeq
        try store.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + suffix) }
        database.clock.advance(1)
        store = try database.open()
        #expect(store.latestSeq > last)
        #expect(try await store.events(after: last) == .snapshotNeeded(latest: store.latestSeq))
        try store.close()
    }

    @Test func clientGetsWhatItMissed() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let since = store.latestSeq
        #expect(try await store.events(after: since) == .events([]))
        try await store.append(.modemState, body: Data("1".utf8))
        try await store.append(.modemSignal, body: Data("2".utf8))
        guard case .events(let events) = try await store.events(after: since) else {
            Issue.record("a snapshot instead of events")
            return
        }
        #expect(events.map(\.seq) == [since + 1, since + 2])
        #expect(events.map(\.kind) == [.modemState, .modemSignal])
        #expect(events.map(\.body) == [Data("1".utf8), Data("2".utf8)])
        #expect(try await store.events(after: since, limit: 1) == .events([events[0]]))
        #expect(try await store.events(after: since + 1) == .events([events[1]]))
        try store.close()
    }

    @Test(arguments: [-1_000_000, 1, 1_000_000]) func unknownNumberNeedsASnapshot(offset: Int64) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let latest = store.latestSeq
        #expect(try await store.events(after: latest + offset) == .snapshotNeeded(latest: latest))
        try store.close()
    }

    @Test func numberFromBeforeARestartStillServes() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        try await store.append(.modemState, body: Data("1".utf8))
        let since = store.latestSeq
        try await store.append(.modemState, body: Data("2".utf8))
        try store.close()
        database.clock.advance(60)
        store = try database.open()
        guard case .events(let events) = try await store.events(after: since) else {
            Issue.record("a snapshot instead of events")
            return
        }
        #expect(events.map(\.body) == [Data("2".utf8)])
        try store.close()
    }

    @Test func onlyTheNewestAreKept() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let first = store.latestSeq
        try store.close()
        try database.execute(
            """
            WITH RECURSIVE counter (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counter WHERE i < 11000)
            INSERT INTO journal SELECT \(first) + i, 0, 'modemSignal', x'7b7d' FROM counter
            """)
        database.clock.advance(1)
        store = try database.open()
        for _ in 0..<256 { try await store.append(.modemSignal, body: Data("{}".utf8)) }
        #expect(try await store.events(after: first) == .snapshotNeeded(latest: store.latestSeq))
        guard case .events(let events) = try await store.events(after: first + 2_000) else {
            Issue.record("an event within the limit is gone")
            return
        }
        #expect(events.count > 9_000)
        try store.close()
    }

    @Test func observerSeesDurableEventsInOrder() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let stream = store.observe()
        let since = store.latestSeq
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await store.append(.modemSignal, body: Data("{}".utf8)) } }
            try await group.waitForAll()
        }
        var seen: [Int64] = []
        for await events in stream {
            seen += events.map(\.seq)
            if seen.count == 50 { break }
        }
        #expect(seen == Array(since + 1...since + 50))
        try store.close()
    }

    @Test func closingEndsObservation() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let stream = store.observe()
        try store.close()
        for await _ in stream { Issue.record("nothing happened") }
        for await _ in store.observe() { Issue.record("nothing can happen") }
    }

    @Test func messageEventHoldsTheMessage() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let since = store.latestSeq
        let message = try await store.acceptOne()
        guard case .events(let events) = try await store.events(after: since) else {
            Issue.record("a snapshot instead of events")
            return
        }
        #expect(try events.map { try $0.message() } == [message])
        try store.close()
    }
}
