// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Schema {
    /// The last balance query of each modem. `sim`: ICCID of the card it was about. `asked_at` is written before the
    /// network is asked, so that a gateway that is killed and started again and again does not ask each time.
    static let balances = """
        CREATE TABLE balance (
            modem TEXT PRIMARY KEY,
            code TEXT NOT NULL,
            sim TEXT,
            asked_at INTEGER NOT NULL,
            amount TEXT,
            text TEXT,
            at INTEGER,
            problem TEXT,
            CHECK ((amount IS NULL) = (at IS NULL) AND (amount IS NULL) = (text IS NULL))
        ) WITHOUT ROWID;
        """
}
