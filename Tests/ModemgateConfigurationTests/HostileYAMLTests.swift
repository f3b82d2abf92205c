// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import Testing

@testable import ModemgateConfiguration

/// Files that were made to hurt.
@Suite struct HostileYAMLTests {
    @Test func aliasesAreRefusedBeforeTheyExpand() throws {
        var text = "a: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            let alias = "*a\(level - 1)"
            text += "b\(level): &a\(level) [\(Array(repeating: alias, count: 9).joined(separator: ", "))]\n"
        }
        text += "? *a40\n: x\n"
        #expect(
            try problems(text) == ["2:10: references (&name … *name) are not read here; write the value out"])
    }

    @Test func anAnchorNobodyRefersToIsHarmless() throws {
        #expect(try load("log: &x {level: debug}\n").configuration.log.level == .debug)
        // In a comment it is no reference either.
        #expect(try load("# *x\nlog: &x {level: debug}\n").configuration.log.level == .debug)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "]) func deepNestingIsRefused(_ opening: String) throws {
        let text = String(repeating: opening, count: 100_000)
        let found = try problems(text)
        #expect(found.count == 1)
        #expect(found.first?.contains("nesting level") == true)
    }

    @Test func manyDoubledKeysEnd() throws {
        let text = (0..<400).map { "a\($0): 1\na\($0): 2\n" }.joined()
        #expect(try !problems(text).isEmpty)
    }

    @Test func aFileOverOneMebibyteIsRefused() throws {
        let scratch = try Scratch()
        let path = try scratch.file("big.yaml", bytes: Array(repeating: UInt8(ascii: "#"), count: 1 << 20 + 1))
        #expect(Self.refusal(of: path) == "\(path): is too large; at most 1 MiB")
    }

    @Test func aFileOfExactlyOneMebibyteIsRead() throws {
        let scratch = try Scratch()
        let path = try scratch.file("big.yaml", bytes: Array(repeating: UInt8(ascii: "#"), count: 1 << 20))
        #expect(Self.refusal(of: path) == nil)
    }

    @Test func invalidUTF8IsRefusedWithItsPlace() throws {
        let scratch = try Scratch()
        let path = try scratch.file("latin1.yaml", bytes: Array("log:\n  é".utf8) + [0xE9, 0x0A])
        #expect(Self.refusal(of: path) == "\(path):2:4: is not UTF-8; save it as UTF-8")
    }

    @Test func aFIFOIsRefusedAndDoesNotBlock() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(Self.refusal(of: path) == "\(path): is not a regular file")
    }

    @Test func aDirectoryIsRefused() throws {
        let scratch = try Scratch()
        #expect(Self.refusal(of: scratch.path) == "\(scratch.path): is not a regular file")
    }

    @Test func aMissingFileIsRefused() {
        #expect(Self.refusal(of: "/nonexistent/x.yaml") == "/nonexistent/x.yaml: there is no such file")
    }

    @Test(arguments: ["\u{1}", "log: \"\\ud800\"", "log: \"a", "&", "*", "%TAG x", "{", "log: |\n\u{0}"])
    func brokenTextIsRefusedInOneLine(_ text: String) throws {
        let found = try problems(text)
        #expect(found.count == 1)
        #expect(found.first?.contains("\n") == false)
    }

    @Test func messagesShowNoControlCharacters() throws {
        let found = try problems("\"a\\e[31m\\u202e\": 1\n")
        #expect(
            found == [
                "1:1: a\u{FFFD}[31m\u{FFFD}: unknown setting; known here: data_dir, http, sms, modems, webhooks, ussd, log"
            ])
    }

    static func refusal(of path: String) -> String? {
        do throws(ConfigurationError) {
            _ = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true)
            return nil
        } catch {
            return error.description
        }
    }
}
