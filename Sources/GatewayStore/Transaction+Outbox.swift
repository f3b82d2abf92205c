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
        switch result {
        case .sent, .uncertain: break
        // It did not go out: neither bill nor recipient has it.
        case .retry, .failed: try self.refund(assignment.charges)
        }
        // A status report may overtake the modem's answer.
        try self.rematchReports(modem: modem, since: assignment.submittedAt, at: now)
    }

    func expire(_ n: Int64, at now: Date) throws {
        try self.change(n, at: now) { $0.message.expireWaiting() }
    }

    func recoverInterrupted(at now: Date, latestRetry: Date) throws -> Int {
        try self.database.execute(
            sql: "UPDATE message SET retry_at = ? WHERE waiting = 1 AND retry_at > ? AND send_at IS NULL",
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
