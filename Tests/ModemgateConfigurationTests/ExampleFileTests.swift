// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemgateConfiguration

/// config/modemgate.example.yaml is the documentation of the settings: it must be true.
@Suite struct ExampleFileTests {
    static func text() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try ConfigurationFile.read("/\(root)/config/modemgate.example.yaml").text
    }

    @Test func itHoldsTheDefaults() throws {
        let loaded = try load(try Self.text())
        #expect(loaded.configuration == GatewayConfiguration(dataDirectory: "/var/lib/modemgate"))
        #expect(loaded.warnings == [])
    }

    /// Settings are commented out with a `#` that touches them; prose has exactly one blank after it.
    static func uncommented(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            if line == "modems: []" { return nil }
            guard let sign = line.firstIndex(of: "#"), line[..<sign].allSatisfy({ $0 == " " }) else {
                return String(line)
            }
            let rest = line[line.index(after: sign)...]
            let isProse = rest.isEmpty || (rest.hasPrefix(" ") && !rest.hasPrefix("  "))
            return isProse ? nil : String(line[..<sign]) + rest
        }
        return lines.joined(separator: "\n")
    }

    @Test func whatIsCommentedOutIsRightToo() throws {
        let scratch = try Scratch()
        let path = try scratch.file(Self.uncommented(try Self.text()))
        let loaded = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true, readingPINs: false)
        #expect(loaded.configuration.modems.map(\.id) == ["office", "backup"])
        #expect(loaded.configuration.http.tls?.key == "/etc/modemgate/tls/gateway.key")
        for (path, _) in GatewayConfiguration.settingNames where path != "modems" {
            #expect(loaded.origins[path] != nil, "\(path) is missing in the example file")
        }
    }

    @Test func everyVariableAndModemSettingIsNamed() throws {
        let text = try Self.text()
        for (_, environment) in GatewayConfiguration.settingNames { #expect(text.contains(environment)) }
        for name in GatewayConfiguration.modemSettingNames { #expect(text.contains(" \(name): ")) }
    }

    @Test func whatIsShownReadsBackTheSame() throws {
        let scratch = try Scratch()
        let path = try scratch.file(Self.uncommented(try Self.text()))
        let loaded = try GatewayConfiguration.load(
            file: path,
            environment: [
                "MODEMGATE_HTTP_ALLOWED_HOSTS": "a.example.org,[::1]:80", "MODEMGATE_DATA_DIR": "/x \"y\"#é",
            ],
            isRoot: true, readingPINs: false)
        let shown = loaded.configuration.yaml(origins: loaded.origins)
        #expect(!shown.contains("0000"))
        let again = try load(
            shown.replacing("****", with: "0000").replacing("pin_file: /etc/modemgate/office.pin", with: "pin: 1111"))
        var expected = loaded.configuration
        expected.modems[0].pinFile = nil
        expected.modems[0].pin = "1111"
        #expect(again.configuration == expected)
        #expect(shown.contains("data_dir: \"/x \\\"y\\\"#é\"  # environment MODEMGATE_DATA_DIR\n"))
    }

    @Test func theDefaultsAreShownInFull() throws {
        let shown = GatewayConfiguration(dataDirectory: "/var/lib/modemgate").yaml()
        #expect(try load(shown).configuration == GatewayConfiguration(dataDirectory: "/var/lib/modemgate"))
        for (path, _) in GatewayConfiguration.settingNames {
            #expect(shown.contains("\(path.split(separator: ".").last ?? ""):"), "\(path)")
        }
    }
}

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("listen", "listen", 0), ("listn", "listen", 1), ("lsiten", "listen", 1),
        ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
    func distance(_ first: String, _ second: String, _ expected: Int) {
        #expect(Spelling.distance(Array(first.utf8), Array(second.utf8)) == expected)
        #expect(Spelling.distance(Array(second.utf8), Array(first.utf8)) == expected)
    }

    @Test func farWordsAreNotSuggested() {
        #expect(Spelling.nearest(to: "quux", among: ["level", "listen"]) == nil)
        #expect(Spelling.nearest(to: String(repeating: "l", count: 100_000), among: ["level"]) == nil)
    }
}
