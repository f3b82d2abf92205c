// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// What the last balance query of a modem brought.
package struct BalanceRecord: Sendable, Equatable {
    /// The last amount that was read; it stays when a later query fails.
    package struct Amount: Sendable, Equatable {
        package var amount: String
        /// The network's whole answer.
        package var text: String
        package var at: Date

        package init(amount: String, text: String, at: Date) {
            self.amount = amount
            self.text = text
            self.at = at
        }
    }

    package var modem: String
    package var code: String
    /// ICCID.
    package var sim: String?
    package var askedAt: Date
    package var amount: Amount?
    /// Why the last query brought none.
    package var problem: String?

    package init(modem: String, code: String, sim: String?, askedAt: Date) {
        self.modem = modem
        self.code = code
        self.sim = sim
        self.askedAt = askedAt
    }
}

extension GatewayStore {
    package func balance(modem: String) async throws -> BalanceRecord? {
        try await self.read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT modem, code, sim, asked_at, amount, text, at, problem FROM balance WHERE modem = ?",
                arguments: [modem])
            return row.map(BalanceRecord.init)
        }
    }

    /// Keeps the record of a modem, in place of its last one.
    package func keep(_ record: BalanceRecord) async throws {
        try await self.write { transaction in
            try transaction.database.execute(
                sql: """
                    INSERT OR REPLACE INTO balance (modem, code, sim, asked_at, amount, text, at, problem)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.modem, record.code, record.sim, record.askedAt.microseconds, record.amount?.amount,
                    record.amount?.text, record.amount?.at.microseconds, record.problem,
                ])
        }
    }
}

extension BalanceRecord {
    fileprivate init(_ row: Row) {
        self.init(modem: row[0], code: row[1], sim: row[2], askedAt: Date(microseconds: row[3]))
        if let amount = row[4] as String?, let text = row[5] as String?, let at = row[6] as Int64? {
            self.amount = Amount(amount: amount, text: text, at: Date(microseconds: at))
        }
        self.problem = row[7]
    }
}
