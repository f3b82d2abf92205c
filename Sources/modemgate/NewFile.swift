// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// A file that appears whole under its name, or not at all. Readable by its owner alone.
struct NewFile {
    private let path: String
    private let partial: String
    private let replaces: Bool
    private var descriptor: Int32

    /// - Throws: when there is a file of that name that is not to be replaced.
    init(path: String, replacing: Bool) throws(CommandFailure) {
        self.path = path
        self.replaces = replacing
        self.partial = path + ".part"
        guard replacing || access(path, F_OK) != 0 else { throw Self.exists(path) }
        // What an earlier export left behind is begun anew; a link of that name is not followed.
        unlink(self.partial)
        self.descriptor = open(self.partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard self.descriptor >= 0 else { throw Self.failure("open", self.partial) }
    }

    mutating func write(_ bytes: [UInt8]) throws(CommandFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(self.descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", self.partial) }
            rest = rest.dropFirst(count)
        }
    }

    mutating func finish() throws(CommandFailure) {
        guard fsync(self.descriptor) == 0 else { throw Self.failure("fsync", self.partial) }
        close(self.descriptor)
        self.descriptor = -1
        if self.replaces {
            guard rename(self.partial, self.path) == 0 else { throw Self.failure("rename", self.path) }
        } else {
            // Not rename: a file that has come meanwhile is not replaced.
            guard link(self.partial, self.path) == 0 else {
                throw errno == EEXIST ? Self.exists(self.path) : Self.failure("link", self.path)
            }
            unlink(self.partial)
        }
    }

    mutating func discard() {
        if self.descriptor >= 0 { close(self.descriptor) }
        self.descriptor = -1
        unlink(self.partial)
    }

    private static func exists(_ path: String) -> CommandFailure {
        CommandFailure(.failure, "\(path) exists: choose another name, or replace it with --force.".printable())
    }

    private static func failure(_ call: String, _ path: String) -> CommandFailure {
        let number = errno
        return CommandFailure(
            number == EACCES || number == EPERM ? .permission : .inputOutput,
            "\(call) \(path): \(String(cString: strerror(number))).".printable())
    }
}
