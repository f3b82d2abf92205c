// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

/// Reading a small file whole, without surprises: no FIFO that blocks, no endless device, no unbounded memory.
struct BoundedFile {
    var bytes: [UInt8]
    /// Permission bits of the very file that was read.
    var mode: mode_t

    enum Failure: Error, Equatable {
        case notFound
        case notRegular
        case tooLarge
        case system(call: String, errno: Int32)

        /// What to say after the file's name.
        var message: String {
            switch self {
            case .notFound: "there is no such file"
            case .notRegular: "is not a regular file"
            case .tooLarge: "is too large"
            case .system(let call, let code): "cannot be read: \(call): \(String(cString: strerror(code)))"
            }
        }
    }

    static func read(_ path: String, limit: Int) throws(Failure) -> BoundedFile {
        // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .notFound : .system(call: "open", errno: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(call: "fstat", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard status.st_size <= limit else { throw .tooLarge }
        return BoundedFile(bytes: try Self.readAll(descriptor, limit: limit), mode: status.st_mode & 0o7777)
    }

    private static func readAll(_ descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(call: "read", errno: errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            // The file may grow while it is read.
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }
}
