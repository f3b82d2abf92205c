// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension Transaction {
    /// Remembers by which SIM somebody wrote, and whether they asked for no more messages or for some again. In the
    /// transaction that shows the message, so that neither is without the other.
    func considerOptOut(_ message: StoredMessage) throws {
        guard message.direction == .incoming, !message.peer.isEmpty, let modem = message.modem else { return }
        let sim = try self.database.sim(inModem: modem)
        let received = message.receivedAt ?? message.createdAt
        try self.database.cachedStatement(
            sql: """
                INSERT INTO last_received (peer, tail, modem, sim, received_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (peer) DO UPDATE SET modem = excluded.modem, sim = excluded.sim,
                    received_at = excluded.received_at
                """
        ).execute(arguments: [message.peer, AddressMatch.key(message.peer), modem, sim, received.microseconds])
        guard message.kind == .message, let text = message.text, !message.incomplete else { return }
        let word = OptOutWord.normalised(text)
        guard !word.isEmpty else { return }
        let row = try Row.fetchOne(
            try self.database.cachedStatement(
                sql: "SELECT action, language, is_global, confirms FROM opt_out_word WHERE word = ?"),
            arguments: [word])
        guard let row, let action = OptOutWord.Action(rawValue: row[0]) else { return }
        let place = SendingPlace(modem: modem, sim: sim)
        switch action {
        case .start: try self.optIn(message.peer, at: place)
        case .stop:
            var entry = OptOut(
                id: MessageID.make(at: received), peer: message.peer, isGlobal: row[2], createdAt: received.storable)
            entry.modem = modem
            entry.sim = sim
            entry.word = word
            entry.language = row[1]
            try self.add(entry, confirms: row[3])
        }
    }

    /// Adds an entry unless there is one that says the same.
    ///
    /// - Returns: the entry that holds now.
    @discardableResult
    func add(_ entry: OptOut, confirms: Bool) throws -> OptOut {
        let same = try self.database.optOuts(of: entry.peer).first { known in
            known.isGlobal == entry.isGlobal
                && (entry.isGlobal || known.concerns(SendingPlace(modem: entry.modem ?? "", sim: entry.sim)))
        }
        if let same { return same }
        try self.database.cachedStatement(
            sql: """
                INSERT INTO opt_out (id, peer, tail, is_global, modem, sim, word, language, confirmation, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.id, entry.peer, AddressMatch.key(entry.peer), entry.isGlobal, entry.modem, entry.sim, entry.word,
            entry.language, confirms ? "due" : nil, entry.createdAt.microseconds,
        ])
        return entry
    }

    /// START undoes what concerns the SIM it was sent to, and what concerns all.
    private func optIn(_ peer: String, at place: SendingPlace) throws {
        for entry in try self.database.optOuts(of: peer) where entry.concerns(place) {
            try self.database.execute(sql: "DELETE FROM opt_out WHERE id = ?", arguments: [entry.id])
        }
    }

    /// Whether the recipient wants no message by any SIM that may send this one.
    ///
    /// By any: who wrote STOP to one SIM must not get the message from another because that one stood in for it. Only
    /// a message for one named modem or SIM is judged by that alone.
    func isOptedOut(_ message: StoredMessage, modem: String, sim: String?) throws -> Bool {
        let entries = try self.database.optOuts(of: message.peer)
        if entries.isEmpty || entries.contains(where: { $0.confirmation == message.id }) { return false }
        let places = try Set([modem] + (message.route ?? [])).map { place in
            SendingPlace(
                modem: place, sim: place == modem && sim != nil ? sim : try self.database.sim(inModem: place))
        }
        return entries.contains { entry in places.contains(where: entry.concerns) }
    }
}

extension OptOut {
    static let columns = "id, peer, is_global, modem, sim, word, language, created_at, confirmation"

    init(_ row: Row) {
        self.init(
            id: row[0], peer: row[1], isGlobal: row[2], modem: row[3], sim: row[4], word: row[5], language: row[6],
            createdAt: Date(microseconds: row[7]), confirmation: row[8])
    }

    /// By ICCID where both know it, since the SIM may move; otherwise by modem.
    func concerns(_ place: SendingPlace) -> Bool {
        if self.isGlobal { return true }
        if let sim = self.sim, let other = place.sim { return sim == other }
        return self.modem == place.modem
    }
}

extension Database {
    /// Entries of one number, in whatever spelling.
    func optOuts(of peer: String) throws -> [OptOut] {
        let statement = try self.cachedStatement(
            sql: "SELECT \(OptOut.columns) FROM opt_out WHERE tail = ? ORDER BY id")
        return try Row.fetchAll(statement, arguments: [AddressMatch.key(peer)]).map(OptOut.init)
            .filter { AddressMatch.same($0.peer, peer) }
    }
}
