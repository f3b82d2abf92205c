// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CTermios
import Glibc
import Serial
import TestSupport
import Testing

struct TTYPortTests {
    @Test func missingPortSaysSo() throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let error = #expect(throws: SerialError.self) { try TTYPort(path: "/dev/no-such-tty", on: thread) }
        #expect(error?.code == .notFound)
        #expect(error?.path == "/dev/no-such-tty")
        #expect(access("/dev/no-such-tty", F_OK) != 0)
    }

    @Test(arguments: ["/dev/null", "/etc/passwd"])
    func onlyTerminalsAreOpened(path: String) throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let error = #expect(throws: SerialError.self) { try TTYPort(path: path, on: thread) }
        #expect(error?.code == .notTerminal || error?.code == .permissionDenied)
    }

    @Test(arguments: ["", "a\0b"])
    func pathsThatAreNone(path: String) throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        #expect(throws: SerialError.self) { try TTYPort(path: path, on: thread) }
    }

    @Test func secondOwnerIsRefusedUntilTheFirstCloses() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let first = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try first.start(recorder)
        let error = #expect(throws: SerialError.self) { try TTYPort(path: terminal.slavePath, on: thread) }
        #expect(error?.code == .inUse)
        first.close()
        #expect(await recorder.closure() == .closedHere)
        _ = try TTYPort(path: terminal.slavePath, on: thread)
    }

    @Test func portIsExclusiveWhileItIsOpen() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let other = open(terminal.slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { _ = close(other) }
        #expect(ctermios_is_exclusive(other) == 0)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        #expect(ctermios_is_exclusive(other) == 1)
        port.close()
        _ = await recorder.closure()
        #expect(ctermios_is_exclusive(other) == 0)
    }

    @Test func bytesPassUnchangedBothWays() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let modem = PortRecorder()
        try terminal.start(modem)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        let all = (0...255).map { UInt8($0) }
        port.write(all)
        #expect(await modem.bytes(count: 256) == all)
        terminal.write(all)
        #expect(await recorder.bytes(count: 256) == all)
    }

    @Test func hangUpIsToldOnceAfterTheLastBytes() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        terminal.write(Array("last words".utf8))
        #expect(await recorder.bytes(count: 10) == Array("last words".utf8))
        terminal.close()
        #expect(await recorder.closure() == .hangUp)
        port.close()
        port.write([1])
        await Self.drain(thread)
        #expect(recorder.closedCount == 1)
        #expect(throws: SerialError.self) { try port.start(recorder) }
    }

    @Test func queueThatNobodyTakesEndsThePort() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        // Nobody reads the master: terminal was never started.
        for _ in 0..<40 { port.write([UInt8](repeating: 0x41, count: 4096)) }
        guard case .error(let error)? = await recorder.closure() else {
            Issue.record("still open")
            return
        }
        #expect(error.code == .writeQueueFull)
    }

    @Test func longWriteArrivesWholeAndInOrder() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }
        port.write(bytes)
        let modem = PortRecorder()
        try terminal.start(modem)
        #expect(await modem.bytes(count: bytes.count) == bytes)
    }

    static func drain(_ thread: IOThread) async {
        await withCheckedContinuation { continuation in thread.perform { continuation.resume() } }
    }
}

struct PseudoTerminalTests {
    @Test func peerThatLeavesIsNoHangUp() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let modem = PortRecorder()
        try terminal.start(modem)
        for text in ["one", "two"] {
            let port = try TTYPort(path: terminal.slavePath, on: thread)
            let recorder = PortRecorder()
            try port.start(recorder)
            port.write(Array(text.utf8))
            #expect(await modem.bytes(count: 3) == Array(text.utf8))
            port.close()
            _ = await recorder.closure()
        }
        #expect(modem.closedCount == 0)
    }

    @Test func exclusivityOfAKilledPeerIsTakenBack() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let modem = PortRecorder()
        try terminal.start(modem)
        let witness = open(terminal.slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { _ = close(witness) }
        let killed = open(terminal.slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
        #expect(ctermios_set_exclusive(killed, 1) == 0)
        #expect(ctermios_is_exclusive(witness) == 1)
        _ = close(killed)
        // The close is noticed before bytes that are written later.
        _ = write(witness, "x", 1)
        #expect(await modem.bytes(count: 1) == [0x78])
        #expect(ctermios_is_exclusive(witness) == 0)
    }

    @Test func bytesThatNobodyReadsAreDropped() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let terminal = try PseudoTerminal(on: thread)
        let modem = PortRecorder()
        try terminal.start(modem)
        for _ in 0..<100 { terminal.write([UInt8](repeating: 0x42, count: 4096)) }
        await TTYPortTests.drain(thread)
        #expect(modem.closedCount == 0)
        // Who comes now finds a modem that works.
        let port = try TTYPort(path: terminal.slavePath, on: thread)
        let recorder = PortRecorder()
        try port.start(recorder)
        port.write([0x43])
        #expect(await modem.bytes(count: 1) == [0x43])
    }

    @Test func linkFollowsTheNewestAndEndsWithIt() async throws {
        let thread = try IOThread(name: "test")
        defer { thread.shutdown() }
        let link = "/tmp/modemgate-link-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tty"
        let old = try PseudoTerminal(on: thread, link: link)
        let oldEnd = PortRecorder()
        try old.start(oldEnd)
        #expect(Self.target(of: link) == old.slavePath)
        let new = try PseudoTerminal(on: thread, link: link)
        let newEnd = PortRecorder()
        try new.start(newEnd)
        #expect(Self.target(of: link) == new.slavePath)
        old.close()
        _ = await oldEnd.closure()
        #expect(Self.target(of: link) == new.slavePath)
        new.close()
        _ = await newEnd.closure()
        #expect(Self.target(of: link) == nil)
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = readlink(link, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
