// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// A directory of its own for one test, removed at the end with the files in it.
struct TemporaryDirectory: ~Copyable {
    let path: String

    struct Failure: Error {
        var call: String
        var code: Int32
    }

    init() throws {
        var template = Array("/tmp/modemgate-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(call: "mkdtemp", code: errno) }
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

    func mode(of name: String) throws -> mode_t {
        var status = stat()
        guard stat(self.path + "/" + name, &status) == 0 else { throw Failure(call: "stat", code: errno) }
        return status.st_mode & 0o7777
    }
}
