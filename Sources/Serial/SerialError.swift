// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// What went wrong with a port: a code to decide by, a sentence that says what to do, the port and the system's errno.
package struct SerialError: Error, Equatable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }

        /// There is no such device (unplugged, or the path is wrong).
        package static let notFound = Self("notFound")
        /// The path is not a terminal device.
        package static let notTerminal = Self("notTerminal")
        /// Another program holds the port.
        package static let inUse = Self("inUse")
        /// The user of this process may not open the port.
        package static let permissionDenied = Self("permissionDenied")
        /// The peer reads nothing and 64 KiB are waiting.
        package static let writeQueueFull = Self("writeQueueFull")
        /// The port was used after it had been closed.
        package static let closed = Self("closed")
        /// A system call failed in a way that has no code of its own.
        package static let systemCall = Self("systemCall")
    }

    package let code: Code
    package let message: String
    package let path: String
    /// The system's errno; 0 when no system call failed.
    package let errno: Int32

    package init(code: Code, message: String, path: String, errno: Int32 = 0) {
        self.code = code
        self.message = message
        self.path = path
        self.errno = errno
    }

    package var description: String {
        self.errno == 0 ? "\(self.path): \(self.message)" : "\(self.path): \(self.message) (\(Self.text(self.errno)))"
    }

    /// A failed system call, with its name.
    static func failed(_ call: String, path: String, errno: Int32) -> Self {
        Self(code: .systemCall, message: "\(call) failed.", path: path, errno: errno)
    }

    /// A failed open(2): the usual causes by name.
    static func failedToOpen(_ path: String, errno: Int32) -> Self {
        switch errno {
        case ENOENT, ENODEV, ENXIO, ENOTDIR:
            return Self(
                code: .notFound, message: "There is no such port: is the modem plugged in?", path: path, errno: errno)
        case EACCES, EPERM:
            return Self(
                code: .permissionDenied,
                message: "This user may not open the port: add the user to the group dialout.", path: path,
                errno: errno)
        case EBUSY:
            return Self.inUse(path: path, errno: errno)
        default:
            return Self.failed("open", path: path, errno: errno)
        }
    }

    static func inUse(path: String, errno: Int32) -> Self {
        Self(
            code: .inUse,
            message: "Another program holds the port: stop it first (ModemManager, gammu-smsd, another modemgate?).",
            path: path, errno: errno)
    }

    private static func text(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "errno \(number)" }
        return String(cString: text)
    }
}
