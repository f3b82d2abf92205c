// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Transaction {
    func choose(_ choice: ModemChoice) -> String? {
        switch choice {
        case .named(let modem): modem
        case .fewestWaiting(let modems):
            modems.min { (self.counts.waiting[$0] ?? 0) < (self.counts.waiting[$1] ?? 0) }
        }
    }

    /// Concatenation reference, TS 23.040 §9.2.3.24.1: counted per recipient, so that it differs from its last 255.
    func nextReference(for peer: String) throws -> UInt8 {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO concatenation (peer, reference) VALUES (?, ?)
                ON CONFLICT (peer) DO UPDATE SET reference = (reference + 1) & 255 RETURNING reference
                """)
        let reference = try UInt8.fetchOne(statement, arguments: [peer, Int.random(in: 0...255)])
        return reference ?? 0
    }

    func finish(_ assignment: Assignment, _ result: SubmitResult, modem: String, at now: Date) throws {
        try self.change(assignment.n, at: now) { record in
            let place = record.message.parts.firstIndex {
                $0.number == assignment.partNumber && $0.state == .sending
            }
            if let place { record.message.settle(place, result, at: now) }
        }
        // A status report may overtake the modem's answer.
        try self.rematchReports(modem: modem, since: assignment.submittedAt, at: now)
    }

    func takeNext(modem: String, at now: Date) throws -> NextSubmission {
        while let n = try self.nextWaiting(modem: modem, at: now) {
            var taken: Assignment?
            try self.change(n, at: now) { record in
                if let expiry = record.message.expiresAt, expiry <= now {
                    record.message.stopSending(.expired)
                } else {
                    taken = record.takePart(at: now)
                }
            }
            if let taken { return .submit(taken) }
        }
        let retry = try Int64.fetchOne(
            try self.database.cachedStatement(
                sql: "SELECT min(retry_at) FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NOT NULL"),
            arguments: [modem])
        return .idle(until: retry.map { Date(microseconds: $0) })
    }

    func expire(_ n: Int64, at now: Date) throws {
        try self.change(n, at: now) { $0.message.stopSending(.expired) }
    }

    func recoverInterrupted(at now: Date, latestRetry: Date) throws -> Int {
        try self.database.execute(
            sql: """
                UPDATE message SET retry_at = max(?1, ifnull(send_at, 0)) WHERE waiting = 1 AND retry_at > ?2
                    AND retry_at > ifnull(send_at, 0)
                """,
            arguments: [now.microseconds, latestRetry.microseconds])
        let interrupted = try Int64.fetchAll(
            self.database, sql: "SELECT DISTINCT message FROM part WHERE state = 'sending' ORDER BY message")
        for n in interrupted {
            var submittedAt = now
            let message = try self.change(n, at: now) { record in
                for index in record.message.parts.indices where record.message.parts[index].state == .sending {
                    submittedAt = min(submittedAt, record.message.parts[index].submittedAt ?? now)
                    record.message.settle(index, .uncertain(.interrupted), at: now)
                }
            }
            if let modem = message.modem { try self.rematchReports(modem: modem, since: submittedAt, at: now) }
        }
        return interrupted.count
    }

    /// Retries that are due come first: there are few, and each waits again if it fails again.
    private func nextWaiting(modem: String, at now: Date) throws -> Int64? {
        let retry = try self.database.cachedStatement(
            sql: """
                SELECT n FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NOT NULL AND retry_at <= ?
                ORDER BY retry_at LIMIT 1
                """)
        if let n = try Int64.fetchOne(retry, arguments: [modem, now.microseconds]) { return n }
        let fresh = try self.database.cachedStatement(
            sql: "SELECT n FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NULL ORDER BY n LIMIT 1")
        return try Int64.fetchOne(fresh, arguments: [modem])
    }
}

extension MessageRecord {
    fileprivate mutating func takePart(at now: Date) -> Assignment? {
        guard let index = self.message.parts.firstIndex(where: { $0.state == .queued }) else { return nil }
        self.message.parts[index].state = .sending
        self.message.parts[index].attempts += 1
        self.message.parts[index].submittedAt = now
        self.message.retryAt = nil
        let part = self.message.parts[index]
        return Assignment(
            messageID: self.message.id, partNumber: part.number, pdu: part.pdu, attempt: part.attempts,
            submittedAt: now, n: self.n)
    }
}

extension StoredMessage {
    /// Notes what became of the part at `index`, which was `sending`.
    fileprivate mutating func settle(_ index: Int, _ result: SubmitResult, at now: Date) {
        switch result {
        case .sent(let reference):
            self.parts[index].state = .sent
            self.parts[index].reference = Int(reference)
            self.parts[index].sentAt = now
            self.parts[index].error = nil
        case .retry(let time, let error):
            let isStopped = self.parts.contains { [.failed, .cancelled, .expired].contains($0.state) }
            self.parts[index].state = isStopped ? .cancelled : .queued
            self.parts[index].error = error
            self.retryAt = time.storable
        case .failed(let error):
            self.parts[index].state = .failed
            self.parts[index].error = error
            // The rest would reach the recipient as a fragment, and cost as much.
            self.stopSending(.cancelled)
        case .uncertain(let error):
            self.parts[index].state = .uncertain
            self.parts[index].error = error
        }
    }
}

extension StoredError {
    fileprivate static var interrupted: StoredError {
        StoredError(
            code: "interrupted",
            message: "The gateway stopped while the modem had this part; it may have been sent. It is not sent again "
                + "by itself.")
    }
}
