// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CTermios
import Glibc

/// The one owner of a file descriptor: closed when this value ends, never used after.
struct FileDescriptor: ~Copyable, Sendable {
    let number: Int32

    init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        // Not retried on EINTR: Linux has released the number by then (close(2), "Dealing with error returns").
        _ = Glibc.close(self.number)
    }

    /// What one non-blocking read or write did.
    enum Transfer: Equatable {
        case bytes(Int)
        case wouldBlock
        case failed(Int32)
    }

    borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        Self.transfer { Glibc.read(self.number, buffer.baseAddress, buffer.count) }
    }

    borrowing func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        Self.transfer { Glibc.write(self.number, bytes.baseAddress, bytes.count) }
    }

    private static func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case let number: return .failed(number)
            }
        }
    }

    /// The door for every other call: retries EINTR, names call and path.
    @discardableResult
    static func check(_ call: String, path: String, _ body: () -> Int32) throws(SerialError) -> Int32 {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { throw SerialError.failed(call, path: path, errno: errno) }
        }
    }

    /// Opens a terminal that exists already: never created, never our controlling terminal, never inherited.
    static func openTerminal(_ path: String) throws(SerialError) -> FileDescriptor {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw SerialError(code: .notFound, message: "This is not a path.", path: path)
        }
        var number: Int32 = -1
        repeat {
            number = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        } while number < 0 && errno == EINTR
        guard number >= 0 else { throw SerialError.failedToOpen(path, errno: errno) }
        return FileDescriptor(adopting: number)
    }

    /// 8N1, 115200 Bd, no echo, no translation, no flow control. The rate is not read back: USB modem drivers accept
    /// any and report what they like.
    borrowing func makeRaw(path: String) throws(SerialError) {
        let number = self.number
        var settings = termios()
        try Self.check("tcgetattr", path: path) { tcgetattr(number, &settings) }
        cfmakeraw(&settings)
        // Without HUPCL a restart of ours does not drop DTR; with AT&D2 (the EC25's setting) that would end a call.
        settings.c_cflag &= ~tcflag_t(bitPattern: HUPCL) & ~tcflag_t(bitPattern: CSTOPB) & ~tcflag_t(CRTSCTS)
        settings.c_cflag |= tcflag_t(bitPattern: CLOCAL) | tcflag_t(bitPattern: CREAD)
        try Self.check("cfsetspeed", path: path) { cfsetspeed(&settings, speed_t(B115200)) }
        try Self.check("tcsetattr", path: path) { tcsetattr(number, TCSANOW, &settings) }
    }
}

/// Holds a descriptor where a copyable value is needed; whoever owns this is its only holder.
final class OwnedDescriptor: Sendable {
    let value: FileDescriptor

    init(_ value: consuming FileDescriptor) {
        self.value = value
    }
}

extension tcflag_t {
    fileprivate init(bitPattern value: Int32) {
        self = tcflag_t(truncatingIfNeeded: value)
    }
}
