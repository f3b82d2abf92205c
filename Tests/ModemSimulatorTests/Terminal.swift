// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import PosixMutex
import Serial

@testable import ModemSimulator

/// What a program at the other end of the tty sees: writes lines, reads up to a text.
final class Terminal: BytePortReceiver {
    private let port: TTYPort
    private let stream: AsyncStream<[UInt8]>
    private let continuation: AsyncStream<[UInt8]>.Continuation
    private let pending = Mutex<[UInt8]>([])

    init(_ path: String, on thread: IOThread) throws {
        self.port = try TTYPort(path: path, on: thread)
        (self.stream, self.continuation) = AsyncStream.makeStream(of: [UInt8].self)
        try self.port.start(self)
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        self.continuation.yield(Array(bytes))
    }

    func closed(_ reason: PortClosure) {
        self.continuation.finish()
    }

    /// Returns when the tty is closed, so that it can be opened again.
    func close() async {
        self.port.close()
        for await _ in self.stream {}
    }

    func send(_ text: String) {
        self.port.write(Array(text.utf8))
    }

    /// Everything up to and with `end`, or all there was when the tty hung up.
    func read(to end: String) async -> String {
        let wanted = Array(end.utf8)
        var seen = self.pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        var searched = 0
        while true {
            if let range = Self.range(of: wanted, in: seen, from: searched) {
                let rest = Array(seen[range.upperBound...])
                self.pending.withLock { $0 = rest }
                return String(decoding: seen[..<range.upperBound], as: UTF8.self)
            }
            searched = max(0, seen.count - wanted.count)
            guard let chunk = await self.stream.first(where: { _ in true }) else {
                return String(decoding: seen, as: UTF8.self)
            }
            seen += chunk
        }
    }

    /// Sends a line and reads to its `OK`.
    func command(_ line: String) async -> String {
        self.send(line + "\r")
        return await self.read(to: "\r\nOK\r\n")
    }

    private static func range(of wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Range<Int>? {
        guard bytes.count >= wanted.count, let first = wanted.first else { return nil }
        for index in start...max(start, bytes.count - wanted.count) where bytes[index] == first {
            let end = index + wanted.count
            if end <= bytes.count, bytes[index..<end].elementsEqual(wanted) { return index..<end }
        }
        return nil
    }
}

/// A directory of its own for one test, removed at the end.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/simulator-XXXXXX\0".utf8CString.dropLast())
        self.path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/simulator-none"
    }

    deinit {
        if let directory = opendir(self.path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                _ = unlink("\(self.path)/\(name)")
            }
            closedir(directory)
        }
        rmdir(self.path)
    }
}

/// Two modems on ttys, and the threads they need.
final class RunningSimulation {
    let simulation: ModemSimulation
    let directory = TemporaryDirectory()
    /// The modems' thread; the program under test has another, as another process has.
    let modemThread: IOThread
    let thread: IOThread

    init(
        clock: any Clock<Duration> = ContinuousClock(),
        configure: (inout SimulatedModemConfiguration) -> Void = { _ in }
    ) async throws {
        self.modemThread = try IOThread(name: "modems")
        self.thread = try IOThread(name: "program")
        var first = SimulatedModemConfiguration(id: "ec25-1", model: .ec25, number: "+33639980001")
        var second = SimulatedModemConfiguration(id: "sim7600-1", model: .sim7600, number: "+33639980002")
        configure(&first)
        configure(&second)
        self.simulation = try ModemSimulation(
            modems: [first, second], directory: self.directory.path, ioThread: self.modemThread, clock: clock,
            now: { 1_795_266_000 })
        try await self.simulation.start()
    }

    func terminal(_ index: Int) throws -> Terminal {
        try Terminal(self.simulation.ports[index].path, on: self.thread)
    }

    /// Runs to the end also of what `stop()` leaves behind.
    func stop() async {
        await self.simulation.stop()
        self.thread.shutdown()
        self.modemThread.shutdown()
        await self.thread.waitUntilStopped()
        await self.modemThread.waitUntilStopped()
    }
}
