// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Glibc
import Logging
import Messaging

/// Durable accepts and messages through one modem that answers at once.
///
/// What the disk allows is measured in the same run: 4 KiB written and fdatasync called, one after the other. Files lie
/// in the current directory, since `/tmp` may be a file system in memory.
enum StoreBenchmark {
    typealias Report = (_ name: String, _ opsPerSecond: Double, _ goal: Double?) -> Void

    struct SystemCallFailed: Error {
        var name: String
        var code: Int32
    }

    static func run(report: Report) async throws {
        let directory = FileManager.default.currentDirectoryPath + "/store-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let baseline = try Self.fdatasyncs(directory + "/baseline", count: 2_000)
        report("Store baseline: 4 KiB write + fdatasync", baseline, nil)
        let one = try await Self.accepts(directory + "/one.sqlite", callers: 1, each: 2_000)
        report("Durable accept, 1 caller", one, nil)
        report("Durable accept, 1 caller, by baseline", one / baseline, nil)
        let many = try await Self.accepts(directory + "/many.sqlite", callers: 32, each: 400)
        report("Durable accept, 32 callers", many, 3_000)
        report("Durable accept, 32 callers, by baseline", many / baseline, nil)
        let sent = try await Self.messages(directory + "/modem.sqlite", count: 3_000)
        report("Messages through one modem", sent, 500)
        report("Messages through one modem, by baseline", sent / baseline, nil)
    }

    private static func fdatasyncs(_ path: String, count: Int) throws -> Double {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemCallFailed(name: "open", code: errno) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0x5A, count: 4_096)
        return try Self.rate(count) {
            for _ in 0..<count {
                guard write(descriptor, page, page.count) == page.count else {
                    throw SystemCallFailed(name: "write", code: errno)
                }
                guard fdatasync(descriptor) == 0 else { throw SystemCallFailed(name: "fdatasync", code: errno) }
            }
        }
    }

    private static func accepts(_ path: String, callers: Int, each: Int) async throws -> Double {
        let store = try GatewayStore(path: path)
        let messaging = Self.messaging(store, [InstantModem(isAvailable: false)])
        let start = ContinuousClock().now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for index in 0..<each {
                        let number = "+336399800\(10 + caller)"
                        _ = try await messaging.accept(
                            OutgoingRequest(recipients: [number], text: "Hello, this is message \(index)"))
                    }
                }
            }
            try await group.waitForAll()
        }
        let rate = Double(callers * each) / Self.seconds(since: start)
        try store.close()
        return rate
    }

    /// All are queued before the modem comes, so that only sending is measured.
    private static func messages(_ path: String, count: Int) async throws -> Double {
        let store = try GatewayStore(path: path)
        let modem = InstantModem(isAvailable: false)
        let messaging = Self.messaging(store, [modem])
        let request = OutgoingRequest(recipients: ["+33639980001"], text: "Hello, this is a message")
        for _ in 0..<count / 500 {
            var batch = request
            batch.recipients = (0..<500).map { "+3363998\(1_000 + $0)" }
            _ = try await messaging.accept(batch)
        }
        let events = store.observe()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await messaging.run() }
            let start = ContinuousClock().now
            modem.comes()
            var sent = 0
            for await batch in events {
                sent += try batch.count { try $0.message().state == .sent }
                if sent == count / 500 * 500 { break }
            }
            let rate = Double(sent) / Self.seconds(since: start)
            group.cancelAll()
            try await group.waitForAll()
            try store.close()
            return rate
        }
    }

    private static func messaging(_ store: GatewayStore, _ modems: [any ShortMessageModem]) -> Messaging {
        Messaging(
            store: store, modems: modems, configuration: MessagingConfiguration(),
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private static func rate(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock().now
        try body()
        return Double(count) / Self.seconds(since: start)
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let duration = ContinuousClock().now - start
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}

/// Answers every submission at once.
private struct InstantModem: ShortMessageModem {
    let id = "ec25-1"
    let incoming = AsyncStream<IncomingPDU>.makeStream().stream
    let availability: AsyncStream<Bool>
    private let presence: AsyncStream<Bool>.Continuation

    init(isAvailable: Bool) {
        (self.availability, self.presence) = AsyncStream.makeStream()
        self.presence.yield(isAvailable)
    }

    func comes() { self.presence.yield(true) }

    func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8 { 1 }

    func release(_ incoming: IncomingPDU) async throws {}
}
