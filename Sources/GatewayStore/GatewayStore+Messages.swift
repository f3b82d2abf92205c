// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

extension GatewayStore {
    /// Most messages of one page.
    package static let pageLimit = 500

    /// Messages newest first. A message that arrives between two pages shifts neither.
    ///
    /// - Parameters:
    ///   - cursor: `next` of the page before.
    ///   - limit: 1 … `pageLimit`; other values are brought into that range.
    /// - Throws: `StoreError` with `invalidCursor`, and for `words` with `invalidSearch` or `indexing`.
    package func messages(
        matching filter: MessageFilter = MessageFilter(), cursor: String? = nil, limit: Int = 50
    ) async throws -> MessagePage {
        let limit = min(max(limit, 1), Self.pageLimit)
        var (conditions, arguments) = filter.sql
        if let cursor {
            conditions.append(filter.words == nil ? "n < ?" : "message_search.rowid < ?")
            arguments += [try Self.position(cursor)]
        }
        var source = filter.source
        if let words = filter.words {
            guard let expression = SearchQuery.expression(words) else { throw Self.invalidSearch }
            try await self.completeIndex()
            // In the order of the index's own numbers: a page ends as soon as it is full.
            source = "message_search CROSS JOIN message ON n = message_search.rowid"
            conditions.insert("message_search MATCH ?", at: 0)
            arguments = [expression] + arguments
        }
        let order = filter.words == nil ? "n" : "message_search.rowid"
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let found = (
            condition: "\(condition) ORDER BY \(order) DESC LIMIT \(limit + 1)", arguments: arguments, source: source
        )
        let records = try await self.read {
            try $0.messageRecords(found.condition, found.arguments, from: found.source)
        }
        let page = records.prefix(limit)
        let next = records.count > limit ? page.last.map { Self.cursor($0.n) } : nil
        return MessagePage(items: page.map(\.message), next: next)
    }

    package func message(id: String) async throws -> StoredMessage? {
        try await self.read { try $0.messageRecords("id = ?", [id]).first?.message }
    }

    /// Opaque to clients; the letter leaves room for another order.
    static func cursor(_ n: Int64) -> String { "n" + String(n, radix: 36) }

    private static let invalidSearch = StoreError(
        .invalidSearch,
        "Search for one to \(SearchQuery.maximumWords) words, \(SearchQuery.maximumLength) characters together.")

    static func position(_ cursor: String) throws -> Int64 {
        guard cursor.hasPrefix("n"), let n = Int64(cursor.dropFirst(), radix: 36), n > 0 else {
            throw StoreError(
                .invalidCursor, "The cursor is not one of this list; take `next` of the answer before, or leave it out."
            )
        }
        return n
    }
}

extension MessageFilter {
    fileprivate var sql: (conditions: [String], arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        add("direction = ?", self.direction?.rawValue)
        add("state = ?", self.state?.rawValue)
        add("modem = ?", self.modem)
        add("peer = ?", self.peer)
        add("batch = ?", self.batch)
        add("created_at >= ?", self.since?.microseconds)
        add("created_at < ?", self.until?.microseconds)
        add("text LIKE ? ESCAPE '\\'", self.text.map(Self.pattern))
        add("kind = ?", self.kind?.rawValue)
        // Said once more, as the index of what is rare has it.
        if let kind, kind != .message { conditions.append("kind <> 'message'") }
        if let isUnread { conditions.append("direction = 'in' AND read_at IS \(isUnread ? "" : "NOT ")NULL") }
        if self.hidesSilent { conditions.append("kind <> 'silent'") }
        return (conditions, arguments)
    }

    /// The table, and for what is unread the index by name: by itself SQLite takes the one of the direction, and looks
    /// through a million messages for the few unread.
    fileprivate var source: String {
        guard self.isUnread == true, self.direction != .outgoing else { return "message" }
        return "message INDEXED BY " + (self.peer == nil ? "message_unread_all" : "message_unread")
    }

    private static func pattern(_ text: String) -> String {
        var pattern = "%"
        for character in text {
            if "%_\\".contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }
}
