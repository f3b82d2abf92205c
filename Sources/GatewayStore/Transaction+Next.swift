// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Transaction {
    /// Due messages that are moved among those that compete, each time one is taken: more than are taken, so that they
    /// are through soon, and few enough that a million due at once hold up nobody.
    private static let promotedAtOnce = 64
    /// Messages looked at in one transaction that turn out not to be sendable.
    private static let examinedAtOnce = 128

    /// The next part for this modem: of the highest priority, then of the message accepted first.
    ///
    /// - Parameter moved: gets the modems that messages were moved to, as their SIM is there.
    func takeNext(
        modem: String, _ terms: SendingTerms, at now: Date, moved: inout Set<String>
    ) throws -> NextSubmission {
        try self.promote(modem, at: now)
        let subject = UsageSubject.sim(terms.sim, modem: modem)
        if let reached = try self.exhausted(terms.simLimits, of: subject, at: now, zone: terms.zone) {
            return .paused(until: reached.until, .simLimit(reached))
        }
        for _ in 0..<Self.examinedAtOnce {
            guard let n = try self.nextWaiting(modem) else { return .idle(until: try self.nextDue(modem)) }
            if let assignment = try self.take(n, modem: modem, terms, at: now, moved: &moved) {
                return .submit(assignment)
            }
        }
        // More of the same kind: the next transaction goes on.
        return .idle(until: now)
    }

    /// What was to wait until now competes with the rest. Why it waited stays with it until it is taken.
    private func promote(_ modem: String, at now: Date) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                UPDATE message SET retry_at = NULL WHERE n IN
                    (SELECT n FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NOT NULL AND retry_at <= ?
                    ORDER BY retry_at LIMIT \(Self.promotedAtOnce))
                """)
        try statement.execute(arguments: [modem, now.microseconds])
    }

    private func nextWaiting(_ modem: String) throws -> Int64? {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT n FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NULL
                ORDER BY priority DESC, n LIMIT 1
                """)
        return try Int64.fetchOne(statement, arguments: [modem])
    }

    private func nextDue(_ modem: String) throws -> Date? {
        let statement = try self.database.cachedStatement(
            sql: "SELECT min(retry_at) FROM message WHERE modem = ? AND waiting = 1 AND retry_at IS NOT NULL")
        return try Int64.fetchOne(statement, arguments: [modem]).map { Date(microseconds: $0) }
    }
}

extension Transaction {
    /// - Returns: `nil` when this message is not to be sent now; it does not compete any more then.
    private func take(
        _ n: Int64, modem: String, _ terms: SendingTerms, at now: Date, moved: inout Set<String>
    ) throws -> Assignment? {
        let record = try self.database.messageRecord(n)
        let message = record.message
        if let expiry = message.expiresAt, expiry <= now {
            try self.expire(n, at: now)
            return nil
        }
        if try self.isElsewhere(message, modem: modem, terms, n, at: now, moved: &moved) { return nil }
        if try self.isOptedOut(message, modem: modem, sim: terms.sim) {
            try self.change(n, at: now) { $0.message.refuse(.optedOut) }
            return nil
        }
        if let reached = try self.held(message, terms, at: now) {
            try self.hold(n, message, until: reached.until, reached.reason, at: now)
            return nil
        }
        return try self.handOver(n, modem: modem, terms, at: now)
    }

    private func handOver(_ n: Int64, modem: String, _ terms: SendingTerms, at now: Date) throws -> Assignment? {
        var assignment: Assignment?
        try self.change(n, at: now) { record in
            let charges = Self.charges(for: record.message, modem: modem, terms, at: now)
            assignment = record.takePart(charges, at: now)
        }
        if let assignment { try self.charge(assignment.charges) }
        if n % 256 == 0 { try self.pruneUsage(at: now) }
        return assignment
    }

    /// The SIM always, so that what it was used for can be seen; recipient and token where they are limited, with the
    /// first part of a message.
    private static func charges(
        for message: StoredMessage, modem: String, _ terms: SendingTerms, at now: Date
    ) -> [UsageCharge] {
        func charges(_ subject: String, _ windows: [UsageWindow]) -> [UsageCharge] {
            windows.map {
                UsageCharge(subject: subject, window: $0, start: $0.bucketStart(now, zone: terms.zone))
            }
        }
        var all = charges(UsageSubject.sim(terms.sim, modem: modem), UsageWindow.allCases)
        guard message.isUntouched else { return all }
        all += charges(UsageSubject.recipient(message.peer), terms.recipientLimits.windows)
        if let token = message.token { all += charges(UsageSubject.token(token), terms.tokenLimits.windows) }
        return all
    }

    /// The limit of its recipient or token that holds this message back.
    private func held(
        _ message: StoredMessage, _ terms: SendingTerms, at now: Date
    ) throws -> (until: Date, reason: StoredError)? {
        guard message.isUntouched else { return nil }
        var held: (until: Date, reason: StoredError)?
        let recipient = UsageSubject.recipient(message.peer)
        if let reached = try self.exhausted(terms.recipientLimits, of: recipient, at: now, zone: terms.zone) {
            held = (reached.until, .recipientLimit(reached))
        }
        guard let token = message.token else { return held }
        let subject = UsageSubject.token(token)
        if let reached = try self.exhausted(terms.tokenLimits, of: subject, at: now, zone: terms.zone),
            reached.until > held?.until ?? .distantPast
        {
            held = (reached.until, .tokenLimit(reached))
        }
        return held
    }

    /// Sets a message aside until then. Told as an event when the reason is new, not each time it is looked at again.
    private func hold(
        _ n: Int64, _ message: StoredMessage, until: Date, _ reason: StoredError, at now: Date
    ) throws {
        if message.hold?.code == reason.code {
            let statement = try self.database.cachedStatement(
                sql: "UPDATE message SET retry_at = ?, hold_code = ?, hold_message = ? WHERE n = ?")
            try statement.execute(arguments: [until.microseconds, reason.code, reason.message, n])
        } else {
            try self.change(n, at: now) { record in
                record.message.hold = reason
                record.message.retryAt = until.storable
            }
        }
    }

    /// Whether the SIM it must be sent by is not in this modem: it follows the SIM, or waits for it.
    private func isElsewhere(
        _ message: StoredMessage, modem: String, _ terms: SendingTerms, _ n: Int64, at now: Date,
        moved: inout Set<String>
    ) throws -> Bool {
        guard let wanted = message.wantedSIM, wanted != terms.sim else { return false }
        if let place = try self.database.modem(ofSIM: wanted), place != modem {
            try self.change(n, at: now) { record in
                record.message.modem = place
                record.message.hold = nil
            }
            moved.insert(place)
        } else {
            // Long, since whoever sees the SIM again looks for what waits for it.
            try self.hold(n, message, until: now.addingTimeInterval(3_600), .simAbsent, at: now)
        }
        return true
    }
}

extension MessageRecord {
    fileprivate mutating func takePart(_ charges: [UsageCharge], at now: Date) -> Assignment? {
        guard let index = self.message.parts.firstIndex(where: { $0.state == .queued }) else { return nil }
        self.message.parts[index].state = .sending
        self.message.parts[index].attempts += 1
        self.message.parts[index].submittedAt = now
        self.message.retryAt = nil
        self.message.hold = nil
        let part = self.message.parts[index]
        return Assignment(
            messageID: self.message.id, partNumber: part.number, pdu: part.pdu, attempt: part.attempts,
            submittedAt: now, n: self.n, charges: charges)
    }
}

extension StoredMessage {
    /// Nothing of it has gone out, or may have.
    var isUntouched: Bool {
        self.parts.allSatisfy { part in
            switch part.state {
            case .queued, .failed, .cancelled, .expired: true
            case .sending, .sent, .delivered, .uncertain, .received: false
            }
        }
    }

    /// What waits is not sent any more, for this reason.
    mutating func refuse(_ reason: StoredError) {
        for index in self.parts.indices where self.parts[index].state == .queued {
            self.parts[index].state = .failed
            self.parts[index].error = reason
        }
        self.hold = nil
    }

    /// Its validity is over; the last thing that was in its way is told.
    mutating func expireWaiting() {
        let hindrance = self.hold.map { " " + $0.message } ?? ""
        for index in self.parts.indices where self.parts[index].state == .queued {
            self.parts[index].state = .expired
            if self.parts[index].error == nil || self.hold != nil {
                self.parts[index].error = StoredError(
                    code: "validity-over", message: "Its validity ended before it could be sent.\(hindrance)")
            }
        }
        self.hold = nil
    }
}

extension StoredError {
    fileprivate static func simLimit(_ reached: Transaction.Exhaustion) -> StoredError {
        reached.window == .month
            ? StoredError(code: "sim-budget", message: "The SIM's budget of \(reached.limit) parts a month is used up.")
            : StoredError(
                code: "sim-limit",
                message: "The SIM has sent the \(reached.limit) parts it may send each \(reached.window.rawValue).")
    }

    fileprivate static func recipientLimit(_ reached: Transaction.Exhaustion) -> StoredError {
        StoredError(
            code: "recipient-limit",
            message: "The recipient got the \(reached.limit) messages that one may get each \(reached.window.rawValue)."
        )
    }

    fileprivate static func tokenLimit(_ reached: Transaction.Exhaustion) -> StoredError {
        StoredError(
            code: "token-limit",
            message: "The token has sent the \(reached.limit) messages that one may send each \(reached.window.rawValue)."
        )
    }

    fileprivate static var simAbsent: StoredError {
        StoredError(
            code: "sim-absent",
            message: "The SIM it is to be sent by is in no modem; put it into one, or cancel the message.")
    }

    package static var optedOut: StoredError {
        StoredError(
            code: "opted-out",
            message: "The recipient asked for no more messages; only they can undo that, or DELETE /api/opt-outs.")
    }
}
