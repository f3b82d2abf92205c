// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension GatewayStore {
    /// Messages moved in one transaction, so that sending goes on between two of them.
    private static let movedAtOnce = 500

    /// Messages with a part still to be sent, by modem; also of modems that are not configured any more.
    package var waitingCounts: [String: Int] { self.journal.counts.waiting.filter { $0.value > 0 } }

    /// Moves what waits for a modem, and may be sent by another, to the first of those that is available.
    ///
    /// A message of which a part went out stays: its recipient would get the pieces from two numbers, and could not
    /// join them. One whose recipient has opted out fails.
    ///
    /// - Parameters:
    ///   - available: modems that send.
    ///   - own: their SIMs' numbers.
    ///   - position: where the last call ended; `nil` at first.
    /// - Returns: how many were moved to which modem, and where to go on; `nil` at the end.
    package func moveWaiting(
        from modem: String, to available: [String], own: [String: String], after position: Int64?
    ) async throws -> (moved: [String: Int], next: Int64?) {
        let now = self.now().storable
        return try await self.write { transaction in
            let numbers = try Int64.fetchAll(
                transaction.database,
                sql: """
                    SELECT n FROM message WHERE modem = ? AND waiting = 1 AND route IS NOT NULL AND n > ?
                    ORDER BY n LIMIT \(Self.movedAtOnce)
                    """,
                arguments: [modem, position ?? 0])
            var moved: [String: Int] = [:]
            for n in numbers {
                guard let target = try transaction.move(n, to: available, own: own, at: now) else { continue }
                moved[target, default: 0] += 1
            }
            return (moved, numbers.count == Self.movedAtOnce ? numbers.last : nil)
        }
    }

    /// Takes note of the SIM that a modem has.
    ///
    /// - Returns: `true` when it is news. What waits for that SIM is then to be brought along: `followSIM`.
    package func noteSIM(_ iccid: String, in modem: String) async throws -> Bool {
        let now = self.now().storable
        return try await self.write { transaction in
            guard try transaction.database.modem(ofSIM: iccid) != modem else { return false }
            try transaction.database.execute(sql: "UPDATE sim SET modem = NULL WHERE modem = ?", arguments: [modem])
            try transaction.database.execute(
                sql: """
                    INSERT INTO sim (iccid, modem, seen_at) VALUES (?, ?, ?)
                    ON CONFLICT (iccid) DO UPDATE SET modem = excluded.modem, seen_at = excluded.seen_at
                    """,
                arguments: [iccid, modem, now.microseconds])
            return true
        }
    }

    /// Moves some of what must be sent by this SIM to the modem it is in, and lets go what waited for it there.
    ///
    /// - Returns: where to go on; `nil` at the end.
    package func followSIM(_ iccid: String, to modem: String, after position: Int64?) async throws -> Int64? {
        let now = self.now().storable
        return try await self.write { transaction in
            let numbers = try Int64.fetchAll(
                transaction.database,
                sql: """
                    SELECT n FROM message WHERE wanted_sim = ? AND waiting = 1 AND n > ?
                        AND (modem <> ? OR hold_code = 'sim-absent')
                    ORDER BY n LIMIT \(Self.movedAtOnce)
                    """,
                arguments: [iccid, position ?? 0, modem])
            for n in numbers {
                try transaction.change(n, at: now) { $0.message.follow(to: modem, at: now) }
            }
            return numbers.count == Self.movedAtOnce ? numbers.last : nil
        }
    }

    /// The modem where a SIM was last seen; a SIM that was taken out is known, but in none.
    package func place(ofSIM iccid: String) async throws -> (isKnown: Bool, modem: String?) {
        try await self.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT modem FROM sim WHERE iccid = ?", arguments: [iccid])
            return (row != nil, row?[0])
        }
    }
}

extension Transaction {
    fileprivate func move(
        _ n: Int64, to available: [String], own: [String: String], at now: Date
    ) throws -> String? {
        let message = try self.database.messageRecord(n).message
        guard message.isUntouched, let modem = message.modem else { return nil }
        if try self.isOptedOut(message, modem: modem, sim: nil) {
            try self.change(n, at: now) { $0.message.refuse(.optedOut) }
            return nil
        }
        guard let target = message.route?.first(where: { $0 != modem && available.contains($0) }) else { return nil }
        try self.change(n, at: now) { record in
            record.message.own = own[target]
            record.message.follow(to: target, at: now)
        }
        return target
    }
}

extension StoredMessage {
    /// Waits for another modem from now on, with nothing against it but its own time.
    fileprivate mutating func follow(to modem: String, at now: Date) {
        self.modem = modem
        self.hold = nil
        self.retryAt = self.sendAt.flatMap { $0 > now ? $0 : nil }
    }
}

extension Database {
    func modem(ofSIM iccid: String) throws -> String? {
        try String.fetchOne(
            try self.cachedStatement(sql: "SELECT modem FROM sim WHERE iccid = ? AND modem IS NOT NULL"),
            arguments: [iccid])
    }

    func sim(inModem modem: String) throws -> String? {
        try String.fetchOne(try self.cachedStatement(sql: "SELECT iccid FROM sim WHERE modem = ?"), arguments: [modem])
    }
}
