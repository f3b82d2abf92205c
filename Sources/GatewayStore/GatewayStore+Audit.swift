// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GRDB

/// One AT command somebody sent through the console or the API.
package struct AuditEntry: Codable, Sendable, Equatable {
    package var at: Date
    /// Name of the token, or of the local user.
    package var who: String
    package var modem: String
    /// As sent, with secrets such as a PIN already masked by the caller.
    package var command: String
    package var result: String
    package var durationMs: Int

    package init(at: Date, who: String, modem: String, command: String, result: String, durationMs: Int) {
        self.at = at
        self.who = who
        self.modem = modem
        self.command = command
        self.result = result
        self.durationMs = durationMs
    }
}

extension GatewayStore {
    /// Entries kept: years of a technician's work, some 20 MB at most.
    package static let auditLimit = 100_000

    package func audit(_ entry: AuditEntry) async throws {
        try await self.write { transaction in
            try transaction.database.execute(
                sql: "INSERT INTO audit (at, who, modem, command, result, duration) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    entry.at.microseconds, entry.who, entry.modem, entry.command, entry.result,
                    max(0, entry.durationMs),
                ])
            let id = transaction.database.lastInsertedRowID
            try transaction.database.execute(
                sql: "DELETE FROM audit WHERE id <= ?", arguments: [id - Int64(Self.auditLimit)])
        }
    }

    /// The newest entries, newest first.
    package func auditEntries(limit: Int = 100) async throws -> [AuditEntry] {
        let limit = min(max(limit, 1), 1_000)
        return try await self.read { database in
            try Row.fetchAll(
                database, sql: "SELECT at, who, modem, command, result, duration FROM audit ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).map { row in
                AuditEntry(
                    at: Date(microseconds: row[0]), who: row[1], modem: row[2], command: row[3], result: row[4],
                    durationMs: row[5])
            }
        }
    }
}
