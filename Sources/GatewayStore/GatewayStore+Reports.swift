// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// An SMS-STATUS-REPORT as it came in, decoded.
package struct ReceivedReport: Sendable, Equatable {
    package enum Verdict: String, Sendable { case delivered, pending, failed, expired }

    package var modem: String
    /// As the modem printed it.
    package var pdu: String
    /// TP-Message-Reference.
    package var reference: UInt8
    /// TP-Recipient-Address.
    package var recipient: String
    /// TP-Status, TS 23.040 §9.2.3.15.
    package var status: UInt8
    package var verdict: Verdict
    /// TP-Status in words.
    package var explanation: String
    /// TP-Discharge-Time, when it makes sense.
    package var dischargedAt: Date?

    package init(
        modem: String, pdu: String, reference: UInt8, recipient: String, status: UInt8, verdict: Verdict,
        explanation: String
    ) {
        self.modem = modem
        self.pdu = pdu
        self.reference = reference
        self.recipient = recipient
        self.status = status
        self.verdict = verdict
        self.explanation = explanation
    }
}

package enum ReportOutcome: Sendable, Equatable {
    case matched(messageID: String)
    /// Stored until the outcome of a part that the modem has at this moment is known: it may be that part's.
    case held
    /// Stored, and counted in `StoreHealth.unmatchedReports`.
    case unmatched
    /// The same report, octet for octet, is stored already.
    case repeated
}

extension GatewayStore {
    /// A part that has waited longer than this for its report gets none any more: TP-MR has only 256 values.
    static let reportWindow: TimeInterval = 14 * 86_400

    /// Stores a status report and brings the part it is about up to date.
    package func receive(_ report: ReceivedReport) async throws -> ReportOutcome {
        let now = self.now().storable
        return try await self.write { transaction in
            guard let id = try transaction.insert(report, at: now) else { return .repeated }
            guard try !transaction.isInFlight(report, at: now) else { return .held }
            guard let match = try transaction.match(report, at: now) else { return .unmatched }
            let message = try transaction.apply(report, id: id, to: match, at: now, receivedAt: now)
            return .matched(messageID: message.id)
        }
    }
}

extension Transaction {
    struct PartPlace: Equatable {
        var n: Int64
        var number: Int
    }

    /// - Returns: the row's id, `nil` when the report is there already.
    func insert(_ report: ReceivedReport, at now: Date) throws -> Int64? {
        let statement = try self.database.cachedStatement(
            sql: """
                INSERT INTO report (modem, pdu, reference, recipient, status, verdict, explanation, discharged_at,
                    received_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (modem, pdu) DO NOTHING
                """)
        try statement.execute(arguments: [
            report.modem, report.pdu, report.reference, report.recipient, report.status, report.verdict.rawValue,
            report.explanation, report.dischargedAt?.microseconds, now.microseconds,
        ])
        return self.database.changesCount == 0 ? nil : self.database.lastInsertedRowID
    }

    /// Has the modem a part to this address whose reference is not known yet?
    ///
    /// A report may overtake the modem's own `+CMGS`. An older part with the same reference may wait still, since
    /// TP-MR has only 256 values: matched now, the report would settle the wrong one.
    func isInFlight(_ report: ReceivedReport, at now: Date) throws -> Bool {
        try !self.open(report, "part.state = 'sending'", at: now).isEmpty
    }

    /// The part a report is about: the newest that waits with its modem, reference and address; else the one part of
    /// unknown outcome, if nothing else to that address is open.
    func match(_ report: ReceivedReport, at now: Date) throws -> PartPlace? {
        let rows = try Row.fetchCursor(
            try self.database.cachedStatement(
                sql: """
                    SELECT part.message, part.number, message.peer FROM part JOIN message ON message.n = part.message
                    WHERE part.state = 'sent' AND part.reference = ? AND message.modem = ? AND part.sent_at >= ?
                    ORDER BY part.message DESC, part.number DESC
                    """),
            arguments: [report.reference, report.modem, Self.oldest(now)])
        while let row = try rows.next() {
            if AddressMatch.same(row[2], report.recipient) { return PartPlace(n: row[0], number: row[1]) }
        }
        return try self.matchUncertain(report, at: now)
    }

    private func matchUncertain(_ report: ReceivedReport, at now: Date) throws -> PartPlace? {
        let doubtful = try self.open(report, "part.state IN ('sending', 'uncertain')", at: now)
        guard doubtful.count == 1, let only = doubtful.first, only.state == "uncertain" else { return nil }
        let sent = try self.open(report, "part.state = 'sent' AND message.report = 1", at: now)
        guard sent.isEmpty, try !self.isKnown(report.reference, in: only.place.n, at: now) else { return nil }
        return only.place
    }

    /// Has another part, settled already, this reference, of the same modem and to the same number as the message?
    ///
    /// Then the report may be one more about that part: some service centres send several.
    private func isKnown(_ reference: UInt8, in n: Int64, at now: Date) throws -> Bool {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT 1 FROM message AS doubtful
                JOIN message ON message.peer = doubtful.peer AND message.modem = doubtful.modem
                JOIN part ON part.message = message.n
                WHERE doubtful.n = ? AND part.reference = ? AND part.submitted_at >= ? LIMIT 1
                """)
        return try Int.fetchOne(statement, arguments: [n, reference, Self.oldest(now)]) != nil
    }

    private func open(
        _ report: ReceivedReport, _ condition: String, at now: Date
    ) throws -> [(place: PartPlace, state: String)] {
        let rows = try Row.fetchCursor(
            try self.database.cachedStatement(
                sql: """
                    SELECT part.message, part.number, message.peer, part.state
                    FROM part JOIN message ON message.n = part.message
                    WHERE \(condition) AND message.modem = ? AND part.submitted_at >= ?
                    """),
            arguments: [report.modem, Self.oldest(now)])
        var found: [(PartPlace, String)] = []
        while let row = try rows.next() {
            guard AddressMatch.same(row[2], report.recipient) else { continue }
            found.append((PartPlace(n: row[0], number: row[1]), row[3]))
        }
        return found
    }

    @discardableResult
    func apply(
        _ report: ReceivedReport, id: Int64, to place: PartPlace, at now: Date, receivedAt: Date
    ) throws -> StoredMessage {
        try self.database.cachedStatement(sql: "UPDATE report SET matched = 1, message = ?, part = ? WHERE id = ?")
            .execute(arguments: [place.n, place.number, id])
        return try self.change(place.n, at: now) { record in
            guard let index = record.message.parts.firstIndex(where: { $0.number == place.number }) else { return }
            record.message.apply(report, to: index, receivedAt: receivedAt)
        }
    }

    /// Looks again at reports that came while the outcome of a part was not stored yet.
    func rematchReports(modem: String, since: Date, at now: Date) throws {
        let statement = try self.database.cachedStatement(
            sql: """
                SELECT id, modem, pdu, reference, recipient, status, verdict, explanation, discharged_at, received_at
                FROM report WHERE matched = 0 AND modem = ? AND received_at >= ? ORDER BY received_at, id
                """)
        for row in try Row.fetchAll(statement, arguments: [modem, since.microseconds]) {
            guard let verdict = ReceivedReport.Verdict(rawValue: row[6]) else { continue }
            var report = ReceivedReport(
                modem: row[1], pdu: row[2], reference: row[3], recipient: row[4], status: row[5], verdict: verdict,
                explanation: row[7])
            let discharged: Int64? = row[8]
            report.dischargedAt = discharged.map { Date(microseconds: $0) }
            guard let place = try self.match(report, at: now) else { continue }
            try self.apply(report, id: row[0], to: place, at: now, receivedAt: Date(microseconds: row[9]))
        }
    }

    static func oldest(_ now: Date) -> Int64 {
        now.addingTimeInterval(-GatewayStore.reportWindow).microseconds
    }
}

extension StoredMessage {
    fileprivate mutating func apply(_ report: ReceivedReport, to index: Int, receivedAt: Date) {
        self.parts[index].status = Int(report.status)
        self.parts[index].reference = Int(report.reference)
        // A report of any kind proves that the service centre had the part.
        if self.parts[index].sentAt == nil { self.parts[index].sentAt = self.parts[index].submittedAt }
        switch report.verdict {
        case .delivered:
            self.parts[index].state = .delivered
            self.parts[index].deliveredAt = self.deliveryTime(report, index, receivedAt)
            self.parts[index].error = nil
        case .pending:
            self.parts[index].state = .sent
            self.parts[index].error = nil
        case .failed, .expired:
            self.parts[index].state = report.verdict == .expired ? .expired : .failed
            self.parts[index].error = StoredError(code: "tp-status-\(report.status)", message: report.explanation)
            self.stopSending(.cancelled)
        }
    }

    /// The network's own time, unless its clock contradicts ours.
    private func deliveryTime(_ report: ReceivedReport, _ index: Int, _ receivedAt: Date) -> Date {
        guard let discharged = report.dischargedAt?.storable, discharged <= receivedAt,
            self.parts[index].sentAt.map({ discharged >= $0.addingTimeInterval(-1) }) ?? true
        else { return receivedAt }
        return discharged
    }
}
