// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import Glibc

/// The place of the Unix socket: prepared before it is bound, tidied when the server has stopped.
///
/// Whoever can open the socket is the owner, so the directory must keep all others out: between binding and setting its mode the
/// socket alone would not.
struct UnixSocketPlace {
    let path: String

    private var directory: String { (self.path as NSString).deletingLastPathComponent }

    /// Creates the directory with mode 0700 when it is missing, refuses one that others can enter, refuses a socket
    /// somebody listens on, and removes one nobody does.
    func prepare() throws(GatewayServerError) {
        // sun_path has 108 octets with its final zero, unix(7).
        guard self.path.utf8.count < 108 else {
            throw GatewayServerError(
                .directory,
                "The path \(self.path) is too long for a Unix socket (107 octets). Use a shorter data directory.")
        }
        try self.prepareDirectory()
        var status = stat()
        guard lstat(self.path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw GatewayServerError(
                .directory, "\(self.path) exists and is no socket. Move it away; it is not the gateway's.")
        }
        guard !self.somebodyListens() else {
            throw GatewayServerError(
                .alreadyRunning,
                "A daemon is already running on \(self.directory). Stop it, or use another data directory.")
        }
        self.remove()
    }

    func restrict() throws(GatewayServerError) {
        guard chmod(self.path, 0o600) == 0 else { throw self.failure("set the mode of", self.path) }
    }

    func remove() {
        unlink(self.path)
    }

    private func prepareDirectory() throws(GatewayServerError) {
        guard mkdir(self.directory, 0o700) != 0 else { return }
        var status = stat()
        guard stat(self.directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw self.failure("use the directory", self.directory)
        }
        guard status.st_uid == geteuid() else {
            throw GatewayServerError(
                .directory,
                "\(self.directory) belongs to another user. Run the gateway as that user, or use another directory.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw GatewayServerError(
                .directory,
                "\(self.directory) is open to other users, and whoever opens the socket in it needs no token. "
                    + "Run: chmod 700 \(self.directory)")
        }
    }

    private func failure(_ what: String, _ path: String) -> GatewayServerError {
        GatewayServerError(.directory, "Cannot \(what) \(path): \(String(cString: strerror(errno))).")
    }

    /// A socket whose daemon is gone refuses the connection (ECONNREFUSED); one with a full backlog says EAGAIN.
    private func somebodyListens() -> Bool {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            // The length was checked; what is not written is zero.
            place.copyBytes(from: self.path.utf8.prefix(place.count - 1))
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || errno == EAGAIN
    }
}
