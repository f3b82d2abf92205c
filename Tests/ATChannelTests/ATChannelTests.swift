// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Serial
import TestSupport
import Testing

/// The actor: real tasks, real ports, a clock that the test moves.
struct ATChannelTests {
    /// What a well-behaved modem says to a line.
    @Sendable static func answer(_ line: String) -> String? {
        switch line {
        case "ATE0Q0V1+CMEE?": "\r\n+CMEE: 1\r\n\r\nOK\r\n"
        case "AT+CSQ": "\r\n+CSQ: 20,99\r\n\r\nOK\r\n"
        case "AT+COPS=?": nil
        case let text where text.hasPrefix("AT+CMGS="): "\r\n> "
        case let text where text.hasSuffix("\u{1A}"): "\r\n+CMGS: 42\r\n\r\nOK\r\n"
        default: "\r\nOK\r\n"
        }
    }

    static func expectNext(_ text: String, in writes: inout AsyncStream<[UInt8]>.Iterator) async {
        let bytes = await writes.next()
        #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == text)
    }

    @Test func callersAreAnsweredOverAPseudoTerminal() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let lines = ScriptedPort(on: thread, answers: Self.answer)
        try lines.start(PortRecorder { terminal.write($0) })
        try terminal.start(PortRecorder { lines.write($0) })
        let channel = ATChannel(port: try TTYPort(path: terminal.slavePath, on: thread))
        try await channel.open()
        try await withThrowingTaskGroup(of: ATResponse.self) { group in
            for _ in 0..<100 { group.addTask { try await channel.send(ATCommands.signalQuality) } }
            for try await response in group { #expect(response.lines == ["+CSQ: 20,99"]) }
        }
        let sent = try await channel.send(ATCommands.sendMessage(pdu: Conversation.pdu, length: 14))
        #expect(sent.messageReference == 42)
        await channel.close()
    }

    @Test func unplugWhileThreeCallersWait() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let (heard, continuation) = AsyncStream.makeStream(of: Void.self)
        try terminal.start(PortRecorder { _ in continuation.yield() })
        let channel = ATChannel(port: try TTYPort(path: terminal.slavePath, on: thread))
        try await channel.open()
        let callers = (0..<3).map { _ in Task { try await channel.send(ATCommands.signalQuality) } }
        for await _ in heard { break }
        terminal.close()
        for caller in callers {
            let error = await #expect(throws: ATChannelError.self) { try await caller.value }
            #expect(error?.reason == .portClosed(.hangUp))
        }
        for await _ in channel.unsolicited { Issue.record("nothing was said") }
        #expect(await !channel.isOpen)
        let late = await #expect(throws: ATChannelError.self) { try await channel.send(ATCommands.signalQuality) }
        #expect(late?.reason == .portClosed(.hangUp))
    }

    @Test func commandTimesOutByTheInjectedClock() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let clock = TestClock()
        let port = ScriptedPort(on: thread, answers: Self.answer)
        var writes = port.writes.makeAsyncIterator()
        let channel = ATChannel(port: port, clock: clock)
        try await channel.open()
        await Self.expectNext("ATE0Q0V1+CMEE?\r", in: &writes)
        let caller = Task { try await channel.send(try ATCommand("AT+COPS=?", deadline: .seconds(180))) }
        await Self.expectNext("AT+COPS=?\r", in: &writes)
        // The probe's sleeper is still there and is not due; it wakes, looks, and sleeps on.
        while clock.nextWake.map({ $0 <= .seconds(10) }) ?? true {
            await clock.waitForSleepers()
            clock.advance(by: clock.nextWake ?? .zero)
            await clock.waitForSleepers()
        }
        clock.advance(by: .seconds(180))
        let error = await #expect(throws: ATChannelError.self) { try await caller.value }
        #expect(error?.isTimeout == true)
        await Self.expectNext("ATE0Q0V1+CMEE?\r", in: &writes)
        #expect(try await channel.send(ATCommands.signalQuality).lines == ["+CSQ: 20,99"])
        await channel.close()
    }

    @Test func manyCommandsShareOneSleeper() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let clock = TestClock()
        let channel = ATChannel(port: ScriptedPort(on: thread, answers: Self.answer), clock: clock)
        try await channel.open()
        for _ in 0..<100 { _ = try await channel.send(ATCommands.signalQuality) }
        await clock.waitForSleepers()
        #expect(clock.sleeperCount == 1)
        await channel.close()
    }

    @Test func cancelledWhileRunningWhileQueuedAndBefore() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let port = ScriptedPort(on: thread, answers: Self.answer)
        var writes = port.writes.makeAsyncIterator()
        let channel = ATChannel(port: port, clock: TestClock())
        try await channel.open()
        await Self.expectNext("ATE0Q0V1+CMEE?\r", in: &writes)
        let running = Task { try await channel.send(try ATCommand("AT+COPS=?")) }
        await Self.expectNext("AT+COPS=?\r", in: &writes)
        let queued = Task { try await channel.send(ATCommands.signalQuality) }
        let stays = Task { try await channel.send(ATCommands.signalQuality) }
        for task in [queued, running] {
            task.cancel()
            let error = await #expect(throws: ATChannelError.self) { try await task.value }
            #expect(error?.reason == .cancelled)
        }
        let before = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await channel.send(ATCommands.signalQuality)
        }
        let error = await #expect(throws: ATChannelError.self) { try await before.value }
        #expect(error?.reason == .cancelled)
        port.feed("\r\n+COPS: (2,\"A\",\"A\",\"20801\",7)\r\n\r\nOK\r\n", byteByByte: true)
        #expect(try await stays.value.lines == ["+CSQ: 20,99"])
        await channel.close()
    }

    @Test func cancelledAtThePromptLeavesIt() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let port = ScriptedPort(on: thread) { $0.hasPrefix("AT+CMGS=") ? nil : Self.answer($0) }
        var writes = port.writes.makeAsyncIterator()
        let channel = ATChannel(port: port, clock: TestClock())
        try await channel.open()
        await Self.expectNext("ATE0Q0V1+CMEE?\r", in: &writes)
        let caller = Task { try await channel.send(ATCommands.sendMessage(pdu: Conversation.pdu, length: 14)) }
        await Self.expectNext("AT+CMGS=14\r", in: &writes)
        caller.cancel()
        let error = await #expect(throws: ATChannelError.self) { try await caller.value }
        #expect(error == ATChannelError(.cancelled, command: "+CMGS"))
        await Self.expectNext("\u{1B}", in: &writes)
        #expect(try await channel.send(ATCommands.signalQuality).result == .ok)
        await channel.close()
    }

    @Test func unsolicitedStreamIsBoundedAndCountsWhatItDrops() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let port = ScriptedPort(on: thread, answers: Self.answer)
        let channel = ATChannel(port: port)
        try await channel.open()
        for number in 0..<300 { port.feed("\r\n+CMTI: \"ME\",\(number)\r\n") }
        // Answered after all of these.
        _ = try await channel.send(ATCommands.signalQuality)
        #expect(await channel.droppedUnsolicited == 44)
        await channel.close()
        var indexes: [Int] = []
        for await result in channel.unsolicited { MessageIndication(result)?.index.map { indexes.append($0) } }
        #expect(indexes == Array(0..<256))
    }

    @Test func channelIsFreedAfterItsPortClosed() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        weak var freed: ATChannel?
        do {
            let channel = ATChannel(port: ScriptedPort(on: thread, answers: Self.answer))
            freed = channel
            try await channel.open()
            _ = try await channel.send(ATCommands.signalQuality)
            await channel.close()
        }
        // What the port still had to say is said.
        await withCheckedContinuation { continuation in thread.perform { continuation.resume() } }
        #expect(freed == nil)
    }

    @Test func openingAClosedPortFails() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let port = ScriptedPort(on: thread)
        port.hangUp()
        let channel = ATChannel(port: port)
        await #expect(throws: SerialError.self) { try await channel.open() }
    }
}
