// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Schema {
    /// Requests that were accepted under a key, with the answer they got.
    static let idempotency = """
        CREATE TABLE idempotency (
            id INTEGER PRIMARY KEY,
            token TEXT NOT NULL,
            key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            answer BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (token, key)
        );
        CREATE INDEX idempotency_age ON idempotency (created_at);
        """
}
