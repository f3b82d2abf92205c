// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemgateConfiguration

/// One wrong file and exactly what is said about it.
struct WrongFile: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var problems: [String]
    var testDescription: String { self.name }

    init(_ name: String, _ text: String, _ problems: String...) {
        self.name = name
        self.text = text
        self.problems = problems
    }
}

@Suite struct ConfigurationProblemTests {
    static let unknownSettings = [
        WrongFile(
            "misspeltKey", "http:\n  listn: 127.0.0.1:80\n",
            "2:3: http.listn: unknown setting; did you mean \"listen\"?"),
        WrongFile(
            "otherCase", "sms:\n  national_languages: [tr]\n",
            "2:3: sms.national_languages: unknown setting; did you mean \"nationalLanguages\"?"),
        WrongFile(
            "wrongSection", "listen: 127.0.0.1:80\n",
            "1:1: listen: unknown setting; did you mean \"http.listen\"?"),
        WrongFile(
            "misspeltSection", "htpt:\n  listen: 127.0.0.1:80\n",
            "1:1: htpt: unknown setting; did you mean \"http\"?"),
        WrongFile(
            "dottedKey", "http.listen: 127.0.0.1:80\n",
            "1:1: http.listen: unknown setting; write listen below http"),
        WrongFile(
            "nothingNear", "log:\n  quux: 1\n", "2:3: log.quux: unknown setting; known here: level, show_numbers"),
        WrongFile(
            "modemKey", "modems:\n  - tty: /dev/ttyUSB2\n    modle: EC25\n",
            "3:5: modems[1].modle: unknown setting; did you mean \"model\"?"),
        WrongFile(
            "mergeKey", "<<: {log: {level: info}}\n",
            "1:1: <<: unknown setting; known here: data_dir, http, sms, modems, webhooks, ussd, log"),
    ]

    static let wrongTypes = [
        WrongFile(
            "listForText", "http:\n  listen: [a]\n",
            "2:11: http.listen: expected an address such as 127.0.0.1:8080, found a list"),
        WrongFile(
            "textForList", "sms:\n  nationalLanguages: tr\n",
            "2:22: sms.nationalLanguages: expected a list, found \"tr\"; write [a, b], or one \"- a\" per line"),
        WrongFile(
            "textForSection", "http: yes please\n",
            "1:7: http: expected settings (listen, allowed_hosts, tls), found \"yes please\""),
        WrongFile(
            "listAtTop", "- a\n",
            "1:1: expected settings (data_dir, http, sms, modems, webhooks, ussd, log), found a list"),
        WrongFile(
            "quotedBoolean", "sms:\n  delivery_reports: \"true\"\n",
            "2:21: sms.delivery_reports: expected true or false, found text; write true without quotes"),
        WrongFile(
            "yesForTrue", "log:\n  show_numbers: yes\n",
            "2:17: log.show_numbers: expected true or false, found \"yes\"; write true"),
        WrongFile(
            "booleanForText", "data_dir: true\n",
            "1:11: data_dir: expected a path, found the truth value true; put it in quotes"),
        WrongFile(
            "nothing", "http:\n  listen:\n", "2:10: http.listen: has no value; give one, or remove the setting"),
        WrongFile(
            "tagged", "data_dir: !!binary aGVsbG8=\n",
            "1:11: data_dir: tags are not read here; write the plain value"),
        WrongFile("listAsKey", "? [a]\n: b\n", "1:3: the name of a setting must be a word"),
    ]

    static let outOfRange = [
        WrongFile(
            "port", "http:\n  listen: 127.0.0.1:65536\n",
            "2:11: http.listen: \"65536\" is not a TCP port; a number from 0 to 65535; 0 lets the system choose"),
        WrongFile(
            "portAlone", "http:\n  listen: 8080\n",
            "2:11: http.listen: \"8080\" has no host; did you mean \"127.0.0.1:8080\"?"),
        WrongFile(
            "hostAlone", "http:\n  listen: localhost\n",
            "2:11: http.listen: \"localhost\" has no port; did you mean \"localhost:8080\"?"),
        WrongFile(
            "noHost", "http:\n  listen: :8080\n",
            "2:11: http.listen: has no host; write 127.0.0.1:8080 for this machine alone, 0.0.0.0:8080 for all"),
        WrongFile(
            "bareIPv6", "http:\n  listen: ::1:8080\n",
            "2:11: http.listen: an IPv6 address stands in brackets; did you mean \"[::1]:8080\"?"),
        WrongFile(
            "url", "http:\n  allowed_hosts: [\"https://gate.example.org/x\"]\n",
            "2:19: http.allowed_hosts[1]: a host, not a URL; did you mean \"gate.example.org\"?"),
        WrongFile(
            "pattern", "http:\n  allowed_hosts: [\"*.example.org\"]\n",
            "2:19: http.allowed_hosts[1]: \"*.example.org\" is not a host name; write every name out; patterns are not read"
        ),
        WrongFile(
            "languageByName", "sms:\n  nationalLanguages: [es, Turkisch]\n",
            "2:27: sms.nationalLanguages[2]: \"turkisch\" has no national language table; did you mean \"tr\"?"),
        WrongFile(
            "durationWithoutUnit", "sms:\n  assembly_timeout: 30\n",
            "2:21: sms.assembly_timeout: 30 has no unit; did you mean \"30s\"?"),
        WrongFile(
            "durationTooLong", "sms:\n  assembly_timeout: 31d\n",
            "2:21: sms.assembly_timeout: 31d is out of range; from 1s to 30d"),
        WrongFile(
            "durationOverflow", "sms:\n  assembly_timeout: 99999999999999999999d\n",
            "2:21: sms.assembly_timeout: \"99999999999999999999d\" is not a duration; write 30s, 15m, 24h or 7d"),
        WrongFile(
            "longestBelowFirst", "sms:\n  retry:\n    first_delay: 1h\n    longest_delay: 1m\n",
            "4:5: sms.retry.longest_delay: 1m is less than first_delay, 1h; set it to at least that"),
        WrongFile(
            "level", "log:\n  level: warn\n",
            "2:10: log.level: \"warn\" is not a log level; did you mean \"warning\"?"),
        WrongFile(
            "serviceCentre", "sms:\n  service_centre: 0639980001\n",
            "2:19: sms.service_centre: \"0639980001\" is not an international number; write + and 3 to 15 digits, nothing else"
        ),
        WrongFile("tilde", "data_dir: ~/gate\n", "1:11: data_dir: ~ is not replaced here; write the whole path"),
        WrongFile(
            "halfTLS", "http:\n  tls:\n    certificate: /a.pem\n",
            "3:5: http.tls.certificate: needs http.tls.key as well; set both"),
    ]

    static let modems = [
        WrongFile(
            "noTTY", "modems:\n  - id: a\n",
            "2:5: modems[1]: has no tty; write tty: /dev/… (its AT port)"),
        WrongFile(
            "model", "modems:\n  - {model: EC26, tty: /dev/a}\n",
            "2:13: modems[1].model: \"EC26\" is not a modem model known here; did you mean \"EC25\"?"),
        WrongFile(
            "id", "modems:\n  - {id: \"Büro 1\", tty: /dev/a}\n",
            "2:10: modems[1].id: \"Büro 1\" is not a modem id (1 to 32 of a-z, 0-9, - and _); did you mean \"b-ro-1\"?"),
        WrongFile(
            "sameID", "modems:\n  - {id: a, tty: /dev/a}\n  - {id: a, tty: /dev/b}\n",
            "3:5: modems[2]: modems[1] has the id \"a\" too; ids are unique"),
        WrongFile(
            "sameTTY", "modems:\n  - {tty: /dev/a}\n  - {tty: /dev/a}\n",
            "3:5: modems[2]: modems[1] uses /dev/a too; one modem a tty"),
        WrongFile(
            "pinIsNotRepeated", "modems:\n  - {tty: /dev/a, pin: 12x4}\n",
            "2:24: modems[1].pin: is not a PIN; 4 to 8 digits"),
        WrongFile(
            "pinTwice", "modems:\n  - {tty: /dev/a, pin: 1234, pin_file: /x}\n",
            "2:40: modems[1].pin_file: there is a pin as well; keep one of the two"),
    ]

    static let syntax = [
        WrongFile(
            "tab", "http:\n\tlisten: 127.0.0.1:1\n",
            "2:1: not YAML: while scanning for the next token: found character that cannot start any token; indent with blanks, not with tabs"
        ),
        WrongFile(
            "unquotedStar", "http:\n  allowed_hosts: [*.example.org]\n",
            "2:20: not YAML: while scanning an alias: did not find expected alphabetic or numeric character; put the value in quotes"
        ),
        WrongFile(
            "twoDocuments", "log: {level: info}\n---\nlog: {level: debug}\n",
            "2:1: not YAML: expected a single document in the stream: but found another document; keep one document, without a second ---"
        ),
        WrongFile(
            "doubled", "log:\n  level: info\n  show_numbers: true\n  level: debug\n",
            "4:3: log.level: is set twice, first on line 2; keep one"),
        WrongFile(
            "tripled", "log: {level: info, \"level\": debug, level: trace}\n",
            "1:20: log.level: is set twice, first on line 1; keep one",
            "1:36: log.level: is set twice, first on line 1; keep one"),
        WrongFile(
            "doubledWithEscape", "log: {\"\\x6cevel\": info, level: debug}\n",
            "1:7: \"level\" is set twice; keep one"),
        WrongFile(
            "emptyKeys", "\"\": 1\n\"\": 2\n", "1:1: \"\" is set twice; keep one"),
    ]

    @Test(arguments: Self.unknownSettings + Self.wrongTypes + Self.outOfRange + Self.modems + Self.syntax)
    func isRefused(_ file: WrongFile) throws {
        #expect(try problems(file.text) == file.problems)
    }

    @Test func everyProblemAtOnceInTheOrderOfLines() throws {
        let text = """
            log:
              level: loud
              level: info
            http:
              listn: x
            sms:
              nationalLanguages: [xx, tr, yy]
            """
        #expect(
            try problems(text, environment: ["MODEMGATE_HTTP_LISTEN": "nowhere"]).map { $0.prefix { $0 != ";" } } == [
                "2:10: log.level: \"loud\" is not a log level",
                "3:3: log.level: is set twice, first on line 2",
                "5:3: http.listn: unknown setting",
                "7:23: sms.nationalLanguages[1]: \"xx\" has no national language table",
                "7:31: sms.nationalLanguages[3]: \"yy\" has no national language table",
                "environment MODEMGATE_HTTP_LISTEN: http.listen: \"nowhere\" has no port",
            ])
    }

    @Test func linesCountTheSameWithCRLFAndByteOrderMark() throws {
        let text = "\u{FEFF}# é\r\nhttp:\r\n  listn: x\r\n"
        #expect(try problems(text) == ["3:3: http.listn: unknown setting; did you mean \"listen\"?"])
        #expect(try problems("\u{FEFF}listn: x\n") == ["1:1: listn: unknown setting; did you mean \"http.listen\"?"])
    }
}
