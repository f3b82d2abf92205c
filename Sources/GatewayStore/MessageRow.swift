// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GRDB

/// A row of `message` with its parts.
struct MessageRecord: Sendable {
    var n: Int64
    var message: StoredMessage
    /// A status report was asked for.
    var report: Bool

    /// The text as octets: read as a text it would end at its first U+0000, which a message may well contain.
    static let columns = """
        n, id, direction, peer, own, modem, state, CAST(text AS BLOB), data, encoding, error_code, error_message, created_at, \
        sent_at, delivered_at, received_at, expires_at, retry_at, batch, token, message_class, incomplete, report, \
        priority, send_at, reference, replace_type, destination_port, source_port, route, wanted_sim, hold_code, \
        hold_message, resends, kind, details, read_at, completed_at
        """
    static let partColumns = """
        message, number, state, pdu, reference, status, error_code, error_message, attempts, submitted_at, sent_at, \
        delivered_at, timestamp
        """

    /// - Parameter row: the columns of `columns`, in that order; the parts come later.
    init(_ row: Row) throws {
        self.n = row[0]
        self.report = row[22]
        var message = StoredMessage(
            id: row[1], direction: try Self.value(row, 2), peer: row[3], state: try Self.value(row, 6),
            createdAt: Date(microseconds: row[12]))
        message.own = row[4]
        message.modem = row[5]
        let text: Data? = row[7]
        message.text = text.map { String(decoding: $0, as: UTF8.self) }
        message.data = row[8]
        message.encoding = row[9]
        message.error = Self.error(row, 10)
        message.sentAt = Self.date(row, 13)
        message.deliveredAt = Self.date(row, 14)
        message.receivedAt = Self.date(row, 15)
        message.expiresAt = Self.date(row, 16)
        message.retryAt = Self.date(row, 17)
        message.batch = row[18]
        message.token = row[19]
        message.messageClass = row[20]
        message.incomplete = row[21]
        try Self.readOrder(row, into: &message)
        self.message = message
    }

    private static func readOrder(_ row: Row, into message: inout StoredMessage) throws {
        message.priority = row[23]
        message.sendAt = Self.date(row, 24)
        message.reference = row[25]
        message.replaceType = row[26]
        let destination: Int? = row[27]
        message.ports = destination.map { MessagePorts(destination: $0, source: row[28] ?? 0) }
        message.route = try Self.json(row, 29)
        message.wantedSIM = row[30]
        message.hold = Self.error(row, 31)
        message.resends = row[33]
        message.kind = try Self.value(row, 34)
        message.details = try Self.json(row, 35)
        message.readAt = Self.date(row, 36)
        message.completedAt = Self.date(row, 37)
    }

    private static func json<Value: Decodable>(_ row: Row, _ index: Int) throws -> Value? {
        let text: Data? = row[index]
        return try text.map { try JSONDecoder().decode(Value.self, from: $0) }
    }

    static func part(_ row: Row) throws -> StoredPart {
        var part = StoredPart(number: row[1], state: try Self.value(row, 2), pdu: row[3])
        part.reference = row[4]
        part.status = row[5]
        part.error = Self.error(row, 6)
        part.attempts = row[8]
        part.submittedAt = Self.date(row, 9)
        part.sentAt = Self.date(row, 10)
        part.deliveredAt = Self.date(row, 11)
        part.timestamp = row[12]
        return part
    }

    /// The CHECKs of the table keep other texts out; a database edited by hand must not trap the daemon.
    private static func value<Value: RawRepresentable<String>>(_ row: Row, _ index: Int) throws -> Value {
        let text: String = row[index]
        guard let value = Value(rawValue: text) else {
            throw StoreError(.corrupt, "The database holds “\(text)” where \(Value.self) is expected.")
        }
        return value
    }

    private static func date(_ row: Row, _ index: Int) -> Date? {
        let microseconds: Int64? = row[index]
        return microseconds.map { Date(microseconds: $0) }
    }

    private static func error(_ row: Row, _ index: Int) -> StoredError? {
        let code: String? = row[index]
        let message: String? = row[index + 1]
        guard let code, let message else { return nil }
        return StoredError(code: code, message: message)
    }
}

extension Database {
    /// Messages that `condition` selects, with their parts.
    ///
    /// - Parameter source: `message`, or a join that has it.
    func messageRecords(
        _ condition: String, _ arguments: StatementArguments, from source: String = "message"
    ) throws -> [MessageRecord] {
        let statement = try self.cachedStatement(
            sql: "SELECT \(MessageRecord.columns) FROM \(source) WHERE \(condition)")
        var records: [MessageRecord] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { records.append(try MessageRecord(row)) }
        if records.count == 1 {
            records[0].message.parts = try self.parts(of: records[0].n)
        } else if !records.isEmpty {
            try self.addParts(to: &records)
        }
        return records
    }

    func messageRecord(_ n: Int64) throws -> MessageRecord {
        guard let record = try self.messageRecords("n = ?", [n]).first else {
            throw StoreError(.notFound, "There is no message with number \(n).")
        }
        return record
    }

    private func parts(of n: Int64) throws -> [StoredPart] {
        let statement = try self.cachedStatement(
            sql: "SELECT \(MessageRecord.partColumns) FROM part WHERE message = ? ORDER BY number")
        var parts: [StoredPart] = []
        let rows = try Row.fetchCursor(statement, arguments: [n])
        while let row = try rows.next() { parts.append(try MessageRecord.part(row)) }
        return parts
    }

    private func addParts(to records: inout [MessageRecord]) throws {
        var indices: [Int64: Int] = [:]
        for (index, record) in records.enumerated() { indices[record.n] = index }
        let numbers = "[" + records.map { String($0.n) }.joined(separator: ",") + "]"
        let statement = try self.cachedStatement(
            sql: """
                SELECT \(MessageRecord.partColumns) FROM part
                WHERE message IN (SELECT value FROM json_each(?)) ORDER BY message, number
                """)
        let rows = try Row.fetchCursor(statement, arguments: [numbers])
        while let row = try rows.next() {
            guard let index = indices[row[0]] else { continue }
            records[index].message.parts.append(try MessageRecord.part(row))
        }
    }
}
