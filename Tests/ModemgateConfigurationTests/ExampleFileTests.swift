// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemgateConfiguration

/// config/modemgate.example.yaml is the documentation of the settings: it must be true.
@Suite struct ExampleFileTests {
    static func text(of name: String = "config/modemgate.example.yaml") throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try ConfigurationFile.read("/\(root)/\(name)").text
    }

    @Test func itHoldsTheDefaults() throws {
        let loaded = try load(try Self.text())
        #expect(loaded.configuration == GatewayConfiguration(dataDirectory: "/var/lib/modemgate"))
        #expect(loaded.warnings == [])
    }

    /// Settings are commented out with a `#` that touches them; prose has exactly one blank after it.
    static func uncommented(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            if line == "modems: []" || line == "  routes: []" { return nil }
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
        #expect(loaded.configuration.sms.routes.map(\.modems) == [["office", "backup"], ["backup"]])
        #expect(loaded.warnings == [])
        for (path, _) in GatewayConfiguration.settingNames where path != "modems" {
            #expect(loaded.origins[path] != nil, "\(path) is missing in the example file")
        }
    }

    @Test func everyVariableIsNamed() throws {
        let text = try Self.text()
        for (_, environment) in GatewayConfiguration.settingNames { #expect(text.contains(environment)) }
    }

    @Test func everySettingOfModemsAndRoutesIsWritten() throws {
        var yaml = YAMLText(Self.uncommented(try Self.text()), place: .builtIn)
        let parsed = yaml.parse()
        let root = try #require(parsed)
        var modem = ModemDraft()
        var route = RouteDraft()
        var origins: [String: ConfigurationPlace] = [:]
        for item in try Self.value("modems", in: root).list() {
            #expect(SettingTable<ModemDraft>.modem.read(item, into: &modem, origins: &origins) == [])
        }
        for name in GatewayConfiguration.modemSettingNames { #expect(origins[name] != nil, "\(name)") }
        origins = [:]
        for item in try Self.value("routes", in: try Self.value("sms", in: root)).list() {
            #expect(SettingTable<RouteDraft>.route.read(item, into: &route, origins: &origins) == [])
        }
        for name in GatewayConfiguration.routeSettingNames { #expect(origins[name] != nil, "\(name)") }
    }

    static func value(_ name: String, in section: WrittenValue) throws -> WrittenValue {
        guard case .table(let entries) = section.content else { throw CancellationError() }
        return try #require(entries.first { $0.name == name }?.value)
    }

    /// docs/CONFIGURATION.md lists the same settings, in the same order, with their variables.
    @Test func theDocumentationListsTheSame() throws {
        let text = try Self.text(of: "docs/CONFIGURATION.md")
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("`MODEMGATE_") }
        let names = rows.map { row in row.split(separator: "`", omittingEmptySubsequences: false) }
        #expect(names.map { String($0[1]) } == GatewayConfiguration.settingNames.map(\.path))
        #expect(names.map { String($0[3]) } == GatewayConfiguration.settingNames.map(\.environment))
        for name in GatewayConfiguration.modemSettingNames + GatewayConfiguration.routeSettingNames {
            #expect(text.contains("`\(name)`"), "\(name)")
        }
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
        #expect(!shown.contains("2468"))
        let again = try load(
            shown.replacing("****", with: "2468").replacing("pin_file: /etc/modemgate/office.pin", with: "pin: 1111"))
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
