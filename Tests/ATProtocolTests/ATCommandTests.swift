// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import Testing

struct ATCommandTests {
    @Test(arguments: [
        ("AT+CSQ\r", UInt8(0x0D), 6), ("AT+CSQ\nAT", 0x0A, 6), ("AT\u{1A}", 0x1A, 2), ("AT\u{1B}", 0x1B, 2),
        ("AT\0", 0, 2),
        ("AT\u{7F}", 0x7F, 2), ("AT+CMGS=\"é\"", 0xC3, 9),
    ])
    func refusedCharacters(row: (String, UInt8, Int)) {
        #expect(throws: ATCommandError.refusedCharacter(row.1, offset: row.2)) { try ATCommand(row.0) }
    }

    @Test(arguments: ["", "A", "CSQ", "A/", "+CSQ", " AT"])
    func whatIsNoCommand(text: String) {
        #expect(throws: ATCommandError.notACommand) { try ATCommand(text) }
    }

    @Test func tooLong() {
        #expect(throws: ATCommandError.tooLong(limit: 1024)) {
            try ATCommand("AT" + String(repeating: "x", count: 1023))
        }
    }

    @Test(arguments: [UInt8(0x1A), 0x1B, 0x00])
    func payloadThatWouldEndEarly(byte: UInt8) {
        #expect(throws: ATCommandError.refusedCharacter(byte, offset: 1)) {
            try ATCommand("AT+CMGS=1", payload: [0x30, byte])
        }
    }

    @Test(arguments: [
        ("ATD112;", true), ("at d 112;", true), ("ATA", true), ("ATO", true), ("ATI", false), ("AT", false),
        ("AT+CSQ", false),
    ])
    func dialAndAnswer(row: (String, Bool)) throws {
        #expect(try ATCommand(row.0).isDial == row.1)
    }

    @Test func nameHidesArguments() throws {
        #expect(try ATCommand("AT+CPIN=\"1234\"").name == "+CPIN")
        #expect(try ATCommand("ATD+33639980001;").name == "D")
        #expect(try ATCommand("AT+CSQ;+CMGS=\"+33639980001\"").name == "+CSQ;+CMGS")
    }

    @Test(arguments: ["", "0", "0G", "00 1", "00\u{1A}0", String(repeating: "00", count: 513)])
    func onlyPDUsAreSent(pdu: String) {
        #expect(throws: ATCommandError.invalidValue(parameter: "PDU")) {
            try ATCommands.sendMessage(pdu: pdu, length: 1)
        }
    }

    @Test(arguments: ["", "123", "123456789", "12\"4", "12 4", "１２３４"])
    func onlyPINsAreEntered(pin: String) {
        #expect(throws: ATCommandError.invalidValue(parameter: "PIN")) { try ATCommands.enterPIN(pin) }
    }

    @Test func memoryNameCannotCarryACommand() {
        #expect(ATCommands.selectStorage("M\"E\";+CFUN=0").text == "AT+CPMS=\"MECFUN\"")
    }

    @Test func priorities() {
        #expect(
            ATPriority.polling < .shortMessage && .shortMessage < .acknowledge && ATPriority.acknowledge < .callControl)
    }
}

struct ATCommandElementTests {
    @Test(
        arguments: [
            ("AT", []), ("AT+CSQ", ["+CSQ execute "]), ("at+csq", ["+CSQ execute "]), ("AT + CREG ?", ["+CREG read "]),
            ("AT+CREG=?", ["+CREG test "]), ("AT+CREG=2;+CSQ", ["+CREG write 2", "+CSQ execute "]),
            ("ATE0V1", ["E execute 0", "V execute 1"]), ("AT&F&C1", ["&F execute ", "&C execute 1"]),
            ("ATE0Q0V1+CMEE?", ["E execute 0", "Q execute 0", "V execute 1", "+CMEE read "]),
            ("ATD+33 6;+CSQ", ["D execute +336;", "+CSQ execute "]), ("ATS0=2S3?", ["S0 write 2", "S3 read "]),
            ("AT+CUSD=1,\"*1;+CFUN=0#\",15", ["+CUSD write 1,\"*1;+CFUN=0#\",15"]), ("AT+CFUN?=1", ["+CFUN write =1"]),
            ("AT+CFUN=?1", ["+CFUN write ?1"]), ("AT+CSQ;;", ["+CSQ execute "]),
            ("ATZ^SYSCFG=1", ["Z execute ", "^SYSCFG write 1"]),
        ] as [(String, [String])])
    func taken(row: (String, [String])) {
        #expect(ATCommandElement.elements(of: row.0).map { "\($0.name) \($0.form) \($0.argument)" } == row.1)
    }

    @Test(arguments: 0..<500)
    func noTextTraps(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        let text = String(
            decoding: (0..<40).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let alphabet = Array("AT+&\\SD=?;\",0 %^*\u{80}\r".utf8)
                return alphabet[Int(state >> 33) % alphabet.count]
            }, as: UTF8.self)
        let elements = ATCommandElement.elements(of: text)
        #expect(elements.count <= 40)
        _ = ConsolePolicy(text)
        _ = ATFields(text)
        _ = ServingCell(line: text)
    }
}

struct ATFieldsTests {
    @Test func valuesWithAndWithoutPrefix() {
        for line in ["+CSQ: 20,99", "+CSQ:20,99", "20,99", "+CSQ : 20 , 99"] {
            #expect(ATFields(line).integer(0) == 20)
            #expect(ATFields(line).integer(1) == 99)
            #expect(ATFields(line).count == 2)
        }
    }

    @Test func quotedValues() {
        let fields = ATFields("+CNUM: \"a,b\",\"+33\",145,,-,")
        #expect(fields.count == 6)
        #expect(fields.string(0) == "a,b")
        #expect(fields.isQuoted(1) && !fields.isQuoted(2))
        #expect(fields.string(3) == nil && fields.string(4) == nil && fields.string(9) == nil)
        #expect(fields[3] == "" && fields[9] == nil && fields[-1] == nil)
    }

    @Test func colonInsideAValueIsNoPrefix() {
        #expect(ATFields("12:30,5").string(0) == "12:30")
        #expect(ATFields("+CCLK: \"22/04/23,09:33:59+28\"").string(0) == "22/04/23,09:33:59+28")
    }

    @Test func hexadecimal() {
        let fields = ATFields("0x3F29,6DA5A09,-1,xyz,FFFFFFFFFFFFFFFFFF")
        #expect((0..<5).map { fields.hexadecimal($0) } == [0x3F29, 0x6DA5A09, nil, nil, nil])
    }
}

struct FinalResultTests {
    @Test(arguments: [
        ("OK", "OK"), ("OK ", "OK"), ("ERROR", "ERROR"), ("+CME ERROR: 10", "+CME ERROR: 10 (SIM not inserted)"),
        ("+CME ERROR: SIM busy", "+CME ERROR: 14 (SIM busy)"), ("+CMS ERROR: 500", "+CMS ERROR: 500 (unknown error)"),
        ("+CMS ERROR: 512", "+CMS ERROR: 512 (SIM not ready)"), ("+CMS ERROR:", "+CMS ERROR: without a code"),
        ("+CMS ERROR: 999", "+CMS ERROR: 999"), ("CONNECT 9600", "CONNECT 9600"), ("NO ANSWER", "NO ANSWER"),
    ])
    func readsLikeThis(row: (String, String)) {
        #expect(FinalResult(line: row.0)?.description == row.1)
    }

    @Test(arguments: ["OKAY", "ok", "ERRORLOG: 1", "CONNECT OK", "CONNECTED", "+CME ERROR", "0", "", "NO CARRIERS"])
    func isNone(line: String) {
        #expect(FinalResult(line: line) == nil)
    }

    @Test(arguments: [
        "OK", "ERROR", "+CME ERROR: 10", "+CME ERROR: SIM not inserted", "+CMS ERROR: Unknown error", "+CMS ERROR: 500",
        "+CME ERROR:", "NO CARRIER", "CONNECT 115200", "BUSY", "ABORTED",
    ])
    func lineIsWhatTheModemPrinted(line: String) {
        #expect(FinalResult(line: line)?.line == line)
    }

    @Test func tablesKnowBothWays() {
        #expect(CMSError.text(38) == "network out of order")
        #expect(CMSError.text(208) == "(U)SIM SMS storage full")
        #expect(CMSError.number("SIM not inserted") == 310)
        #expect(CMSError.number("Unknown error") == 500)
        #expect(CMEError.number("SIM PIN required") == 11)
        #expect(CMEError.text(9999) == nil && CMSError.text(-1) == nil)
    }

    @Test func checkedThrowsWithoutArguments() throws {
        let refused = ATResponse(command: "AT+CPIN=\"1234\"", lines: [], result: .cmeError(ErrorCode(number: 16)))
        let error = #expect(throws: ATError.self) { try refused.checked() }
        #expect(error?.description == "The modem answered +CPIN with +CME ERROR: 16 (incorrect password).")
        #expect(try ATResponse(command: "AT", lines: ["x"], result: .ok).checked() == ["x"])
    }

    @Test(arguments: [
        ("+CMGS: 151", UInt8?(151)), ("+CMGS:0", 0), ("+CMGS: 256", nil), ("+CMGS: ", nil), ("+CMGW: 3", nil),
    ])
    func messageReference(row: (String, UInt8?)) {
        #expect(ATResponse(command: "AT+CMGS=14", lines: [row.0], result: .ok).messageReference == row.1)
    }
}
