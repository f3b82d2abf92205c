// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// A piece of the list of those who opted out, oldest first.
package struct OptOutPage: Sendable, Equatable {
    package var items: [OptOut]
    /// Where the next piece begins; `nil` at the end.
    package var next: String?
}

extension GatewayStore {
    /// Sets what opts out and in from now on.
    ///
    /// - Parameters:
    ///   - isGlobal: an opt-out is from all SIMs, not only from the one that received it.
    ///   - confirms: an opt-out is answered once.
    package func setOptOutWords(_ words: [OptOutWord], isGlobal: Bool, confirms: Bool) async throws {
        try await self.write { transaction in
            try transaction.database.execute(sql: "DELETE FROM opt_out_word")
            let statement = try transaction.database.cachedStatement(
                sql: """
                    INSERT INTO opt_out_word (word, action, language, is_global, confirms) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (word) DO NOTHING
                    """)
            for word in words where !word.word.isEmpty {
                try statement.execute(arguments: [
                    word.word, word.action.rawValue, word.language, isGlobal, confirms && word.action == .stop,
                ])
            }
        }
    }

    /// - Parameters:
    ///   - peer: only those of this number, in whatever spelling; they are few, and come at once.
    ///   - limit: 1 … `pageLimit`; other values are brought into that range.
    /// - Throws: `StoreError.Code.invalidCursor`.
    package func optOuts(of peer: String? = nil, cursor: String? = nil, limit: Int = 50) async throws -> OptOutPage {
        if let cursor, UUID(uuidString: cursor) == nil {
            throw StoreError(
                .invalidCursor, "The cursor is not one of this list; take `next` of the answer before, or leave it out."
            )
        }
        let limit = min(max(limit, 1), Self.pageLimit)
        return try await self.read { database in
            if let peer { return OptOutPage(items: try database.optOuts(of: peer), next: nil) }
            let rows = try Row.fetchAll(
                database, sql: "SELECT \(OptOut.columns) FROM opt_out WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [cursor?.lowercased() ?? "", limit + 1])
            let items = rows.prefix(limit).map(OptOut.init)
            return OptOutPage(items: items, next: rows.count > limit ? items.last?.id : nil)
        }
    }

    /// - Parameter place: `nil` is every SIM.
    /// - Returns: the entry; the one that was there, when it says the same.
    package func addOptOut(_ peer: String, at place: OptOutPlace) async throws -> OptOut {
        let now = self.now().storable
        var entry = OptOut(id: MessageID.make(at: now), peer: peer, isGlobal: place == .everywhere, createdAt: now)
        switch place {
        case .everywhere: break
        case .modem(let place):
            entry.modem = place.modem
            entry.sim = place.sim
        case .sim(let iccid): entry.sim = iccid
        }
        let added = entry
        return try await self.write { try $0.add(added, confirms: false) }
    }

    /// Removes the entry with this id, or all of this number.
    ///
    /// - Throws: `StoreError` with `notFound`.
    package func removeOptOuts(_ name: String) async throws -> [OptOut] {
        try await self.write { transaction in
            var entries = try Row.fetchAll(
                transaction.database, sql: "SELECT \(OptOut.columns) FROM opt_out WHERE id = ?",
                arguments: [name.lowercased()]
            ).map(OptOut.init)
            if entries.isEmpty { entries = try transaction.database.optOuts(of: name) }
            guard !entries.isEmpty else {
                throw StoreError(.notFound, "Nobody of that id or number has opted out. GET /api/opt-outs lists them.")
            }
            for entry in entries {
                try transaction.database.execute(sql: "DELETE FROM opt_out WHERE id = ?", arguments: [entry.id])
            }
            return entries
        }
    }

    /// Opt-outs that are to be answered, some at a time.
    package func unconfirmedOptOuts() async throws -> [OptOut] {
        try await self.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(OptOut.columns) FROM opt_out WHERE confirmation = 'due' ORDER BY id LIMIT 100"
            ).map(OptOut.init)
        }
    }

    /// Answers an opt-out, once: the answer is stored and the entry marked in one transaction.
    ///
    /// - Parameter draft: `nil` when it cannot be answered.
    /// - Returns: the answer that waits to be sent; `nil` when there is none, or there was one before.
    package func confirmOptOut(
        _ entry: OptOut, with draft: OutgoingDraft?, own: String?
    ) async throws -> StoredMessage? {
        let now = self.now().storable
        return try await self.write { transaction in
            let mark = try transaction.database.cachedStatement(
                sql: "UPDATE opt_out SET confirmation = ? WHERE id = ? AND confirmation = 'due'")
            let isDue = try Bool.fetchOne(
                transaction.database,
                sql: "SELECT EXISTS (SELECT 1 FROM opt_out WHERE id = ? AND confirmation = 'due')",
                arguments: [entry.id])
            guard isDue == true, var draft, let modem = entry.modem else {
                try mark.execute(arguments: [nil, entry.id])
                return nil
            }
            draft.wantedSIM = entry.sim
            let own = own.map { [modem: $0] } ?? [:]
            let message = try transaction.accept(draft, .named(modem), own: own, at: now)
            try mark.execute(arguments: [message.id, entry.id])
            return message
        }
    }

    /// Those of these numbers that want no message by any of these SIMs.
    package func optedOut(_ peers: [String], from places: [SendingPlace]) async throws -> Set<String> {
        try await self.read { database in
            guard try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM opt_out)") ?? false else { return [] }
            var found: Set<String> = []
            for peer in Set(peers) {
                let entries = try database.optOuts(of: peer)
                if entries.contains(where: { entry in places.contains(where: entry.concerns) }) { found.insert(peer) }
            }
            return found
        }
    }
}

/// What an entry made by hand is about.
package enum OptOutPlace: Sendable, Equatable {
    case everywhere
    case modem(SendingPlace)
    /// ICCID.
    case sim(String)
}
