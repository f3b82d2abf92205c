// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension Schema {
    /// What receiving, reading and looking up need since version 2.
    ///
    /// `indication`: which messages wait at the operator, as the network said last; `network_time` is TP-SCTS in
    /// seconds since 1970.
    static let inbox = """
        CREATE INDEX message_incomplete ON message (modem, peer, n) WHERE incomplete = 1;
        CREATE INDEX message_unread_all ON message (n) WHERE direction = 'in' AND read_at IS NULL;
        CREATE INDEX message_kind ON message (kind, n) WHERE kind <> 'message';
        CREATE INDEX reception_orphan ON reception (received_at) WHERE message IS NULL AND state <> 'waiting';
        CREATE INDEX report_orphan ON report (received_at) WHERE message IS NULL;
        CREATE TABLE indication (
            modem TEXT NOT NULL,
            kind TEXT NOT NULL,
            active INTEGER NOT NULL CHECK (active IN (0, 1)),
            count INTEGER CHECK (count BETWEEN 0 AND 255),
            network_time INTEGER,
            changed_at INTEGER NOT NULL,
            message TEXT NOT NULL,
            PRIMARY KEY (modem, kind)
        ) WITHOUT ROWID;
        """

    /// One row for each other side, kept by triggers, so that the view costs the same with ten messages and a million.
    ///
    /// `newest` is the number of its newest message. What nobody sent (undecodable) and what is not to be shown (silent)
    /// is in no conversation.
    static let conversations = """
        CREATE TABLE conversation (
            peer TEXT PRIMARY KEY CHECK (peer <> ''),
            newest INTEGER NOT NULL,
            unread INTEGER NOT NULL DEFAULT 0 CHECK (unread >= 0)
        ) WITHOUT ROWID;
        INSERT INTO conversation (peer, newest, unread)
            SELECT peer, max(n), sum(direction = 'in' AND read_at IS NULL) FROM message
            WHERE peer <> '' AND kind <> 'silent' GROUP BY peer;
        CREATE INDEX conversation_newest ON conversation (newest);
        CREATE INDEX conversation_unread ON conversation (newest) WHERE unread > 0;

        CREATE TRIGGER conversation_insert AFTER INSERT ON message WHEN NEW.peer <> '' AND NEW.kind <> 'silent'
        BEGIN
            INSERT INTO conversation (peer, newest, unread)
                VALUES (NEW.peer, NEW.n, NEW.direction = 'in' AND NEW.read_at IS NULL)
                ON CONFLICT (peer) DO UPDATE SET newest = excluded.newest, unread = unread + excluded.unread;
        END;
        CREATE TRIGGER conversation_read AFTER UPDATE OF read_at ON message
        WHEN NEW.direction = 'in' AND NEW.peer <> '' AND NEW.kind <> 'silent'
            AND (OLD.read_at IS NULL) <> (NEW.read_at IS NULL)
        BEGIN
            UPDATE conversation SET unread = unread + CASE WHEN NEW.read_at IS NULL THEN 1 ELSE -1 END
            WHERE peer = NEW.peer;
        END;
        CREATE TRIGGER conversation_delete AFTER DELETE ON message WHEN OLD.peer <> '' AND OLD.kind <> 'silent'
        BEGIN
            UPDATE conversation SET
                unread = unread - (OLD.direction = 'in' AND OLD.read_at IS NULL),
                newest = CASE WHEN newest <> OLD.n THEN newest ELSE ifnull(
                    (SELECT n FROM message WHERE peer = OLD.peer AND kind <> 'silent' ORDER BY n DESC LIMIT 1), 0) END
            WHERE peer = OLD.peer;
            DELETE FROM conversation WHERE peer = OLD.peer AND newest = 0;
        END;
        """

    /// Full-text index of the texts. It runs behind the messages (``GatewayStore/indexTexts(limit:)``), since writing it
    /// with each message would cost a third of the accepts; `indexed` is the number it has come to.
    ///
    /// The index keeps no text of its own: what leaves it must be told what it was.
    static let search = """
        CREATE VIRTUAL TABLE message_search USING fts5 (
            words, content = '', tokenize = 'unicode61 remove_diacritics 2');
        CREATE TABLE search_progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            indexed INTEGER NOT NULL
        );
        INSERT INTO search_progress (id, indexed) VALUES (1, 0);

        CREATE TRIGGER search_delete AFTER DELETE ON message
        WHEN OLD.text IS NOT NULL AND OLD.n <= (SELECT indexed FROM search_progress)
        BEGIN
            INSERT INTO message_search (message_search, rowid, words) VALUES ('delete', OLD.n, OLD.text);
        END;
        CREATE TRIGGER search_update AFTER UPDATE OF text ON message
        WHEN OLD.text IS NOT NEW.text AND OLD.n <= (SELECT indexed FROM search_progress)
        BEGIN
            INSERT INTO message_search (message_search, rowid, words)
                SELECT 'delete', OLD.n, OLD.text WHERE OLD.text IS NOT NULL;
            INSERT INTO message_search (rowid, words) SELECT NEW.n, NEW.text WHERE NEW.text IS NOT NULL;
        END;
        """
}
