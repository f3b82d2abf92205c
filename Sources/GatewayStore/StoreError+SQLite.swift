// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GRDB

extension StoreError {
    /// A sentence for what SQLite said about the file at `path`.
    static func opening(_ path: String, _ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError(
                .corrupt,
                "\(path) is damaged or no database (\(error.resultCode.rawValue)). Move it away to start afresh, "
                    + "or restore a copy; `sqlite3 FILE .recover` saves what is readable.",
                cause: error)
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY:
            return StoreError(
                .writeFailed, "\(path) cannot be written (\(error.message ?? "no reason given")); is the disk full?",
                cause: error)
        case .SQLITE_CANTOPEN:
            return StoreError(
                .cannotOpen, "\(path) cannot be opened (\(error.message ?? "no reason given")).", cause: error)
        default:
            return error
        }
    }
}
