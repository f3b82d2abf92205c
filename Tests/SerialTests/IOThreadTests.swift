// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Serial
import TestSupport
import Testing

struct IOThreadTests {
    actor Resident {
        private nonisolated let thread: IOThread
        private(set) var count = 0

        init(thread: IOThread) {
            self.thread = thread
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { self.thread.asUnownedSerialExecutor() }

        func visit() -> Bool {
            self.count += 1
            return self.thread.isCurrent
        }
    }

    @Test func actorsRunOnTheThread() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let resident = Resident(thread: thread)
        #expect(await resident.visit())
        #expect(!thread.isCurrent)
    }

    @Test func tasksThatPreferTheThreadRunThere() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let wasThere = await Task(executorPreference: thread) { thread.isCurrent }.value
        #expect(wasThere)
    }

    @Test func callersFromManyThreadsLoseNothing() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let resident = Resident(thread: thread)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { for _ in 0..<100 { _ = await resident.visit() } }
            }
        }
        #expect(await resident.count == 5000)
    }

    @Test func callbacksRunInOrder() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        for number in 0..<1000 { thread.perform { continuation.yield(number) } }
        thread.perform { continuation.finish() }
        var numbers: [Int] = []
        for await number in stream { numbers.append(number) }
        #expect(numbers == Array(0..<1000))
    }

    @Test func shutdownClosesPortsAndFinishesWhatIsQueued() async throws {
        let thread = try IOThread(name: "test")
        let terminal = try PseudoTerminal(on: thread)
        let recorder = PortRecorder()
        try terminal.start(recorder)
        let resident = Resident(thread: thread)
        let visits = (0..<10).map { _ in Task { await resident.visit() } }
        thread.shutdown()
        thread.shutdown()
        #expect(await recorder.closure() == .closedHere)
        await thread.waitUntilStopped()
        for visit in visits { _ = await visit.value }
        #expect(await resident.count == 10)
    }

    @Test func actorsOutliveTheThread() async throws {
        let thread = try IOThread(name: "test")
        thread.shutdown()
        await thread.waitUntilStopped()
        let resident = Resident(thread: thread)
        #expect(await resident.visit())
        #expect(await resident.count == 1)
        #expect(throws: SerialError.self) { try PseudoTerminal(on: thread) }
    }

    @Test func jobsThatFeedEachOtherDoNotStarveThePorts() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let modem = PortRecorder()
        try terminal.start(modem)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let busy = Task(executorPreference: thread) {
            while !Task.isCancelled { await Task.yield() }
        }
        port.write([0x41])
        #expect(await modem.bytes(count: 1) == [0x41])
        busy.cancel()
        await busy.value
    }
}

struct PortTraceTests {
    @Test func keepsTheNewestEntries() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let trace = PortTrace(ScriptedPort(on: thread) { "<\($0)>" }, entryLimit: 3)
        let recorder = PortRecorder()
        try trace.start(recorder)
        trace.write(Array("A\r".utf8))
        #expect(await recorder.bytes(count: 3) == Array("<A>".utf8))
        trace.write(Array("B\r".utf8))
        #expect(await recorder.bytes(count: 3) == Array("<B>".utf8))
        #expect(trace.entries.map(\.direction) == [.received, .sent, .received])
        #expect(trace.entries.map(\.bytes) == ["<A>", "B\r", "<B>"].map { Array($0.utf8) })
        #expect(trace.entries.allSatisfy { $0.time > 1_700_000_000_000_000 })
    }

    @Test func keepsNoMoreThanItsBytes() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let trace = PortTrace(ScriptedPort(on: thread))
        for _ in 0..<10 { trace.write([UInt8](repeating: 0, count: 60_000)) }
        #expect(trace.entries.count == 4)
    }

    @Test func closureIsPassedOnOnce() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let port = ScriptedPort(on: thread)
        let trace = PortTrace(port)
        let recorder = PortRecorder()
        try trace.start(recorder)
        port.hangUp()
        trace.close()
        #expect(await recorder.closure() == .hangUp)
        #expect(recorder.closedCount == 1)
    }
}
