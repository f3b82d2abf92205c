// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GRDB

/// The tables, by append-only migrations: a migration that was shipped is never edited.
///
/// Times are microseconds since 1970. States are checked by the database itself.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1-messages") { try $0.execute(sql: Self.messages) }
        migrator.registerMigration("v1-receptions") { try $0.execute(sql: Self.receptions) }
        migrator.registerMigration("v1-journal") { try $0.execute(sql: Self.journal) }
        migrator.registerMigration("v1-access") { try $0.execute(sql: Self.access) }
        migrator.registerMigration("v2-messages") { try $0.execute(sql: Self.messagesForIntegrators) }
        migrator.registerMigration("v2-limits") { try Self.routingAndLimits($0) }
        migrator.registerMigration("v2-idempotency") { try $0.execute(sql: Self.idempotency) }
        migrator.registerMigration("v2-webhooks") { try $0.execute(sql: Self.webhooks) }
        migrator.registerMigration("v2-inbox") { try $0.execute(sql: Self.inbox) }
        migrator.registerMigration("v2-conversations") { try $0.execute(sql: Self.conversations) }
        migrator.registerMigration("v2-search") { try $0.execute(sql: Self.search) }
        migrator.registerMigration("v2-balances") { try $0.execute(sql: Self.balances) }
        return migrator
    }

    /// `waiting`: a part is still to be sent. `report`: a status report was asked for.
    private static let messages = """
        CREATE TABLE message (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
            direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
            peer TEXT NOT NULL,
            own TEXT,
            modem TEXT,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'expired',
                'cancelled', 'uncertain', 'received')),
            text TEXT,
            data BLOB,
            encoding TEXT,
            error_code TEXT,
            error_message TEXT,
            created_at INTEGER NOT NULL,
            sent_at INTEGER,
            delivered_at INTEGER,
            received_at INTEGER,
            expires_at INTEGER,
            retry_at INTEGER,
            batch TEXT,
            token TEXT,
            message_class INTEGER CHECK (message_class BETWEEN 0 AND 3),
            incomplete INTEGER NOT NULL DEFAULT 0 CHECK (incomplete IN (0, 1)),
            waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting IN (0, 1)),
            report INTEGER NOT NULL DEFAULT 0 CHECK (report IN (0, 1)),
            CHECK ((direction = 'in') = (state = 'received')),
            CHECK (waiting = 0 OR modem IS NOT NULL),
            CHECK ((error_code IS NULL) = (error_message IS NULL))
        );
        CREATE INDEX message_direction ON message (direction, n);
        CREATE INDEX message_peer ON message (peer, n);
        CREATE INDEX message_batch ON message (batch) WHERE batch IS NOT NULL;
        CREATE INDEX message_open ON message (state, n)
            WHERE state IN ('queued', 'sending', 'uncertain', 'failed', 'expired');
        CREATE INDEX message_fresh ON message (modem, n) WHERE waiting = 1 AND retry_at IS NULL;
        CREATE INDEX message_retry ON message (modem, retry_at) WHERE waiting = 1 AND retry_at IS NOT NULL;
        CREATE INDEX message_expiry ON message (expires_at) WHERE waiting = 1 AND expires_at IS NOT NULL;

        CREATE TABLE part (
            message INTEGER NOT NULL REFERENCES message (n) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 255),
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'expired',
                'cancelled', 'uncertain', 'received')),
            pdu TEXT NOT NULL,
            reference INTEGER CHECK (reference BETWEEN 0 AND 255),
            status INTEGER CHECK (status BETWEEN 0 AND 255),
            error_code TEXT,
            error_message TEXT,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            submitted_at INTEGER,
            sent_at INTEGER,
            delivered_at INTEGER,
            timestamp TEXT,
            PRIMARY KEY (message, number),
            CHECK ((error_code IS NULL) = (error_message IS NULL))
        ) WITHOUT ROWID;
        CREATE INDEX part_awaiting ON part (reference, message) WHERE state = 'sent';
        CREATE INDEX part_doubtful ON part (state) WHERE state IN ('sending', 'uncertain');

        CREATE TABLE concatenation (
            peer TEXT PRIMARY KEY,
            reference INTEGER NOT NULL CHECK (reference BETWEEN 0 AND 255)
        ) WITHOUT ROWID;
        """

    /// What came in, byte for byte. The same PDU of the same modem is the same message.
    private static let receptions = """
        CREATE TABLE reception (
            id TEXT PRIMARY KEY CHECK (length(id) = 36),
            modem TEXT NOT NULL,
            pdu TEXT NOT NULL,
            timestamp TEXT,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'repeated')),
            message INTEGER REFERENCES message (n) ON DELETE SET NULL,
            received_at INTEGER NOT NULL,
            UNIQUE (modem, pdu)
        );
        CREATE INDEX reception_waiting ON reception (modem, id) WHERE state = 'waiting';
        CREATE INDEX reception_message ON reception (message) WHERE message IS NOT NULL;

        CREATE TABLE report (
            id INTEGER PRIMARY KEY,
            modem TEXT NOT NULL,
            pdu TEXT NOT NULL,
            reference INTEGER NOT NULL CHECK (reference BETWEEN 0 AND 255),
            recipient TEXT NOT NULL,
            status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 255),
            verdict TEXT NOT NULL CHECK (verdict IN ('delivered', 'pending', 'failed', 'expired')),
            explanation TEXT NOT NULL,
            discharged_at INTEGER,
            received_at INTEGER NOT NULL,
            message INTEGER REFERENCES message (n) ON DELETE SET NULL,
            part INTEGER,
            matched INTEGER NOT NULL DEFAULT 0 CHECK (matched IN (0, 1)),
            UNIQUE (modem, pdu)
        );
        CREATE INDEX report_unmatched ON report (modem, received_at) WHERE matched = 0;
        CREATE INDEX report_message ON report (message) WHERE message IS NOT NULL;
        """

    /// `opened` marks each opening: its number is a place to resume from before anything else happened.
    private static let journal = """
        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (length(kind) > 0),
            body BLOB NOT NULL
        );
        """

    /// A token is known by the SHA-256 of its secret alone.
    private static let access = """
        CREATE TABLE token (
            id TEXT PRIMARY KEY CHECK (length(id) = 36),
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            scopes TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER
        );
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            modem TEXT NOT NULL,
            command TEXT NOT NULL,
            result TEXT NOT NULL,
            duration INTEGER NOT NULL CHECK (duration >= 0)
        );
        """
}
