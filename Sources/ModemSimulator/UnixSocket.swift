// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import Glibc

/// Lines of a descriptor, each of bounded length.
struct LineReader {
    private let descriptor: Int32
    private let limit: Int
    private var buffer: [UInt8] = []

    init(descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// The next line without its end; `nil` at the end of the stream or when a line is too long.
    mutating func next() -> [UInt8]? {
        var searched = 0
        while true {
            if let end = self.buffer[searched...].firstIndex(of: 0x0A) {
                let line = Array(self.buffer[..<end])
                self.buffer.removeFirst(end + 1)
                return line
            }
            searched = self.buffer.count
            guard searched <= self.limit else { return nil }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = read(self.descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            self.buffer += chunk[..<count]
        }
    }
}

/// System calls on stream sockets of the Unix domain.
enum UnixSocket {
    static func listen(_ path: String) throws(SimulationError) -> Int32 {
        let descriptor = try Self.make(path)
        // Before bind(2), so that the socket never has another mode (unix(7)).
        fchmod(descriptor, 0o600)
        let address = try Self.address(path, descriptor)
        guard Self.withAddress(address, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 16) == 0 else {
            throw Self.failure("bind", path, descriptor)
        }
        return descriptor
    }

    static func connect(_ path: String) throws(SimulationError) -> Int32 {
        let descriptor = try Self.make(path)
        let address = try Self.address(path, descriptor)
        guard Self.withAddress(address, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            throw Self.failure("connect", path, descriptor)
        }
        return descriptor
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// A detached thread; without one the work is not done, and the peer sees the connection end.
    static func thread(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread(body)
    }

    private static func make(_ path: String) throws(SimulationError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw Self.failure("socket", path, nil) }
        return descriptor
    }

    private static func address(_ path: String, _ descriptor: Int32) throws(SimulationError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            close(descriptor)
            throw SimulationError(
                code: .socket, message: "\(path) is too long for a socket: 107 bytes at most. Use a shorter directory.")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    private static func withAddress(
        _ address: sockaddr_un, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ call: String, _ path: String, _ descriptor: Int32?) -> SimulationError {
        let reason = String(cString: strerror(errno))
        if let descriptor { close(descriptor) }
        return SimulationError(code: .socket, message: "\(path): \(call) failed: \(reason).")
    }
}
