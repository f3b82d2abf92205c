// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

@testable import ModemgateConfiguration

/// A directory of its own for one test, removed at the end.
struct Scratch: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/modemgate-configuration-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure(call: "mkdtemp", code: errno) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if let entries = opendir(self.path) {
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink(self.path + "/" + name)
            }
            closedir(entries)
        }
        rmdir(self.path)
    }

    func file(_ text: String, name: String = "test.yaml", mode: mode_t = 0o600) throws -> String {
        try self.file(name, bytes: Array(text.utf8), mode: mode)
    }

    func file(_ name: String, bytes: [UInt8], mode: mode_t = 0o600) throws -> String {
        let path = self.path + "/" + name
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SystemFailure(call: "open", code: errno) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0, write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SystemFailure(call: "write", code: errno)
        }
        return path
    }
}

struct SystemFailure: Error {
    var call: String
    var code: Int32
}

/// Loads `text` as a file of root's, without any other source.
func load(_ text: String, environment: [String: String] = [:]) throws -> LoadedConfiguration {
    let scratch = try Scratch()
    let path = try scratch.file(text)
    return try GatewayConfiguration.load(file: path, environment: environment, isRoot: true)
}

/// The problems of `text` as `LINE:COLUMN: key: message; suggestion`, without the file's name.
func problems(_ text: String, environment: [String: String] = [:]) throws -> [String] {
    let scratch = try Scratch()
    let path = try scratch.file(text)
    do throws(ConfigurationError) {
        _ = try GatewayConfiguration.load(file: path, environment: environment, isRoot: true)
        return []
    } catch {
        return error.problems.map { problem in
            let line = problem.description
            return line.hasPrefix(path + ":") ? String(line.dropFirst(path.count + 1)) : line
        }
    }
}
