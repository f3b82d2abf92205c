// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemgateConfiguration

/// Countries, routes, limits, quiet hours, opt-out, webhooks, USSD.
@Suite struct MessageSettingTests {
    @Test func everyVariableReplacesTheFile() throws {
        let loaded = try load(
            "sms: {country: DE, limits: {token: {per_day: 1}}}\n",
            environment: [
                "MODEMGATE_SMS_COUNTRY": "no", "MODEMGATE_SMS_DEFAULT_VALIDITY": "2h",
                "MODEMGATE_SMS_ROUTES": #"[{name: a, prefix: "+33", token: shop, modems: [x]}, {modems: [x, y]}]"#,
                "MODEMGATE_MODEMS": "[{id: x, tty: /dev/x}, {id: y, tty: /dev/y}]",
                "MODEMGATE_SMS_STICKY": "false", "MODEMGATE_SMS_FAILOVER_AFTER": "10s",
                "MODEMGATE_SMS_LIMITS_RECIPIENT_PER_HOUR": "1", "MODEMGATE_SMS_LIMITS_RECIPIENT_PER_DAY": "2",
                "MODEMGATE_SMS_LIMITS_TOKEN_PER_MINUTE": "3", "MODEMGATE_SMS_LIMITS_TOKEN_PER_HOUR": "4",
                "MODEMGATE_SMS_LIMITS_TOKEN_PER_DAY": "5", "MODEMGATE_SMS_TIME_ZONE": "Europe/Paris",
                "MODEMGATE_SMS_RETENTION_RECEIVED": "7d", "MODEMGATE_SMS_RETENTION_SENT": "8d",
                "MODEMGATE_SMS_RETENTION_MAXIMUM_MESSAGES": "9000",
                "MODEMGATE_SMS_OPT_OUT_ENABLED": "false", "MODEMGATE_SMS_OPT_OUT_SCOPE": "global",
                "MODEMGATE_SMS_OPT_OUT_LANGUAGES": "FR", "MODEMGATE_SMS_OPT_OUT_WORDS": "ASSEZ, no more",
                "MODEMGATE_SMS_OPT_OUT_START_WORDS": "ENCORE", "MODEMGATE_SMS_OPT_OUT_CONFIRM": "false",
                "MODEMGATE_SMS_OPT_OUT_CONFIRMATION": "Fini.", "MODEMGATE_WEBHOOKS_ALLOW": "[::1]:9000,192.0.2.0/24",
                "MODEMGATE_WEBHOOKS_TIMEOUT": "1s", "MODEMGATE_WEBHOOKS_FIRST_DELAY": "2s",
                "MODEMGATE_WEBHOOKS_LONGEST_DELAY": "3s", "MODEMGATE_WEBHOOKS_MAXIMUM_AGE": "4m",
                "MODEMGATE_WEBHOOKS_CONCURRENCY": "5", "MODEMGATE_USSD_TIMEOUT": "6s",
            ])
        var sms = GatewayConfiguration.SMS()
        sms.country = DiallingProcedure("NO", "Norway", "47", trunk: "")
        sms.defaultValidity = .seconds(7200)
        sms.routes = [
            GatewayConfiguration.Route(name: "a", prefix: "+33", token: "shop", modems: ["x"]),
            GatewayConfiguration.Route(modems: ["x", "y"]),
        ]
        sms.isSticky = false
        sms.failoverAfter = .seconds(10)
        sms.limits.recipient = GatewayConfiguration.Limits.Recipient(perHour: 1, perDay: 2)
        sms.limits.token = GatewayConfiguration.Limits.Token(perMinute: 3, perHour: 4, perDay: 5)
        sms.timeZone = "Europe/Paris"
        sms.retention = GatewayConfiguration.Retention(
            received: .seconds(7 * 86_400), sent: .seconds(8 * 86_400), maximumMessages: 9000)
        sms.optOut = GatewayConfiguration.OptOut(
            isEnabled: false, scope: .global, languages: ["fr"], words: ["ASSEZ", "no more"], startWords: ["ENCORE"],
            confirms: false, confirmation: "Fini.")
        #expect(loaded.configuration.sms == sms)
        #expect(
            loaded.configuration.webhooks
                == GatewayConfiguration.Webhooks(
                    allow: ["[::1]:9000", "192.0.2.0/24"], timeout: .seconds(1), firstDelay: .seconds(2),
                    longestDelay: .seconds(3), maximumAge: .seconds(240), concurrency: 5))
        #expect(loaded.configuration.ussd.timeout == .seconds(6))
        #expect(loaded.warnings == [])
    }

    @Test func everySettingOfAModem() throws {
        let text = """
            modems:
              - id: a
                tty: /dev/a
                limits: {per_minute: 1, per_hour: 2, per_day: 3, per_month: 4}
                quiet_hours: 21:00-08:00
                part_pause: 0s
                balance: {code: "*100#", pattern: 'Solde : ([0-9,]+) €'}
              - {tty: /dev/b, part_pause: 1m30s, balance: {code: "#1#", steps: ["1", "a b"], every: 1h, pattern: (.)}}
            """
        var first = GatewayConfiguration.Modem(id: "a", tty: "/dev/a")
        (first.limits.perMinute, first.limits.perHour) = (1, 2)
        (first.limits.perDay, first.limits.perMonth) = (3, 4)
        first.quietHours = GatewayConfiguration.QuietHours(start: 21 * 60, end: 8 * 60)
        first.balance = GatewayConfiguration.Balance(
            code: "*100#", every: .seconds(86_400), pattern: "Solde : ([0-9,]+) €")
        var second = GatewayConfiguration.Modem(id: "modem-1", tty: "/dev/b")
        second.partPause = .seconds(90)
        second.balance = GatewayConfiguration.Balance(
            code: "#1#", steps: ["1", "a b"], every: .seconds(3600), pattern: "(.)")
        let loaded = try load(text)
        #expect(loaded.configuration.modems == [first, second])
        #expect(try load(loaded.configuration.yaml()).configuration == loaded.configuration)
    }

    @Test(arguments: [
        ("00:00-06:30", 0, 390), ("9:00 - 17:05", 540, 1025), ("23:59-00:00", 1439, 0), ("21:00-08:00", 1260, 480),
    ])
    func quietHours(_ text: String, _ start: Int, _ end: Int) throws {
        let loaded = try load("modems: [{tty: /dev/a, quiet_hours: \(text)}]\n")
        #expect(loaded.configuration.modems[0].quietHours == GatewayConfiguration.QuietHours(start: start, end: end))
    }

    @Test(arguments: [
        "21:00", "21-08", "24:00-08:00", "21:60-08:00", "21:0-08:00", "-", "21:00-08:00-09:00", "+1:00-02:00",
        "99999999999999999999:00-01:00", "٢١:00-08:00",
    ])
    func noQuietHours(_ text: String) throws {
        let found = try problems("modems: [{tty: /dev/a, quiet_hours: \"\(text)\"}]\n")
        #expect(found.count == 1)
        #expect(found.first?.contains("is not a part of the day; write 21:00-08:00") == true)
    }

    static let wrong = [
        WrongFile(
            "countryByName", "sms: {country: France}",
            "1:16: sms.country: \"France\" is not a country code; did you mean \"FR\"?"),
        WrongFile("UK", "sms: {country: uk}", "1:16: sms.country: \"uk\" is not a country code; did you mean \"GB\"?"),
        WrongFile(
            "countryLeftOut", "sms: {country: BR}",
            "1:16: sms.country: how numbers are dialled in BR is not known here; remove the setting and write every number with +"
        ),
        WrongFile(
            "countryCode", "sms: {country: \"+33\"}",
            "1:16: sms.country: \"+33\" is not a country code; write two letters of ISO 3166, such as FR"),
        WrongFile(
            "validity", "sms: {default_validity: 31d}",
            "1:25: sms.default_validity: 31d is out of range; from 1m to 30d"),
        WrongFile(
            "failover", "sms: {failover_after: 1s}", "1:23: sms.failover_after: 1s is out of range; from 10s to 1d"),
        WrongFile(
            "limitOfNone", "sms: {limits: {token: {per_day: 0}}}",
            "1:33: sms.limits.token.per_day: 0 is out of range; from 1 to 10000000; without the setting there is no limit"
        ),
        WrongFile(
            "limitInWords", "sms: {limits: {token: {per_day: many}}}",
            "1:33: sms.limits.token.per_day: \"many\" is not a whole number; write digits, such as 10"),
        WrongFile(
            "limitInQuotes", "sms: {limits: {token: {per_day: \"5\"}}}",
            "1:33: sms.limits.token.per_day: expected a number, found text; write 5 without quotes"),
        WrongFile(
            "limitOfAnotherKind", "sms: {limits: {recipient: {per_minute: 5}}}",
            "1:28: sms.limits.recipient.per_minute: unknown setting; did you mean \"sms.limits.token.per_minute\"?"),
        WrongFile(
            "limitTooLarge", "sms: {retention: {maximum_messages: 99999999999999999999}}",
            "1:37: sms.retention.maximum_messages: 99999999999999999999 is out of range; from 1000 to 1000000000"),
        WrongFile(
            "zoneByCity", "sms: {time_zone: Paris}",
            "1:18: sms.time_zone: \"Paris\" is not a time zone of this system; did you mean \"Europe/Paris\"?"),
        WrongFile(
            "zoneOutsideTheDatabase", "sms: {time_zone: ../../../etc/passwd}",
            "1:18: sms.time_zone: \"../../../etc/passwd\" is not a time zone of this system; write a name of the IANA database, such as Europe/Paris or UTC"
        ),
        WrongFile(
            "zoneAsOffset", "sms: {time_zone: GMT+2}",
            "1:18: sms.time_zone: \"GMT+2\" is not a time zone of this system; write a name of the IANA database, such as Europe/Paris or UTC"
        ),
        WrongFile(
            "scope", "sms: {opt_out: {scope: all}}",
            "1:24: sms.opt_out.scope: \"all\" is not where an opt-out counts; it is one of sim, global"),
        WrongFile(
            "optOutLanguage", "sms: {opt_out: {languages: [pl]}}",
            "1:29: sms.opt_out.languages[1]: \"pl\" is not a language with opt-out words; did you mean \"nl\"?"),
        WrongFile(
            "blankWord", "sms: {opt_out: {words: [\" \"]}}", "1:25: sms.opt_out.words[1]: is blank; write a text"),
        WrongFile(
            "longConfirmation", "sms: {opt_out: {confirmation: \(String(repeating: "x", count: 202))}}",
            "1:31: sms.opt_out.confirmation: has 202 characters; at most 201 are allowed"),
        WrongFile(
            "longestBelowFirst", "webhooks: {first_delay: 1h, longest_delay: 1m}",
            "1:29: webhooks.longest_delay: 1m is less than first_delay, 1h; set it to at least that"),
        WrongFile(
            "concurrency", "webhooks: {concurrency: 65}", "1:25: webhooks.concurrency: 65 is out of range; from 1 to 64"
        ),
        WrongFile("ussdTimeout", "ussd: {timeout: 1s}", "1:17: ussd.timeout: 1s is out of range; from 5s to 5m"),
    ]

    static let wrongRoutes = [
        WrongFile(
            "noModem", "sms: {routes: [{prefix: \"+33\"}]}",
            "1:16: sms.routes[1]: names no modem; write modems: [ID, …], the first choice first"),
        WrongFile(
            "modemTwice", "sms: {routes: [{modems: [a, a]}]}", "1:16: sms.routes[1]: names a modem twice; keep one"),
        WrongFile(
            "nameTwice", "sms: {routes: [{name: a, modems: [x]}, {name: a, modems: [x]}]}",
            "1:40: sms.routes[2]: route 1 is called a too; names are unique"),
        WrongFile(
            "oldPrefix", "sms: {routes: [{prefix: 0033, modems: [x]}]}",
            "1:25: sms.routes[1].prefix: numbers are compared in their international form; did you mean \"+33\"?"),
        WrongFile(
            "prefixWithBlank", "sms: {routes: [{prefix: \"+33 6\", modems: [x]}]}",
            "1:25: sms.routes[1].prefix: \"+33 6\" is not the beginning of a number; write + and digits, such as +33, or the digits of a short code"
        ),
        WrongFile(
            "key", "sms: {routes: [{modem: [x]}]}",
            "1:17: sms.routes[1].modem: unknown setting; did you mean \"modems\"?"),
        WrongFile(
            "name", "sms: {routes: [{name: À propos, modems: [x]}]}",
            "1:23: sms.routes[1].name: \"À propos\" is not the name of a route (1 to 32 of a-z, 0-9, - and _); did you mean \"--propos\"?"
        ),
    ]

    static let wrongModems = [
        WrongFile(
            "allDayQuiet", "modems: [{tty: /dev/a, quiet_hours: \"08:00-08:00\"}]",
            "1:37: modems[1].quiet_hours: 08:00-08:00 is the whole day: nothing would ever be sent; remove the setting"),
        WrongFile(
            "balanceWithoutPattern", "modems: [{tty: /dev/a, balance: {code: \"*100#\"}}]",
            "1:10: modems[1].balance: needs code and pattern; set both"),
        WrongFile(
            "codeThatDials", "modems: [{tty: /dev/a, balance: {code: \"*100#;ATD1\", pattern: (.)}}]",
            "1:40: modems[1].balance.code: \"*100#;ATD1\" cannot be sent: A USSD code has only digits, *, # and +, such as *100#; ; is not one of them."
        ),
        WrongFile(
            "patternWithoutGroup", "modems: [{tty: /dev/a, balance: {code: \"*100#\", pattern: \"[0-9]+\"}}]",
            "1:58: modems[1].balance.pattern: \"[0-9]+\" cannot be used: The pattern needs exactly one group in brackets, which finds the amount, such as ([0-9]+[.,][0-9]+); it has 0. Brackets that find nothing begin with (?:"
        ),
        WrongFile(
            "brokenPattern", "modems: [{tty: /dev/a, balance: {code: \"*100#\", pattern: \"([0-9\"}}]",
            "1:58: modems[1].balance.pattern: \"([0-9\" cannot be used: A ] is missing (character 6 of the pattern)."),
    ]

    @Test(arguments: Self.wrong + Self.wrongRoutes + Self.wrongModems) func isRefused(_ file: WrongFile) throws {
        #expect(try problems(file.text) == file.problems)
    }

    @Test(arguments: [
        "hooks.example.org", "hooks.example.org:8443", "127.0.0.1", "127.0.0.1:9000", "::1", "[::1]:9000", "[::1]",
        "10.0.0.0/8", "10.0.0.0/8:443", "fd00::/8", "[fd00::/8]:443", "localhost",
    ])
    func webhookDestination(_ text: String) throws {
        #expect(try load("webhooks: {allow: [\"\(text)\"]}\n").configuration.webhooks.allow == [text])
    }

    @Test(arguments: [
        "https://hooks.example.org/x", "*.example.org", "10.0.0.0/33", "fd00::/129", "hooks.example.org/8", "a:0",
        "a:65536", "a:b", "[::1]x", "1::2::3", "a b", "[]", "/8", "10.0.0.0/", "a/b/c", "user@host", "[name]:80",
        "127.1", "2130706433", "0x7f.1", "-a", "a..b",
    ])
    func noWebhookDestination(_ text: String) throws {
        let found = try problems("webhooks: {allow: [\"\(text)\"]}\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("1:20: webhooks.allow[1]: ") == true)
    }

    /// A bracket begins a list in flow style, or an IPv6 address.
    @Test(arguments: [
        ("[::1]:9000,10.0.0.1", ["[::1]:9000", "10.0.0.1"]), ("[::1]", ["[::1]"]),
        ("[fd00::/8]:443, [fe80::1]", ["[fd00::/8]:443", "[fe80::1]"]), ("[a, b]", ["a", "b"]),
        ("[\"[::1]:80\"]", ["[::1]:80"]), ("[::1", []), ("[]", []),
    ])
    func listInAVariable(_ text: String, _ expected: [String]) throws {
        let environment = ["MODEMGATE_WEBHOOKS_ALLOW": text]
        if expected.isEmpty, text != "[]" {
            #expect(try problems("", environment: environment).count == 1)
        } else {
            #expect(try load("", environment: environment).configuration.webhooks.allow == expected)
        }
    }

    @Test(arguments: ["Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"]) func timeZone(
        _ name: String
    ) throws {
        #expect(try load("sms: {time_zone: \(name)}\n").configuration.sms.timeZone == name)
    }

    @Test func aRouteToAnotherModemIsWarnedOf() throws {
        let loaded = try load("modems: [{id: office, tty: /a}]\nsms:\n  routes:\n    - modems: [office, ofice]\n")
        #expect(loaded.configuration.sms.routes.count == 1)
        #expect(loaded.warnings.map(\.key) == ["sms.routes[1].modems[2]"])
        #expect(loaded.warnings.first?.place.line == 4)
        #expect(loaded.warnings.first?.suggestion == "did you mean \"office\"?")
    }
}

@Suite struct DiallingProcedureTests {
    @Test func codesAreUniqueAndWellFormed() {
        let table = DiallingProcedure.table
        #expect(Set(table.map(\.country)).count == table.count)
        #expect(Set(table.map(\.name)).count == table.count)
        for row in table {
            let isCode = row.country.utf8.count == 2 && row.country.utf8.allSatisfy { (0x41...0x5A).contains($0) }
            let digits = row.callingCode.utf8
            #expect(isCode && (1...3).contains(digits.count) && digits.allSatisfy(\.isDigit), "\(row)")
            #expect(row.callingCode.first != "0" && row.trunkPrefix.utf8.allSatisfy(\.isDigit), "\(row)")
            #expect((2...4).contains(row.internationalPrefix.utf8.count), "\(row)")
            #expect(row.internationalPrefix.utf8.allSatisfy(\.isDigit) && !row.name.isEmpty, "\(row)")
            // Otherwise a national number would begin like an international one.
            #expect(row.trunkPrefix.isEmpty || !row.trunkPrefix.hasPrefix(row.internationalPrefix), "\(row)")
        }
    }

    @Test(arguments: [
        ("fr", "33", "0", "00"), ("IT", "39", "", "00"), ("NO", "47", "", "00"), ("HU", "36", "06", "00"),
        ("RU", "7", "8", "810"), ("US", "1", "1", "011"), ("CA", "1", "1", "011"), ("AU", "61", "0", "0011"),
        ("JP", "81", "0", "010"), ("ZA", "27", "0", "00"), ("NG", "234", "0", "009"),
    ])
    func country(_ code: String, _ calling: String, _ trunk: String, _ international: String) throws {
        let country = try #require(try load("sms: {country: \(code)}\n").configuration.sms.country)
        #expect(country.callingCode == calling)
        #expect(country.trunkPrefix == trunk)
        #expect(country.internationalPrefix == international)
    }
}
