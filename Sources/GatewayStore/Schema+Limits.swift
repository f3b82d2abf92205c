// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Schema {
    /// What routing, limits and opt-out remember.
    static func routingAndLimits(_ database: Database) throws {
        try database.execute(sql: Self.routingIndices)
        try database.execute(sql: Self.limitTables)
        try database.execute(sql: Self.optOutTables)
        // From now on nothing waits for ever; what was accepted without an end gets the usual three days.
        try database.execute(
            sql: "UPDATE message SET expires_at = ? WHERE waiting = 1 AND expires_at IS NULL",
            arguments: [Date().addingTimeInterval(3 * 86_400).microseconds])
        let received = try Row.fetchCursor(
            database,
            sql: """
                SELECT peer, modem, max(received_at) FROM message
                WHERE direction = 'in' AND modem IS NOT NULL GROUP BY peer
                """)
        while let row = try received.next() {
            let (peer, modem, time): (String, String, Int64?) = (row[0], row[1], row[2])
            try database.execute(
                sql: "INSERT INTO last_received (peer, tail, modem, received_at) VALUES (?, ?, ?, ?)",
                arguments: [peer, AddressMatch.key(peer), modem, time ?? 0])
        }
    }

    private static let routingIndices = """
        CREATE INDEX message_movable ON message (modem, n) WHERE waiting = 1 AND route IS NOT NULL;
        CREATE INDEX message_sim ON message (wanted_sim, n) WHERE waiting = 1 AND wanted_sim IS NOT NULL;
        CREATE INDEX message_unscheduled ON message (retry_at)
            WHERE waiting = 1 AND retry_at IS NOT NULL AND send_at IS NULL;
        """

    /// `usage`: how much was handed over, by bucket (`UsageWindow`). `sim`: in which modem a SIM is, or NULL when it was
    /// taken out. `last_received`: by which modem and SIM somebody wrote last.
    private static let limitTables = """
        CREATE TABLE usage (
            subject TEXT NOT NULL,
            window TEXT NOT NULL CHECK (window IN ('minute', 'hour', 'day', 'month')),
            start INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            PRIMARY KEY (subject, window, start)
        ) WITHOUT ROWID;
        CREATE INDEX usage_age ON usage (window, start);

        CREATE TABLE sim (
            iccid TEXT PRIMARY KEY,
            modem TEXT UNIQUE,
            seen_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE last_received (
            peer TEXT PRIMARY KEY,
            tail TEXT NOT NULL,
            modem TEXT NOT NULL,
            sim TEXT,
            received_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX last_received_tail ON last_received (tail);
        """

    /// `tail`: what all spellings of a number share (`AddressMatch.key`). An entry is for one SIM, known by modem and,
    /// when the modem told it, ICCID; or for all. `confirmation`: `due`, or the id of the message that confirmed it.
    private static let optOutTables = """
        CREATE TABLE opt_out (
            id TEXT PRIMARY KEY CHECK (length(id) = 36),
            peer TEXT NOT NULL,
            tail TEXT NOT NULL,
            is_global INTEGER NOT NULL CHECK (is_global IN (0, 1)),
            modem TEXT,
            sim TEXT,
            word TEXT,
            language TEXT,
            confirmation TEXT,
            created_at INTEGER NOT NULL,
            CHECK (is_global = 1 OR modem IS NOT NULL OR sim IS NOT NULL)
        );
        CREATE INDEX opt_out_tail ON opt_out (tail);
        CREATE INDEX opt_out_due ON opt_out (id) WHERE confirmation = 'due';

        CREATE TABLE opt_out_word (
            word TEXT PRIMARY KEY,
            action TEXT NOT NULL CHECK (action IN ('stop', 'start')),
            language TEXT,
            is_global INTEGER NOT NULL CHECK (is_global IN (0, 1)),
            confirms INTEGER NOT NULL CHECK (confirms IN (0, 1))
        ) WITHOUT ROWID;
        """
}
