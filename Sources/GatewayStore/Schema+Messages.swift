// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Schema {
    /// What a message can be asked for and be since version 2.
    ///
    /// `route`: JSON list of the modems that may send it, most wanted first; without it the modem stays.
    /// `hold_…`: why it waits, until `retry_at`. What was received before is taken as read.
    static let messagesForIntegrators = """
        ALTER TABLE message ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9);
        ALTER TABLE message ADD COLUMN send_at INTEGER;
        ALTER TABLE message ADD COLUMN reference TEXT CHECK (length(reference) BETWEEN 1 AND 128);
        ALTER TABLE message ADD COLUMN replace_type INTEGER CHECK (replace_type BETWEEN 1 AND 7);
        ALTER TABLE message ADD COLUMN destination_port INTEGER CHECK (destination_port BETWEEN 0 AND 65535);
        ALTER TABLE message ADD COLUMN source_port INTEGER CHECK (source_port BETWEEN 0 AND 65535);
        ALTER TABLE message ADD COLUMN route TEXT;
        ALTER TABLE message ADD COLUMN wanted_sim TEXT;
        ALTER TABLE message ADD COLUMN hold_code TEXT;
        ALTER TABLE message ADD COLUMN hold_message TEXT CHECK ((hold_code IS NULL) = (hold_message IS NULL));
        ALTER TABLE message ADD COLUMN resends INTEGER NOT NULL DEFAULT 0 CHECK (resends >= 0);
        ALTER TABLE message ADD COLUMN kind TEXT NOT NULL DEFAULT 'message'
            CHECK (kind IN ('message', 'silent', 'message-waiting', 'mms', 'wap-push'));
        ALTER TABLE message ADD COLUMN details BLOB;
        ALTER TABLE message ADD COLUMN read_at INTEGER;
        ALTER TABLE message ADD COLUMN completed_at INTEGER;
        UPDATE message SET read_at = received_at WHERE direction = 'in';
        DROP INDEX message_fresh;
        CREATE INDEX message_fresh ON message (modem, priority DESC, n) WHERE waiting = 1 AND retry_at IS NULL;
        CREATE UNIQUE INDEX message_reference ON message (ifnull(token, ''), reference) WHERE reference IS NOT NULL;
        CREATE INDEX message_unread ON message (peer, n) WHERE direction = 'in' AND read_at IS NULL;
        """
}
