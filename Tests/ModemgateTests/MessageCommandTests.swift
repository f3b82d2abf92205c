// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import Glibc
import Testing

@testable import modemgate

/// What the commands of messages ask the daemon for.
@Suite struct MessageRequestTests {
    static let requests: [(name: String, arguments: [String], body: String)] = [
        ("oneNumber", ["+33639980001", "x"], #"{"text":"x","to":"+33639980001"}"#),
        (
            "severalNumbers", ["+33639980001, +33639980002", "x", "--class", "0"],
            #"{"class":0,"text":"x","to":["+33639980001","+33639980002"]}"#
        ),
        ("flash", ["1", "x", "--flash"], #"{"class":0,"text":"x","to":"1"}"#),
        (
            "everyOption",
            [
                "1", "x", "--sim", "+33639980002", "--validity", "2h", "--at", "30m", "--priority", "9",
                "--replace-type", "7", "--reference", "a b", "--no-report",
            ],
            #"{"deliveryReport":false,"priority":9,"reference":"a b","replaceType":7,"sendAt":"2026-02-01T00:30:00.000Z","#
                + #""sim":"+33639980002","text":"x","to":"1","validity":7200}"#
        ),
        (
            "dataWithPorts", ["1", "--data-hex", "00FF", "--ports", "2948:9200", "--modem", "a"],
            #"{"dataHex":"00FF","modem":"a","ports":{"destination":2948,"source":9200},"to":"1"}"#
        ),
        (
            "onePort", ["1", "--data-hex", "00", "--ports", "7"],
            #"{"dataHex":"00","ports":{"destination":7,"source":0},"to":"1"}"#
        ),
        ("routeByName", ["1", "x", "--route", "domestic"], #"{"route":"domestic","text":"x","to":"1"}"#),
        ("routeByModems", ["1", "x", "--route", "a, b"], #"{"route":["a","b"],"text":"x","to":"1"}"#),
        ("hostileText", ["1;ATD", "\"\n$(x)\u{1A}"], #"{"text":"\"\n$(x)\u001a","to":"1;ATD"}"#),
    ]

    @Test(arguments: Self.requests) func sending(_ name: String, _ arguments: [String], _ body: String) throws {
        let now = try #require(LocalTime.date("2026-02-01T00:00:00Z"))
        #expect(CompactJSON.text(try SMSSendCommand.parse(arguments).message.request(now: now)) == body)
        #expect(CompactJSON.text(try SMSPreviewCommand.parse(arguments).message.request(now: now)) == body)
    }

    @Test(arguments: [
        ["sms", "send", "1", "x", "--ports", "65536"], ["sms", "send", "1", "x", "--ports", "1:2:3"],
        ["sms", "send", "1", "x", "--ports", ":1"], ["sms", "send", "1", "x", "--at", "soon"],
        ["sms", "send", "1", "x", "--flash", "--class", "1"], ["sms", "send", "1", "x", "--modem", "a", "--sim", "b"],
        ["sms", "preview", "1"], ["sms", "preview", "1", "x", "--idempotency-key", "k"], ["sms", "resend"],
        ["sms", "search"], ["sms", "read"], ["sms", "read", "a", "--conversation", "1"],
        ["sms", "read", "--conversation", "1", "--unread"], ["sms", "conversations", "1", "--unread"],
        ["sms", "conversations", "--limit", "0"], ["sms", "export"], ["sms", "export", "-", "--json"],
        ["sms", "export", "a", "--format", "xml"], ["sms", "export", "a", "--since", "never"], ["sms", "delete"],
        ["opt-out", "add"], ["opt-out", "remove"], ["opt-out", "list", "--limit", "501"],
    ])
    func isRefusedAsUsage(_ arguments: [String]) {
        do {
            _ = try Modemgate.parseAsRoot(arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(Modemgate.exitCode(for: error).rawValue == ExitStatus.usage.rawValue)
        }
    }

    @Test func searchQuery() throws {
        let command = try SMSSearchCommand.parse(["a&b", "\"c\"", "--unread", "--peer", "+1", "--limit", "2"])
        #expect(command.query(now: Date()) == "q=a%26b%20%22c%22&peer=%2B1&unread=true&limit=2")
    }

    @Test(arguments: [
        (["m.csv"], "csv"), (["m.JSONL"], "jsonl"), (["m.ndjson"], "jsonl"), (["m"], "csv"), (["-"], "csv"),
        (["m.csv", "--format", "jsonl"], "jsonl"),
    ])
    func exportFormat(_ arguments: [String], _ format: String) throws {
        let command = try SMSExportCommand.parse(arguments + ["--direction", "in"])
        #expect(command.path(now: Date()) == "/api/sms/export?format=\(format)&direction=in")
    }

    @Test(arguments: [
        (["a/b"], ["/api/sms/a%2Fb/read"]), (["a", "b", "--unread"], ["/api/sms/a/unread", "/api/sms/b/unread"]),
        (["--conversation", "+33 6"], ["/api/conversations/%2B33%206/read"]),
    ])
    func reading(_ arguments: [String], _ paths: [String]) throws {
        #expect(try SMSReadCommand.parse(arguments).paths == paths)
    }

    @Test(arguments: [
        ("30m", "2026-02-01T00:30:00.000Z"), ("7d", "2026-02-08T00:00:00.000Z"),
        ("2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000Z"),
    ])
    func momentAhead(_ text: String, _ expected: String) throws {
        let now = try #require(LocalTime.date("2026-02-01T00:00:00Z"))
        #expect(LocalTime.iso8601(fromUser: text, now: now, ahead: true) == expected)
    }

    /// A line break in a header would begin another header.
    @Test(arguments: ["", "a b", "a\r\nX: y", "é", "a\u{0}"]) func noIdempotencyKey(_ key: String) async throws {
        let directory = try TemporaryDirectory()
        let daemon = DaemonClient(dataDirectory: directory.path)
        let failure = await #expect(throws: CommandFailure.self) {
            try await daemon.exchange(.post, "/api/sms", headers: [("Idempotency-Key", key)])
        }
        #expect(failure?.status == .usage)
    }
}

/// What they print.
@Suite struct MessageOutputTests {
    static func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try Answer.decode(type, from: Data(json.utf8))
    }

    static let outgoing = #"""
        {"id":"m2","direction":"out","from":null,"to":"+33639980002","text":"x","dataHex":null,"state":"queued",
        "modem":"ec25-1","encoding":"gsm7","class":null,"incomplete":false,"error":null,"batch":null,"token":"shop",
        "createdAt":"x","sentAt":null,"deliveredAt":null,"receivedAt":null,"priority":9,"sendAt":null,"expiresAt":"later",
        "reference":"4711","replaceType":null,"route":["ec25-1","b"],"sim":null,"resends":2,"kind":"normal","ports":null,
        "mms":null,"messageWaiting":[],"contentType":null,"readAt":null,"completedAt":null,
        "waiting":{"code":"quiet-hours","reason":"Its modem keeps quiet\u001b hours.","until":"08:00"},
        "parts":[{"number":1,"state":"failed","reference":null,"status":70,"statusText":"the network says no","error":null,
        "sentAt":null,"deliveredAt":null,"timestamp":null,"pdu":"00"}],
        "cost":{"encoding":"gsm7","parts":1,"recipients":1,"totalParts":1,"unit":"septet","charactersPerPart":160,
        "unitsUsed":1,"unitsLeft":159}}
        """#

    @Test func whatWaitsSaysWhyAndUntilWhen() throws {
        let answer = try Self.decode(CostedMessageAnswer.self, Self.outgoing)
        #expect(
            SMSSendCommand.lines(of: [answer.message], cost: answer.cost) == [
                "m2  queued  +33639980002  Its modem keeps quiet\u{FFFD} hours. (until 08:00)", "1 part, gsm7",
            ])
        let lines = SMSShowCommand.lines(of: answer.message)
        for line in [
            "waiting:     Its modem keeps quiet\u{FFFD} hours. (until 08:00) (quiet-hours)", "reference:   4711",
            "route:       ec25-1, b", "priority:    9", "expires:     later", "sent again:  2 times",
            "part 1:      failed, TP-Status 70, the network says no",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("kind") || $0.hasPrefix("read") })
    }

    @Test func anMMSNotificationIsShownAsSuch() throws {
        let message = try Self.decode(
            MessageAnswer.self,
            #"""
            {"id":"m3","direction":"in","from":"+33639980002","to":null,"text":null,"dataHex":"00","state":"received",
            "parts":[],"createdAt":"x","receivedAt":"x","kind":"mms","readAt":"y",
            "mms":{"from":"+33639980003","subject":"Holiday\u0007","url":"http://mms.example.org/1","sizeBytes":1000}}
            """#)
        #expect(SMSListCommand.table(of: [message], width: nil).last?.hasSuffix("MMS Holiday\u{FFFD}") == true)
        let lines = SMSShowCommand.lines(of: message)
        for line in ["kind:       mms", "subject:    Holiday\u{FFFD}", "MMS size:   1000 bytes", "read:       y"] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
    }

    @Test func aPreview() throws {
        let preview = try Self.decode(
            PreviewAnswer.self,
            #"""
            {"cost":{"encoding":"ucs2","parts":2,"recipients":2,"totalParts":4},"sendAt":"soon","expiresAt":"later","parts":[
            {"number":1,"text":"a\nb","dataHex":null,"unitsUsed":67,"unitsLeft":0},
            {"number":2,"text":null,"dataHex":"FF","unitsUsed":1,"unitsLeft":66}],"repeated":["+33639980002"],
            "recipients":[{"written":"06","to":"+33639980002","modems":["ec25-1","b"],"sim":null,"why":"by a rule"},
            {"written":"36","to":"36","modems":["b"],"sim":null,"why":"as the request says"}]}
            """#)
        #expect(
            SMSPreviewCommand.lines(of: preview) == [
                "2 parts to 2 numbers: 4 parts, ucs2", "sent at soon, expires at later",
                "part 1: 67 used, 0 left  \"a b\"", "part 2: 1 used, 66 left  hex FF",
                "+33639980002  by ec25-1 first  by a rule", "36  by b  as the request says",
                "+33639980002 was given more than once; it would get one message.",
            ])
    }

    @Test(arguments: [("[2]", "part 2 goes out again"), ("[1,2]", "parts 1, 2 go out again")])
    func whatGoesOutAgainIsSaid(_ parts: String, _ sentence: String) throws {
        let answer = try Self.decode(
            ResentMessageAnswer.self,
            #"{"id":"m","direction":"out","state":"queued","to":"1","parts":[],"createdAt":"x","resentParts":\#(parts)}"#
        )
        #expect(SMSResendCommand.lines(of: answer) == ["m  queued  1", sentence])
    }

    @Test func conversationsAsATable() throws {
        let last = #"{"id":"m","direction":"in","text":"Hi","state":"received","parts":[],"createdAt":"x"}"#
        let conversation = try Self.decode(
            ConversationAnswer.self,
            #"{"peer":"+33639980002","unread":3,"modems":["a","b"],"lastMessage":\#(last)}"#)
        #expect(
            SMSConversationsCommand.table(of: [conversation], width: nil) == [
                "NUMBER        UNREAD  TIME  MODEM  DIRECTION  TEXT",
                "+33639980002  3       x     a b    in         Hi",
            ])
        #expect(SMSConversationsCommand.table(of: [], width: nil) == ["No conversations."])
    }

    @Test func optOutsAsATable() throws {
        let one = try Self.decode(
            OptOutAnswer.self,
            #"{"id":"o1","number":"+33639980002","scope":"sim","modem":"ec25-1","word":"stop","createdAt":"x"}"#)
        let all = try Self.decode(
            OptOutAnswer.self, #"{"id":"o2","number":"+33639980003","scope":"global","createdAt":"y"}"#)
        #expect(
            OptOutListCommand.table(of: [one, all], width: nil) == [
                "ID  NUMBER        FROM      SINCE  WORD", "o1  +33639980002  ec25-1    x      stop",
                "o2  +33639980003  all SIMs  y      entered",
            ])
    }
}

@Suite struct NewFileTests {
    @Test func itAppearsWhole() throws {
        let directory = try TemporaryDirectory()
        var file = try NewFile(path: directory.path + "/a.csv", replacing: false)
        try file.write(Array("a,b\r\n".utf8))
        #expect(access(directory.path + "/a.csv", F_OK) != 0)
        try file.finish()
        #expect(try directory.mode(of: "a.csv") == 0o600)
        #expect(try String(contentsOfFile: directory.path + "/a.csv", encoding: .utf8) == "a,b\r\n")
        #expect(access(directory.path + "/a.csv.part", F_OK) != 0)
    }

    @Test func whatBreaksOffLeavesNothing() throws {
        let directory = try TemporaryDirectory()
        var file = try NewFile(path: directory.path + "/a.csv", replacing: false)
        try file.write([1])
        file.discard()
        #expect(access(directory.path + "/a.csv", F_OK) != 0)
        #expect(access(directory.path + "/a.csv.part", F_OK) != 0)
    }

    @Test func aFileIsReplacedOnlyWhenAskedFor() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/a.csv"
        var late = try NewFile(path: path, replacing: false)
        try Data([1]).write(to: URL(fileURLWithPath: path))
        let refusal = #expect(throws: CommandFailure.self) { try NewFile(path: path, replacing: false) }
        #expect(refusal?.message.contains("--force") == true)
        // It came while the export was under way.
        #expect(throws: CommandFailure.self) { try late.finish() }
        late.discard()
        var file = try NewFile(path: path, replacing: true)
        try file.write([2])
        try file.finish()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([2]))
    }
}
