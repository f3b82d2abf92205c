// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// The daemon's own directory: nobody else may look into it.
enum StateDirectory {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Creates the directory with mode 0700 where it is missing, takes group and others out where it is there.
    static func prepare(_ path: String) throws(Failure) {
        try Self.create(path)
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw Self.failure("stat", path) }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw Failure(description: "\(path) is not a directory: choose another --data-dir.")
        }
        guard facts.st_uid == geteuid() else {
            throw Failure(
                description:
                    "\(path) belongs to another user: run modemgate as that user, or choose another --data-dir.")
        }
        if facts.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 { throw Self.failure("chmod", path) }
    }

    private static func create(_ path: String) throws(Failure) {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/" + component
            guard mkdir(partial, 0o700) != 0 else { continue }
            // A parent that is there already, writable or not, is no obstacle.
            let failure = errno
            guard access(partial, F_OK) != 0 else { continue }
            throw Self.failure("mkdir", partial, failure)
        }
    }

    private static func failure(_ call: String, _ path: String, _ number: Int32 = errno) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(description: "\(call) \(path): \(reason). Choose a --data-dir that this user can write.")
    }
}
