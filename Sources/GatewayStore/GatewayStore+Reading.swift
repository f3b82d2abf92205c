// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// What marking a conversation as read did.
package struct ConversationReading: Sendable, Equatable {
    /// Messages that were unread before.
    package var marked: Int
    /// Messages that still are.
    package var unread: Int

    package init(marked: Int, unread: Int) {
        self.marked = marked
        self.unread = unread
    }
}

extension GatewayStore {
    /// Marks a received message as read or unread. Without a change nothing is told.
    ///
    /// - Throws: `StoreError` with `notFound`, or `notReceived` for an outgoing message.
    package func mark(id: String, read isRead: Bool) async throws -> StoredMessage {
        let now = self.now().storable
        return try await self.write { transaction in
            guard let record = try transaction.database.messageRecords("id = ?", [id]).first else {
                throw StoreError(.notFound, "There is no message \(id).")
            }
            guard record.message.direction == .incoming else {
                throw StoreError(.notReceived, "The message goes out; only received messages are read or unread.")
            }
            guard (record.message.readAt != nil) != isRead else { return record.message }
            return try transaction.mark(record, readAt: isRead ? now : nil, at: now)
        }
    }

    /// Marks what was received from `peer` as read, oldest first, in transactions of some hundred messages.
    ///
    /// - Parameter last: id of the newest message to be marked, normally the last that was shown; `nil`: all.
    /// - Returns: `nil` when there is no such conversation.
    /// - Throws: `StoreError` with `notFound` when `last` is no message of the conversation.
    package func markConversation(_ peer: String, upTo last: String? = nil) async throws -> ConversationReading? {
        let now = self.now().storable
        guard let bound = try await self.bound(of: peer, last) else { return nil }
        var reading = ConversationReading(marked: 0, unread: 0)
        while true {
            let marked = try await self.write { try $0.markRead(peer, upTo: bound, at: now) }
            reading.marked += marked
            if marked < Transaction.readingBatch { break }
        }
        reading.unread = try await self.conversation(peer)?.unread ?? 0
        return reading
    }

    /// Number of the newest message to be marked; `nil` without such a conversation.
    private func bound(of peer: String, _ last: String?) async throws -> Int64? {
        try await self.read { database in
            let newest = try Int64.fetchOne(
                database, sql: "SELECT newest FROM conversation WHERE peer = ?", arguments: [peer])
            guard newest != nil, let last else { return newest }
            let n = try Int64.fetchOne(
                database, sql: "SELECT n FROM message WHERE id = ? AND peer = ?", arguments: [last, peer])
            guard let n else {
                throw StoreError(.notFound, "The conversation has no message \(last); take the id of one shown in it.")
            }
            return n
        }
    }
}

extension Transaction {
    static let readingBatch = 500

    fileprivate func mark(_ record: MessageRecord, readAt: Date?, at now: Date) throws -> StoredMessage {
        var message = record.message
        message.readAt = readAt
        let statement = try self.database.cachedStatement(sql: "UPDATE message SET read_at = ? WHERE n = ?")
        try statement.execute(arguments: [readAt?.microseconds, record.n])
        try self.tell(message, at: now)
        return message
    }

    /// - Returns: how many; one event tells of them all and names the newest.
    fileprivate func markRead(_ peer: String, upTo bound: Int64, at now: Date) throws -> Int {
        let unread = try self.database.cachedStatement(
            sql: """
                SELECT n FROM message INDEXED BY message_unread
                WHERE direction = 'in' AND read_at IS NULL AND peer = ? AND n <= ? ORDER BY n LIMIT ?
                """)
        let numbers = try Int64.fetchAll(unread, arguments: [peer, bound, Self.readingBatch])
        guard let newest = numbers.last else { return 0 }
        let statement = try self.database.cachedStatement(sql: "UPDATE message SET read_at = ? WHERE n = ?")
        for n in numbers { try statement.execute(arguments: [now.microseconds, n]) }
        try self.tell(try self.database.messageRecord(newest).message, at: now)
        return numbers.count
    }

    fileprivate func tell(_ message: StoredMessage, at now: Date) throws {
        try self.append(
            .messageStatus, body: try MessageEncoder.encode(message), at: now, conversation: message.peer)
    }
}
