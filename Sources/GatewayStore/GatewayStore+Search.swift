// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GRDB

extension GatewayStore {
    /// Texts indexed in one transaction: some milliseconds, for which those wait who write at that moment.
    package static let indexingBatch = 100
    /// A search first indexes what is missing, up to this many messages; with more it is refused for the time being.
    static let indexingBacklog: Int64 = 20_000

    /// Brings the full-text index further towards the newest message.
    ///
    /// - Returns: `true` when there may be more to do.
    package func indexTexts(limit: Int = GatewayStore.indexingBatch) async throws -> Bool {
        // Without a message that is new, nothing is written: an idle gateway leaves the disk alone.
        guard try await self.read({ try Self.unindexed($0) }) > 0 else { return false }
        return try await self.write { transaction in
            let database = transaction.database
            let indexed = try Self.indexed(database)
            let numbers = try Int64.fetchAll(
                database, sql: "SELECT n FROM message WHERE n > ? ORDER BY n LIMIT ?", arguments: [indexed, limit])
            guard let last = numbers.last else { return false }
            try database.execute(
                sql: """
                    INSERT INTO message_search (rowid, words)
                    SELECT n, text FROM message WHERE n > ? AND n <= ? AND text IS NOT NULL ORDER BY n
                    """, arguments: [indexed, last])
            try database.execute(sql: "UPDATE search_progress SET indexed = ?", arguments: [last])
            return numbers.count == limit
        }
    }

    /// Makes the index complete, so that a search finds what was stored before it.
    ///
    /// - Throws: `StoreError` with `indexing` when that would take long: after an update of an old database.
    func completeIndex() async throws {
        let backlog = try await self.read { try Self.unindexed($0) }
        guard backlog <= Self.indexingBacklog else {
            throw StoreError(
                .indexing, "The search index is being built, about \(backlog) messages are left. Try again in a minute."
            )
        }
        // No more than there were at the start: messages that keep coming do not keep a search waiting.
        var left = backlog
        while left > 0, try await self.indexTexts() { left -= Int64(Self.indexingBatch) }
    }

    private static func indexed(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(try database.cachedStatement(sql: "SELECT indexed FROM search_progress")) ?? 0
    }

    /// About how many messages are not indexed: numbers of deleted ones count.
    private static func unindexed(_ database: Database) throws -> Int64 {
        let newest = try Int64.fetchOne(try database.cachedStatement(sql: "SELECT max(n) FROM message")) ?? 0
        return max(0, newest - (try self.indexed(database)))
    }
}

/// What a person looks for, in the grammar of FTS5.
package enum SearchQuery {
    /// Words of one query, and scalars: FTS5 nests an expression for each word and has an end to that.
    package static let maximumWords = 16
    package static let maximumLength = 200

    /// Every word becomes a quoted string, in which nothing but the quote means anything, and matches as a prefix.
    ///
    /// - Returns: `nil` when there is no word or too much of them.
    package static func expression(_ text: String) -> String? {
        guard text.unicodeScalars.count <= self.maximumLength else { return nil }
        // SQLite reads the expression up to a NUL, and would miss the closing quote.
        let words = text.unicodeScalars.split { $0.properties.isWhitespace || $0.value < 32 }
        guard !words.isEmpty, words.count <= self.maximumWords else { return nil }
        return words.map { "\"" + String($0).replacing("\"", with: "\"\"") + "\"*" }.joined(separator: " ")
    }
}
