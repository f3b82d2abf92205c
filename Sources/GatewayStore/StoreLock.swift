// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import PosixMutex

#if canImport(Glibc)
    internal import Glibc
#endif

/// One process per database: numbers, counts and tokens are also kept in memory.
///
/// A file of its own beside the database, because closing any descriptor of the database itself would drop SQLite's
/// POSIX locks of this process.
final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32>

    /// Also creates the database file, empty and with mode 0600; SQLite gives `-wal` and `-shm` the mode of that file.
    init(path: String) throws {
        let lock = try Self.openPrivate(path + ".lock")
        self.descriptor = Mutex(lock)
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(lock)
            throw StoreError(
                .inUse, "\(path) is in use by another modemgate; stop that one first, or give another data directory.")
        }
        do {
            Glibc.close(try Self.openPrivate(path))
        } catch {
            Glibc.close(lock)
            throw error
        }
        for suffix in ["-wal", "-shm"] { _ = chmod(path + suffix, 0o600) }
    }

    deinit { self.release() }

    func release() {
        self.descriptor.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    private static func openPrivate(_ path: String) throws -> Int32 {
        var descriptor: Int32
        repeat {
            descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StoreError(
                .cannotOpen, "\(path) cannot be opened (\(reason)); check the data directory's owner and mode.")
        }
        guard fchmod(descriptor, 0o600) == 0 else {
            let reason = String(cString: strerror(errno))
            Glibc.close(descriptor)
            throw StoreError(.cannotOpen, "The mode of \(path) cannot be set to 0600 (\(reason)).")
        }
        return descriptor
    }
}
