// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// A status report as it is kept.
package struct StoredReport: Sendable, Equatable {
    package var id: Int64
    package var report: ReceivedReport
    package var receivedAt: Date
    /// The part it was found to be about.
    package var isMatched: Bool
    /// `nil` also when that message was deleted.
    package var messageID: String?
    package var part: Int?
}

package struct ReportPage: Sendable, Equatable {
    package var items: [StoredReport]
    /// Cursor of the next page; `nil` at the end.
    package var next: String?
}

extension GatewayStore {
    /// Status reports, newest first.
    ///
    /// - Parameters:
    ///   - isMatched: `false`: only those whose part is not known.
    ///   - limit: 1 … `pageLimit`; other values are brought into that range.
    /// - Throws: `StoreError.Code.invalidCursor`.
    package func reports(
        matched isMatched: Bool? = nil, modem: String? = nil, cursor: String? = nil, limit: Int = 50
    ) async throws -> ReportPage {
        let limit = min(max(limit, 1), Self.pageLimit)
        let before = try cursor.map { try Self.reportPosition($0) } ?? Int64.max
        let items = try await self.read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT report.id, report.modem, report.pdu, report.reference, report.recipient, report.status,
                        report.verdict, report.explanation, report.discharged_at, report.received_at, report.matched,
                        message.id, report.part
                    FROM report LEFT JOIN message ON message.n = report.message
                    WHERE report.id < ?1 AND (?2 IS NULL OR report.matched = ?2) AND (?3 IS NULL OR report.modem = ?3)
                    ORDER BY report.id DESC LIMIT ?4
                    """)
            return try Row.fetchAll(statement, arguments: [before, isMatched, modem, limit + 1])
                .compactMap { StoredReport($0) }
        }
        let next = items.count > limit ? items[limit - 1].id : nil
        return ReportPage(items: Array(items.prefix(limit)), next: next.map { "r" + String($0, radix: 36) })
    }

    private static func reportPosition(_ cursor: String) throws -> Int64 {
        guard cursor.hasPrefix("r"), let id = Int64(cursor.dropFirst(), radix: 36), id > 0 else {
            throw StoreError(
                .invalidCursor, "The cursor is not one of this list; take `next` of the answer before, or leave it out."
            )
        }
        return id
    }
}

extension StoredReport {
    /// The columns of `reports(matched:…)`.
    fileprivate init?(_ row: Row) {
        guard let verdict = ReceivedReport.Verdict(rawValue: row[6]) else { return nil }
        self.id = row[0]
        self.report = ReceivedReport(
            modem: row[1], pdu: row[2], reference: row[3], recipient: row[4], status: row[5], verdict: verdict,
            explanation: row[7])
        let discharged: Int64? = row[8]
        self.report.dischargedAt = discharged.map { Date(microseconds: $0) }
        self.receivedAt = Date(microseconds: row[9])
        self.isMatched = row[10]
        self.messageID = row[11]
        self.part = row[12]
    }
}
