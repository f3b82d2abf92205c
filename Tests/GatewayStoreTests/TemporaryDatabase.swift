// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GRDB
import GatewayStore
import PosixMutex

/// A directory with a database of its own, removed with the object.
final class TemporaryDatabase: Sendable {
    let directory: String
    let clock = WallClock()

    init() throws {
        self.directory = NSTemporaryDirectory() + "modemgate-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.directory) }

    var path: String { self.directory + "/gateway.sqlite" }

    func open() throws -> GatewayStore {
        // The store keeps the directory alive.
        try GatewayStore(path: self.path, now: { self.clock.now })
    }

    /// SQL by the side door, while no store is open.
    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: self.path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}

/// A wall clock that the test sets. It moves by itself a microsecond with each look, so that orders can be seen.
final class WallClock: Sendable {
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    private let time = Mutex(WallClock.start)

    var now: Date {
        self.time.withLock { time in
            time += 0.000_001
            return time
        }
    }

    func advance(_ seconds: TimeInterval) { self.time.withLock { $0 += seconds } }
}

extension OutgoingDraft {
    static func plain(_ peer: String, text: String = "Hello", parts: Int = 1, report: Bool = true) -> OutgoingDraft {
        var draft = OutgoingDraft(peer: peer, encoding: "gsm7", report: report, isConcatenated: parts > 1) {
            reference in
            (1...parts).map { "00\(reference)-\($0)" }
        }
        draft.text = text
        return draft
    }
}

extension GatewayStore {
    /// Accepts one message for `ec25-1`.
    func acceptOne(_ peer: String = "+33639980001", parts: Int = 1) async throws -> StoredMessage {
        let accepted = try await self.accept([.plain(peer, parts: parts)], modem: .named("ec25-1"))
        return try required(accepted.first)
    }

    func take(_ modem: String = "ec25-1") async throws -> Assignment? {
        switch try await self.advance(modem: modem, finished: nil, takeNext: true) {
        case .submit(let assignment): assignment
        case .idle, .paused: nil
        }
    }

    /// Takes the next part and gives it this outcome.
    @discardableResult
    func finishNext(_ result: SubmitResult, modem: String = "ec25-1") async throws -> Assignment {
        let assignment = try required(try await self.take(modem))
        _ = try await self.advance(modem: modem, finished: (assignment, result), takeNext: false)
        return assignment
    }

    func reloaded(_ message: StoredMessage) async throws -> StoredMessage {
        try required(try await self.message(id: message.id))
    }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
