// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GRDB

/// All messages with one other side.
package struct Conversation: Sendable, Equatable {
    /// Number or name.
    package var peer: String
    package var newest: StoredMessage
    package var unread: Int
    /// Ids of the modems of its newest ``GatewayStore/conversationDepth`` messages, latest first.
    package var modems: [String]
}

package struct ConversationPage: Sendable, Equatable {
    package var items: [Conversation]
    package var next: String?
}

extension GatewayStore {
    /// Messages looked at for the modems of a conversation.
    package static let conversationDepth = 50

    /// Conversations, the one with the newest message first.
    ///
    /// - Parameters:
    ///   - unread: only those with unread messages, or only those without.
    ///   - cursor: `next` of the page before. A conversation that goes on meanwhile moves to the top, and is not in the
    ///     pages that follow.
    ///   - limit: 1 … `pageLimit`; other values are brought into that range.
    /// - Throws: `StoreError.Code.invalidCursor`.
    package func conversations(
        unread: Bool? = nil, cursor: String? = nil, limit: Int = 50
    ) async throws -> ConversationPage {
        let limit = min(max(limit, 1), Self.pageLimit)
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let unread { conditions.append(unread ? "unread > 0" : "unread = 0") }
        if let cursor {
            conditions.append("newest < ?")
            arguments += [try Self.position(cursor)]
        }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let found = (condition: "\(condition) ORDER BY newest DESC LIMIT \(limit + 1)", arguments: arguments)
        return try await self.read { try Self.page($0, found.condition, found.arguments, limit: limit) }
    }

    /// `nil` when there is no message to or from `peer`.
    package func conversation(_ peer: String) async throws -> Conversation? {
        try await self.read { try Self.page($0, "peer = ?", [peer], limit: 1).items.first }
    }

    private static func page(
        _ database: Database, _ condition: String, _ arguments: StatementArguments, limit: Int
    ) throws -> ConversationPage {
        let statement = try database.cachedStatement(
            sql: "SELECT peer, newest, unread FROM conversation WHERE \(condition)")
        let rows = try Row.fetchAll(statement, arguments: arguments)
        let shown = rows.prefix(limit)
        let numbers = "[" + shown.map { String($0[1] as Int64) }.joined(separator: ",") + "]"
        let newest = try database.messageRecords("n IN (SELECT value FROM json_each(?))", [numbers])
        let messages = Dictionary(newest.map { ($0.n, $0.message) }, uniquingKeysWith: { first, _ in first })
        let items = try shown.compactMap { row -> Conversation? in
            guard let message = messages[row[1]] else { return nil }
            return Conversation(
                peer: row[0], newest: message, unread: row[2], modems: try self.modems(database, of: row[0]))
        }
        let next = rows.count > limit ? shown.last.map { self.cursor($0[1]) } : nil
        return ConversationPage(items: items, next: next)
    }

    private static func modems(_ database: Database, of peer: String) throws -> [String] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT modem FROM (SELECT modem, n FROM message WHERE peer = ? ORDER BY n DESC LIMIT ?)
                WHERE modem IS NOT NULL GROUP BY modem ORDER BY max(n) DESC
                """)
        return try String.fetchAll(statement, arguments: [peer, self.conversationDepth])
    }
}
