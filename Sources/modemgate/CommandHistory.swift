// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// The console's lines of earlier days, newest last, in a file of the owner alone.
struct CommandHistory {
    let path: String
    private(set) var lines: [String] = []

    /// As many as anyone scrolls back through.
    static let limit = 500

    /// - Parameter paths: the first whose directory can be written is used; none: nothing is kept.
    init(paths: [String]) {
        self.path =
            paths.first { path in
                let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
                return !directory.isEmpty && access(directory, W_OK | X_OK) == 0
            } ?? ""
        self.lines = Self.read(self.path)
    }

    mutating func append(_ line: String) {
        guard Self.isKept(line), line != self.lines.last else { return }
        self.lines.append(line)
        if self.lines.count > Self.limit { self.lines.removeFirst(self.lines.count - Self.limit) }
    }

    /// PINs, PUKs and passwords are not written down: TS 27.007 §8.3 (+CPIN), §7.4 (+CLCK), §7.5 (+CPWD).
    static func isKept(_ line: String) -> Bool {
        let folded = line.uppercased().filter { $0 != " " }
        return !line.isEmpty && !["+CPIN=", "+CPIN2=", "+CLCK=", "+CPWD="].contains { folded.contains($0) }
    }

    /// Replaces the file; a history that cannot be written is lost without a word.
    func save() {
        guard !self.path.isEmpty else { return }
        let temporary = self.path + ".new"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(temporary, flags, 0o600)
        guard descriptor >= 0 else { return }
        Console.write(self.lines.map { $0 + "\n" }.joined(), to: descriptor)
        close(descriptor)
        rename(temporary, self.path)
    }

    private static func read(_ path: String) -> [String] {
        guard !path.isEmpty else { return [] }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        // 500 lines of 1024 characters.
        var bytes = [UInt8](repeating: 0, count: Self.limit * 1024)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        return lines.suffix(Self.limit).map { String($0).printable() }
    }
}
