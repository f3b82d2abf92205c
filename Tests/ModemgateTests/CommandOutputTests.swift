// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import Testing

@testable import modemgate

@Suite struct CommandOutputTests {
    static func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try Answer.decode(type, from: Data(json.utf8))
    }

    static let modem = #"""
        {"id":"ec25-1","model":"EC25","manufacturer":"Quectel","firmware":"EC25EUXGAR08A19M1G","imei":"490154203237518",
        "state":"ready","reason":null,"sim":{"state":"ready","iccid":null,"imsi":null,"number":"+33639980001"},
        "network":{"registration":"home","operator":"Test \u001b[31mNet","plmn":"00101","technology":"LTE","lac":1,
        "cellId":2},"signal":{"rssiDbm":-71,"rsrpDbm":-100,"rsrqDb":-9.5,"sinrDb":12,"percent":67},
        "ports":[{"role":"at","path":"/dev/ttyUSB2"}],"since":"2026-01-31T23:59:59.123Z"}
        """#

    @Test func modemsAsATable() throws {
        var degraded = try Self.decode(ModemAnswer.self, Self.modem)
        degraded.id = "sim7600-1"
        degraded.network.operator = nil
        degraded.signal.percent = nil
        degraded.sim.number = nil
        degraded.state = "degraded"
        degraded.reason = "No SIM.\r\nInsert one."
        #expect(
            ModemsCommand.table(of: [try Self.decode(ModemAnswer.self, Self.modem), degraded], width: nil) == [
                "MODEM      MODEL  STATE     OPERATOR       TECHNOLOGY  SIGNAL  NUMBER",
                "ec25-1     EC25   ready     Test \u{FFFD}[31mNet  LTE         67 %    +33639980001",
                "sim7600-1  EC25   degraded  -              LTE         -       -",
                "", "sim7600-1: No SIM. Insert one.",
            ])
        #expect(ModemsCommand.table(of: [], width: nil).count == 1)
    }

    @Test func oneModemLeavesOutWhatIsUnknown() throws {
        let lines = ModemsCommand.lines(of: try Self.decode(ModemAnswer.self, Self.modem))
        #expect(lines.first == "id:            ec25-1")
        #expect(lines.contains("rsrq:          -9.5 dB"))
        #expect(lines.last == "port at:       /dev/ttyUSB2")
        #expect(!lines.contains { $0.hasPrefix("iccid") || $0.hasPrefix("reason") })
    }

    static let message = #"""
        {"id":"m1","direction":"in","from":"+33639980002","to":"+33639980001","text":"a\nb\u0007\u202e😀","dataHex":null,
        "state":"received","modem":"ec25-1","encoding":"ucs2","class":null,"incomplete":true,"error":null,"batch":null,
        "token":null,"createdAt":"2026-01-31T23:59:59Z","sentAt":null,"deliveredAt":null,
        "receivedAt":"2026-01-31T23:59:59.5Z","parts":[{"number":1,"state":"received","reference":null,"status":null,
        "error":null,"sentAt":null,"deliveredAt":null,"timestamp":"2026-01-31T23:59:58+01:00","pdu":"00"}]}
        """#

    @Test func messagesAsATable() throws {
        let message = try Self.decode(MessageAnswer.self, Self.message)
        let time = LocalTime.text("2026-01-31T23:59:59.5Z")
        let lines = SMSListCommand.table(of: [message], width: nil)
        #expect(lines.last == "m1  \(time)  in         received  ec25-1  +33639980002  a b\u{FFFD}\u{FFFD}😀")
        #expect(SMSListCommand.table(of: [message], width: 30).allSatisfy { $0.columns == 30 })
        #expect(SMSListCommand.table(of: [], width: nil) == ["No messages."])
    }

    @Test func oneMessageKeepsItsLines() throws {
        let lines = SMSShowCommand.lines(of: try Self.decode(MessageAnswer.self, Self.message))
        #expect(lines.contains("state:      received (incomplete)"))
        #expect(lines.contains("part 1:     received, service centre 2026-01-31T23:59:58+01:00"))
        #expect(lines.suffix(2) == ["", "a\nb\u{FFFD}\u{FFFD}😀"])
    }

    @Test func tokensAsATable() throws {
        let token = try Self.decode(
            TokenAnswer.self, #"{"id":"x","name":"shop","scopes":["sms:send"],"createdAt":"x","lastUsedAt":null}"#)
        #expect(
            TokenListCommand.table(of: [token], width: nil) == [
                "NAME  SCOPES    CREATED  LAST USED", "shop  sms:send  x        never",
            ])
    }

    @Test func anAnswerOfTheModem() throws {
        let answer = CommandAnswer(
            command: "AT+CSQ", result: "+CME ERROR: 10 (SIM not inserted)", lines: ["+CSQ: 20,99"],
            urcs: ["+CREG: 1\u{1B}"], durationMs: 12.5)
        #expect(
            answer.text == ["+CSQ: 20,99", "+CME ERROR: 10 (SIM not inserted)", "(unsolicited) +CREG: 1\u{FFFD}"])
        #expect(!answer.isOK)
        #expect(
            CompactJSON.text(answer)
                == #"{"command":"AT+CSQ","durationMs":12.5,"lines":["+CSQ: 20,99"],"result":"+CME ERROR: 10 (SIM not inserted)","urcs":["+CREG: 1\u001b"]}"#
        )
    }

    @Test func anAnswerThatIsNotUnderstoodIsADefect() {
        let failure = #expect(throws: CommandFailure.self) { try Self.decode(ModemAnswer.self, "<html>") }
        #expect(failure?.status == .software)
    }

    @Test(arguments: [("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("😀", 2), ("漢字", 4), ("☎️", 2)])
    func columns(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
    }

    @Test(arguments: [("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("😀😀😀", 4, "😀…"), ("abc", 1, "…")])
    func cut(_ text: String, _ width: Int, _ expected: String) {
        #expect(text.cut(toColumns: width) == expected)
    }
}

@Suite struct LocalTimeTests {
    @Test(arguments: [
        ("90s", "2026-01-31T23:58:30.000Z"), ("24h", "2026-01-31T00:00:00.000Z"), ("7d", "2026-01-25T00:00:00.000Z"),
        ("2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000Z"),
        ("2026-01-31T23:59:59.5+01:00", "2026-01-31T22:59:59.500Z"),
    ])
    func moment(_ text: String, _ expected: String) throws {
        let now = try #require(LocalTime.date("2026-02-01T00:00:00Z"))
        #expect(LocalTime.iso8601(fromUser: text, now: now) == expected)
    }

    @Test(arguments: ["2026-01-31", "2026-01-31 23:59", "2026-01-31T23:59:59"]) func localTimes(_ text: String) throws {
        let utc = try #require(LocalTime.iso8601(fromUser: text, now: Date()))
        #expect(LocalTime.text(utc).hasPrefix(text.replacing("T", with: " ")))
    }

    @Test(arguments: [
        "", "x", "2026-02-31", "2026-13-01", "24", "h", "-1h", "99999999999h", "2026-01-31 25:00", "1-2-3-4",
    ])
    func noMoment(_ text: String) {
        #expect(LocalTime.iso8601(fromUser: text, now: Date()) == nil)
    }

    @Test func whatIsNoTimeIsShownAsItIs() {
        #expect(LocalTime.text("soon\n") == "soon ")
    }
}

@Suite struct CommandLineTests {
    @Test func listQuery() throws {
        let command = try SMSListCommand.parse([
            "--peer", "+33639980001", "--since", "1h", "--limit", "3", "--text", "a b&c",
        ])
        let now = try #require(LocalTime.date("2026-02-01T00:00:00Z"))
        #expect(
            command.query(now: now)
                == "peer=%2B33639980001&text=a%20b%26c&since=2026-01-31T23%3A00%3A00.000Z&limit=3")
    }

    @Test(arguments: [("5m", 300), ("24h", 86_400), ("441d", 38_102_400)]) func validity(_ text: String, _ seconds: Int)
        throws
    {
        #expect(try SMSSendCommand.parse(["+33639980001", "x", "--validity", text]).message.validitySeconds == seconds)
    }

    @Test(arguments: [
        ["sms", "send", "+33639980001"], ["sms", "send", "+33639980001", "x", "--data-hex", "00"],
        ["sms", "send", "+33639980001", "x", "--validity", "0m"],
        ["sms", "send", "+33639980001", "x", "--validity", "soon"],
        ["sms", "list", "--limit", "501"], ["sms", "list", "--since", "never"], ["at"],
        ["at", "--port", "/dev/ttyUSB2"],
        ["token", "create", "shop"], ["nonsense"],
    ])
    func isRefusedAsUsage(_ arguments: [String]) {
        do {
            _ = try Modemgate.parseAsRoot(arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(Modemgate.exitCode(for: error).rawValue == ExitStatus.usage.rawValue)
        }
    }

    @Test func everyStatusIsExplained() {
        for status in ExitStatus.allCases {
            #expect(ExitStatus.help.contains("  \(status.rawValue)  \(status.meaning)"))
        }
        #expect(Modemgate.helpMessage().contains("78  the configuration is wrong"))
    }

    @Test func noDaemon() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        let failure = await #expect(throws: CommandFailure.self) {
            try await DaemonClient(dataDirectory: path).send(.get, "/api/modems")
        }
        #expect(failure?.status == .unavailable)
        #expect(failure?.message.contains("(\(path)): start it with `modemgate serve`") == true)
    }

    @Test func aPathTooLongForASocket() async {
        let path = "/" + String(repeating: "x", count: 100)
        let failure = await #expect(throws: CommandFailure.self) {
            try await DaemonClient(dataDirectory: path).send(.get, "/api/modems")
        }
        #expect(failure?.status == .usage)
    }
}
