// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Schema {
    /// Targets of webhooks, and what each is still to be told or was told.
    ///
    /// `topics`: names of `EventTopic` with blanks between them; NULL: all. `timeout`: seconds; NULL: as configured.
    ///
    /// `delivery.state`: `pending` is tried when `due_at` has come; `blocked` waits for an earlier one of its
    /// conversation. `since`: from when on its age counts. `event`: the event as the journal has it; `sent`: the octets
    /// that were sent, kept after the first attempt that failed, so that a later version of the program repeats them.
    static let webhooks = """
        CREATE TABLE webhook (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
            name TEXT CHECK (length(name) BETWEEN 1 AND 64),
            url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
            topics TEXT,
            secret TEXT NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            disabled_reason TEXT,
            timeout INTEGER CHECK (timeout BETWEEN 1 AND 60),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            CHECK (enabled = 0 OR disabled_reason IS NULL)
        );
        CREATE TABLE delivery (
            n INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
            webhook INTEGER NOT NULL REFERENCES webhook (n) ON DELETE CASCADE,
            topic TEXT NOT NULL,
            conversation TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('blocked', 'pending', 'delivered', 'dead')),
            time INTEGER NOT NULL,
            event BLOB NOT NULL,
            sent BLOB,
            since INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            attempted_at INTEGER,
            finished_at INTEGER,
            status INTEGER,
            error_code TEXT,
            error_message TEXT,
            excerpt TEXT,
            CHECK ((state IN ('delivered', 'dead')) = (finished_at IS NOT NULL)),
            CHECK ((error_code IS NULL) = (error_message IS NULL))
        );
        CREATE INDEX delivery_webhook ON delivery (webhook, n);
        CREATE INDEX delivery_due ON delivery (webhook, due_at, n) WHERE state = 'pending';
        CREATE INDEX delivery_open ON delivery (webhook, conversation, n) WHERE state IN ('pending', 'blocked');
        CREATE INDEX delivery_finished ON delivery (state, finished_at) WHERE state IN ('delivered', 'dead');
        """
}
