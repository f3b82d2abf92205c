// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import Testing

@testable import ModemgateConfiguration

@Suite struct ConfigurationSourcesTests {
    /// Root's settings without any source.
    static let standard = GatewayConfiguration(dataDirectory: "/var/lib/modemgate")

    @Test func withoutAnySourceTheDefaultsCount() throws {
        let loaded = try load("")
        #expect(loaded.configuration == Self.standard)
    }

    @Test(arguments: ["", "\n", "# nothing\n", "---\n", "http:\nmodems:\n", "{}"]) func emptyFile(_ text: String) throws
    {
        #expect(try load(text).configuration == Self.standard)
    }

    @Test func everyVariableReplacesTheFile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("http: {listen: \"127.0.0.1:1\"}\nmodems: [{tty: /dev/a}]\n")
        let loaded = try GatewayConfiguration.load(
            file: path,
            environment: [
                "MODEMGATE_DATA_DIR": "/data", "MODEMGATE_HTTP_LISTEN": "[::1]:2",
                "MODEMGATE_HTTP_ALLOWED_HOSTS": "a.example.org, B.example.org:81",
                "MODEMGATE_HTTP_TLS_CERTIFICATE": "/c.pem", "MODEMGATE_HTTP_TLS_KEY": "/k.pem",
                "MODEMGATE_SMS_NATIONAL_LANGUAGES": "tr,es", "MODEMGATE_SMS_ASSEMBLY_TIMEOUT": "1h30m",
                "MODEMGATE_SMS_DELIVERY_REPORTS": "false", "MODEMGATE_SMS_SERVICE_CENTRE": "+33639980001",
                "MODEMGATE_SMS_RETRY_FIRST_DELAY": "1s", "MODEMGATE_SMS_RETRY_LONGEST_DELAY": "2s",
                "MODEMGATE_SMS_RETRY_GIVE_UP_AFTER": "3m",
                "MODEMGATE_MODEMS": "[{id: x, model: sim7600, tty: /dev/x, pin: 0123}]",
                "MODEMGATE_LOG_LEVEL": "debug", "MODEMGATE_LOG_SHOW_NUMBERS": "true", "OTHER": "x",
                "MODEMGATE_CONFIG": "/not/read.yaml",
            ], isRoot: true)
        var expected = GatewayConfiguration(dataDirectory: "/data")
        expected.http.listen = ListenAddress(host: "::1", port: 2)
        expected.http.allowedHosts = ["a.example.org", "b.example.org:81"]
        expected.http.tls = GatewayConfiguration.TLS(certificate: "/c.pem", key: "/k.pem")
        expected.sms.nationalLanguages = ["tr", "es"]
        expected.sms.assemblyTimeout = .seconds(5400)
        expected.sms.deliveryReports = false
        expected.sms.serviceCentre = "+33639980001"
        expected.sms.retry.firstDelay = .seconds(1)
        expected.sms.retry.longestDelay = .seconds(2)
        expected.sms.retry.giveUpAfter = .seconds(180)
        expected.modems = [GatewayConfiguration.Modem(id: "x", model: "SIM7600", tty: "/dev/x", pin: "0123")]
        expected.log.level = .debug
        expected.log.showNumbers = true
        #expect(loaded.configuration == expected)
        #expect(loaded.warnings == [])
        #expect(loaded.origins["log.level"]?.description == "environment MODEMGATE_LOG_LEVEL")
    }

    @Test func everySettingHasAVariable() {
        for (path, environment) in GatewayConfiguration.settingNames {
            #expect(environment.hasPrefix("MODEMGATE_"), "\(path)")
        }
        #expect(
            Set(GatewayConfiguration.settingNames.map(\.environment)).count == GatewayConfiguration.settingNames.count)
    }

    @Test func jsonIsYAMLForModems() throws {
        let loaded = try load("", environment: ["MODEMGATE_MODEMS": #"[{"id":"a","tty":"/dev/a"},{"tty":"/dev/b"}]"#])
        #expect(loaded.configuration.modems.map(\.id) == ["a", "modem-1"])
    }

    @Test func anEmptyListVariableEmptiesTheList() throws {
        let environment = ["MODEMGATE_SMS_NATIONAL_LANGUAGES": "", "MODEMGATE_MODEMS": ""]
        let loaded = try load("sms: {nationalLanguages: [tr]}\nmodems: [{tty: /a}]\n", environment: environment)
        #expect(loaded.configuration.sms.nationalLanguages == [])
        #expect(loaded.configuration.modems == [])
    }

    @Test func flagsReplaceTheEnvironment() throws {
        let scratch = try Scratch()
        let path = try scratch.file("")
        let loaded = try GatewayConfiguration.load(
            file: path,
            environment: ["MODEMGATE_HTTP_LISTEN": "127.0.0.1:1", "MODEMGATE_MODEMS": "[{tty: /x}]"],
            overrides: [
                ConfigurationOverride(flag: "--listen", key: "http.listen", text: "127.0.0.1:0"),
                ConfigurationOverride(flag: "--modem", modems: ["ec25:/dev/pts/3", "SIM7600:/dev/x:1", "EC25:/dev/c"]),
            ], isRoot: true)
        #expect(loaded.configuration.http.listen == ListenAddress(host: "127.0.0.1", port: 0))
        #expect(
            loaded.configuration.modems == [
                GatewayConfiguration.Modem(id: "ec25-1", model: "EC25", tty: "/dev/pts/3"),
                GatewayConfiguration.Modem(id: "sim7600-1", model: "SIM7600", tty: "/dev/x:1"),
                GatewayConfiguration.Modem(id: "ec25-2", model: "EC25", tty: "/dev/c"),
            ])
    }

    @Test(arguments: [
        (
            ["EC26:/dev/a"],
            "option --modem: modems.model: \"EC26\" is not a modem model known here; did you mean \"EC25\"?"
        ),
        (["/dev/a"], "option --modem: \"/dev/a\" is not MODEL:TTY; write for example EC25:/dev/ttyUSB2"),
        (["EC25:"], "option --modem: modems.tty: has no value; give one, or remove the setting"),
    ])
    func wrongModemFlag(_ modems: [String], _ message: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("")
        let error = #expect(throws: ConfigurationError.self) {
            try GatewayConfiguration.load(
                file: path, environment: [:],
                overrides: [ConfigurationOverride(flag: "--modem", modems: modems)], isRoot: true)
        }
        #expect(error?.description == message)
    }

    @Test func aMisspeltVariableIsRefusedAndAStrangeOneWarnedOf() throws {
        #expect(
            try problems("", environment: ["MODEMGATE_HTTP_LISTN": "x"])
                == ["environment MODEMGATE_HTTP_LISTN: unknown setting; did you mean \"MODEMGATE_HTTP_LISTEN\"?"])
        let warnings = try load("", environment: ["MODEMGATE_E2E_BINARY": "x"]).warnings
        #expect(warnings.map(\.description) == ["environment MODEMGATE_E2E_BINARY: is no setting and has no effect"])
    }

    @Test func problemsInAVariableHaveItsPosition() throws {
        #expect(
            try problems("", environment: ["MODEMGATE_MODEMS": "[{tty: /a},\n {ttx: /b}]"]) == [
                "environment MODEMGATE_MODEMS:2:3: modems[2].ttx: unknown setting; did you mean \"tty\"?"
            ])
    }

    @Test func relativePathsStartAtTheFile() throws {
        let scratch = try Scratch()
        let path = try scratch.file("http: {tls: {certificate: tls/a.pem, key: ./tls/a.key}}\n")
        let tls = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true).configuration.http.tls
        #expect(tls?.certificate == scratch.path + "/tls/a.pem")
        #expect(tls?.key == scratch.path + "/tls/a.key")
    }

    @Test func listeningOpenlyWithoutTLSIsWarnedOf() throws {
        let warnings = try load("http:\n  listen: 0.0.0.0:8080\n").warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.place.line == 2)
        #expect(try load("http:\n  listen: 127.8.9.1:8080\n").warnings.isEmpty)
    }

    @Test(arguments: [
        (["HOME": "/home/u"], false, "/home/u/.local/state/modemgate"),
        (["HOME": "/home/u", "XDG_STATE_HOME": "/s"], false, "/s/modemgate"),
        (["HOME": "/home/u", "XDG_STATE_HOME": "s"], false, "/home/u/.local/state/modemgate"),
        ([:], false, "/var/lib/modemgate"),
        (["HOME": "/root", "XDG_STATE_HOME": "/s"], true, "/var/lib/modemgate"),
    ])
    func dataDirectory(_ environment: [String: String], _ isRoot: Bool, _ path: String) {
        #expect(DataDirectory.standard(environment: environment, isRoot: isRoot) == path)
    }

    @Test func theFileOfTheUserComesFirst() throws {
        let scratch = try Scratch()
        #expect(ConfigurationFile.standardPath(environment: ["MODEMGATE_CONFIG": "/x"], isRoot: true) == "/x")
        let missing = ConfigurationFile.standardPath(environment: ["HOME": scratch.path], isRoot: false)
        #expect(missing == nil || missing == "/etc/modemgate/modemgate.yaml")
    }
}

/// PINs are for the modem's owner alone.
@Suite struct ConfiguredPINTests {
    @Test(arguments: [mode_t(0o644), 0o604]) func aFileEveryoneCanReadMustNotHoldAPIN(_ mode: mode_t) throws {
        let scratch = try Scratch()
        let path = try scratch.file("modems:\n  - tty: /dev/a\n    pin: 1234\n", mode: mode)
        #expect(
            HostileYAMLTests.refusal(of: path)
                == "\(path):3:10: pin: every user of this machine can read this file and the PIN in it; chmod 640 \(path), or keep the PIN in a pin_file"
        )
        // Commands that need no PIN are not stopped.
        _ = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true, readingPINs: false)
    }

    @Test(arguments: [mode_t(0o600), 0o640]) func aPrivateFileMayHoldAPIN(_ mode: mode_t) throws {
        let scratch = try Scratch()
        let path = try scratch.file("modems: [{tty: /dev/a, pin: 0123}]\n", mode: mode)
        let loaded = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true)
        #expect(loaded.configuration.modems.first?.pin == "0123")
    }

    @Test func theFileOfAPINIsRead() throws {
        let scratch = try Scratch()
        _ = try scratch.file("0042\n", name: "sim.pin", mode: 0o600)
        let path = try scratch.file("modems: [{tty: /dev/a, pin_file: sim.pin}]\n", mode: 0o644)
        let loaded = try GatewayConfiguration.load(file: path, environment: [:], isRoot: true)
        #expect(loaded.configuration.modems.first?.pin == "0042")
    }

    @Test(arguments: [
        ("0042\n", mode_t(0o644), "every user of this machine can read it"), ("12\n", 0o600, "is not a PIN"),
        ("0042\n0043\n", 0o600, "holds more than a PIN"), ("", 0o600, "is not a PIN"),
    ])
    func aWrongFileOfAPIN(_ text: String, _ mode: mode_t, _ message: String) throws {
        let scratch = try Scratch()
        let pin = try scratch.file(text, name: "sim.pin", mode: mode)
        let path = try scratch.file("modems: [{tty: /dev/a, pin_file: sim.pin}]\n")
        let refusal = HostileYAMLTests.refusal(of: path) ?? ""
        #expect(refusal.hasPrefix("\(pin): pin_file: \(message)"))
        #expect(!refusal.contains("0042"))
    }
}
