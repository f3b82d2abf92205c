// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CTermios
import Glibc

/// A serial port of a modem, held exclusively.
package final class TTYPort: BytePort {
    private let port: DescriptorPort

    package var name: String { self.port.name }
    package var executor: IOThread { self.port.executor }

    /// Opens the port: raw, 8N1, 115200 Bd. What arrived before is discarded.
    ///
    /// - Throws: ``SerialError`` when there is no such terminal or somebody else has it.
    package init(path: String, on executor: IOThread) throws(SerialError) {
        let descriptor = try FileDescriptor.openTerminal(path)
        try Self.claim(descriptor, path: path)
        try descriptor.makeRaw(path: path)
        _ = tcflush(descriptor.number, TCIOFLUSH)
        self.port = DescriptorPort(descriptor, name: path, on: executor, overflow: .closes) { number in
            // A pty keeps TIOCEXCL while its other side lives; and close(2) waits up to 30 s for bytes nobody takes.
            _ = ctermios_set_exclusive(number, 0)
            _ = tcflush(number, TCIOFLUSH)
        }
    }

    package func start(_ receiver: any BytePortReceiver) throws {
        try self.port.start(receiver)
    }

    package func write(_ bytes: [UInt8]) {
        self.port.write(bytes)
    }

    package func close() {
        self.port.close()
    }

    /// TIOCEXCL keeps other users out but not root; flock keeps out every program that asks, as root too. Both.
    private static func claim(_ descriptor: borrowing FileDescriptor, path: String) throws(SerialError) {
        let number = descriptor.number
        var status = stat()
        try FileDescriptor.check("fstat", path: path) { fstat(number, &status) }
        guard status.st_mode & S_IFMT == S_IFCHR, isatty(number) == 1 else {
            throw SerialError(
                code: .notTerminal, message: "This is not a serial port: name a device such as /dev/ttyUSB2.",
                path: path)
        }
        while flock(number, LOCK_EX | LOCK_NB) < 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw SerialError.inUse(path: path, errno: EWOULDBLOCK)
            case let failure: throw SerialError.failed("flock", path: path, errno: failure)
            }
        }
        try FileDescriptor.check("ioctl TIOCEXCL", path: path) { ctermios_set_exclusive(number, 1) }
    }
}
