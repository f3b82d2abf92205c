// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Glibc
import Serial

/// One `AT+CSQ` after the other over a pty, against a bare write, poll, read loop with the same responder in the same
/// run.
enum ATBenchmark {
    private static let rounds = 20_000
    private static let batch = 200

    static func run(report: (String) -> Void) async {
        do {
            try await Self.measure(report)
        } catch {
            report("AT round trip: failed: \(error)")
        }
    }

    private static func measure(_ report: (String) -> Void) async throws {
        let thread = try IOThread(name: "at-bench")
        let bare = try Responder()
        let served = try Responder()
        let channel = ATChannel(port: try TTYPort(path: served.path, on: thread))
        try await channel.open()
        let command = try ATCommand("AT+CSQ", response: .prefixed("+CSQ"))
        _ = try await channel.send(command)
        let loop = try BareLoop(path: bare.path)
        var baseline = Samples()
        var channelled = Samples()
        // In turns, so that what else the machine does weighs on both.
        for _ in 0..<(Self.rounds / Self.batch) {
            loop.run(Self.batch, &baseline)
            channelled.append(try await Self.send(command, on: channel, thread: thread))
        }
        await channel.close()
        thread.shutdown()
        report("AT round trip, bare loop:  \(baseline.summary)")
        report("AT round trip, ATChannel:  \(channelled.summary)")
        let ratio = (channelled.median / baseline.median * 100).rounded() / 100
        let added = ((channelled.median - baseline.median) * 10).rounded() / 10
        report("AT round trip, ratio of the medians: \(ratio) (goal 1.3), added latency \(added) us")
    }

    private static func send(_ command: ATCommand, on channel: ATChannel, thread: IOThread) async throws -> Samples {
        try await Task(executorPreference: thread) {
            var samples = Samples()
            for _ in 0..<Self.batch {
                let start = ContinuousClock.now
                _ = try await channel.send(command)
                samples.append(ContinuousClock.now - start)
            }
            return samples
        }.value
    }
}

private struct Samples: Sendable {
    private var values: [Double] = []

    mutating func append(_ duration: Duration) {
        self.values.append(Double(duration.components.attoseconds) / 1e12)
    }

    mutating func append(_ other: Samples) {
        self.values += other.values
    }

    /// In microseconds.
    var median: Double { self.percentile(50) }

    private func percentile(_ rank: Int) -> Double {
        let sorted = self.values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * rank / 100)]
    }

    var summary: String {
        let total = self.values.reduce(0, +)
        let rate = total > 0 ? Int(Double(self.values.count) / total * 1e6) : 0
        return "\(rate)/s, p50 \(Self.rounded(self.median)) us, p99 \(Self.rounded(self.percentile(99))) us"
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

/// What cannot be avoided: write the line, poll, read until `OK`.
private final class BareLoop {
    private let descriptor: Int32

    init(path: String) throws {
        self.descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw BenchmarkFailure() }
    }

    deinit { close(self.descriptor) }

    func run(_ rounds: Int, _ samples: inout Samples) {
        let line = Array("AT+CSQ\r".utf8)
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            _ = line.withUnsafeBytes { write(self.descriptor, $0.baseAddress, $0.count) }
            self.readAnswer()
            samples.append(ContinuousClock.now - start)
        }
    }

    private func readAnswer() {
        var buffer = [UInt8](repeating: 0, count: 512)
        var answer: [UInt8] = []
        while !answer.suffix(6).elementsEqual("\r\nOK\r\n".utf8) {
            var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 1000) > 0 else { return }
            let count = read(self.descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            answer += buffer.prefix(count)
        }
    }
}

/// A thread that answers every line at once.
private final class Responder {
    let path: String
    private let slave: Int32

    init() throws {
        var master: Int32 = -1
        var slave: Int32 = -1
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&master, &slave, &name, nil, nil) == 0 else { throw BenchmarkFailure() }
        self.path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // Our own descriptor: the master must not hang up between two users.
        self.slave = slave
        var settings = termios()
        guard tcgetattr(slave, &settings) == 0 else { throw BenchmarkFailure() }
        cfmakeraw(&settings)
        tcsetattr(slave, TCSANOW, &settings)
        var thread = pthread_t()
        // The descriptor's number travels as the pointer's bits.
        pthread_create(
            &thread, nil,
            { context in
                Responder.answer(Int32(Int(bitPattern: context)))
                return nil
            }, UnsafeMutableRawPointer(bitPattern: Int(master)))
        pthread_detach(thread)
    }

    private static func answer(_ master: Int32) {
        let csq = Array("\r\n+CSQ: 20,99\r\n\r\nOK\r\n".utf8)
        let probe = Array("\r\n+CMEE: 1\r\n\r\nOK\r\n".utf8)
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            guard buffer[count - 1] == 0x0D else { continue }
            let answer = buffer.prefix(count).contains(UInt8(ascii: "?")) ? probe : csq
            _ = answer.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
        }
    }
}

private struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String { "no pseudo-terminal" }
}
