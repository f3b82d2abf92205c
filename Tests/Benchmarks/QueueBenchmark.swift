// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GRDB
import GatewayStore
import Glibc

/// A database with a million waiting messages: opening it, and each step of a modem's sender.
///
/// A step is one transaction: the last part's outcome, the pick of the next, and their fdatasync. The same steps in a
/// database of a thousand tell what the million cost.
enum QueueBenchmark {
    typealias Say = (_ line: String) -> Void

    static let waiting = 1_000_000

    static func run(report say: Say) async throws {
        let directory = FileManager.default.currentDirectoryPath + "/queue-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let few = try await Self.steps(directory + "/few.sqlite", waiting: 1_000, say)
        let many = try await Self.steps(directory + "/many.sqlite", waiting: Self.waiting, say)
        say(String(format: "Pick of the next, what a million adds: %.3f ms   goal < 1 ms", many - few))
    }

    /// - Returns: milliseconds of the median step.
    private static func steps(_ path: String, waiting: Int, _ say: Say) async throws -> Double {
        try GatewayStore(path: path).close()
        try Self.fill(path, waiting: waiting)
        let before = Self.residentBytes()
        let start = ContinuousClock().now
        let store = try GatewayStore(path: path)
        _ = try await store.recoverInterrupted(longestRetry: .seconds(900))
        _ = try await store.expireOverdue()
        let opening = Self.milliseconds(since: start)
        var terms = SendingTerms(sim: "8933150319070000018")
        terms.simLimits = SendingLimits(perMinute: 1_000_000, perDay: 10_000_000, perMonth: 100_000_000)
        terms.recipientLimits = SendingLimits(perHour: 1_000_000)
        var times: [Double] = []
        var finished: (assignment: Assignment, result: SubmitResult)?
        for step in 0..<1_000 {
            let start = ContinuousClock().now
            let next = try await store.advance(modem: "ec25-1", finished: finished, takeNext: true, terms: terms)
            times.append(Self.milliseconds(since: start))
            guard case .submit(let assignment) = next else { break }
            finished = (assignment, .sent(reference: UInt8(truncatingIfNeeded: step)))
        }
        times.sort()
        let added = Self.residentBytes() - before
        say("\(waiting) waiting: " + String(format: "open and ready %.0f ms, memory %+.1f MB", opening, added / 1e6))
        say(
            "\(waiting) waiting: " + String(
                format: "step (finish, pick, fdatasync) median %.3f ms, 99 %% %.3f ms", times[times.count / 2],
                times[times.count * 99 / 100]))
        try store.close()
        return times[times.count / 2]
    }

    /// By the side door: through the API it would take minutes.
    private static func fill(_ path: String, waiting: Int) throws {
        let queue = try DatabaseQueue(path: path)
        let expiry = Int64((Date().timeIntervalSince1970 + 86_400) * 1e6)
        let text = "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < \(waiting))"
        try queue.write { database in
            // One in ten is scheduled for later, as many as can be are urgent, and all may go by another modem.
            try database.execute(
                sql: """
                    \(text) INSERT INTO message (id, direction, peer, modem, state, text, encoding, created_at, expires_at,
                        retry_at, send_at, waiting, priority, route)
                    SELECT printf('%08x-0000-7000-8000-%012x', n, n), 'out', printf('+336399%05d', n % 100000), 'ec25-1',
                        'queued', 'Hello, this is message ' || n, 'gsm7', 1790000000000000 + n, \(expiry) + n,
                        iif(n % 10 = 0, \(expiry) - n, NULL), iif(n % 10 = 0, \(expiry) - n, NULL), 1, n % 10,
                        CAST('["ec25-1","sim7600-1"]' AS BLOB)
                    FROM i
                    """)
            try database.execute(
                sql: """
                    INSERT INTO part (message, number, state, pdu)
                    SELECT n, 1, 'queued', '0001000B913396399900F100000BE8329BFD4697D9EC37' FROM message
                    """)
        }
        try queue.close()
    }

    private static func residentBytes() -> Double {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Double(fields[1]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let duration = ContinuousClock().now - start
        return Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
    }
}
