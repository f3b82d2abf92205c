// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import Testing

/// `+CUSD` both ways.
struct USSDTests {
    // MARK: Reports

    @Test(
        arguments: [
            // EG25-G.
            ("+CUSD: 0,\"24,84 left until 23:59:59.\",15", .noFurtherAction, "24,84 left until 23:59:59.", 15),
            ("+CUSD: 1,\"Menu\n1 Account\n\n0 Exit\",0", .furtherActionRequired, "Menu\n1 Account\n\n0 Exit", 0),
            ("+CUSD: 0,\"\",15", .noFurtherAction, "", 15), ("+CUSD: 0,,15", .noFurtherAction, nil, 15),
            ("+CUSD: 2", .terminatedByNetwork, nil, nil), ("+CUSD: 3", .otherClientResponded, nil, nil),
            // SIMCom A76xx.
            ("+CUSD: 4", .notSupported, nil, nil), ("+CUSD: 5", .networkTimedOut, nil, nil),
            ("+CUSD: 9", .unknown(9), nil, nil), ("+CUSD:0,\"a\"", .noFurtherAction, "a", nil),
            ("+CUSD: 0, \"a\", 2", .noFurtherAction, "a", 2), ("+CUSD: 0,\"a\",999", .noFurtherAction, "a", nil),
            ("+CUSD: 0,\"say \"yes\", or 1,2\",15", .noFurtherAction, "say \"yes\", or 1,2", 15),
            ("+CUSD: 0,\"ends in \"5\"\",15", .noFurtherAction, "ends in \"5\"", 15),
            // Cut by the modem.
            ("+CUSD: 2,\"50,04 left. Dodatko5", .terminatedByNetwork, "50,04 left. Dodatko5", nil),
            ("+CUSD: 2,\"50,04 left,5", .terminatedByNetwork, "50,04 left,5", nil),
            ("+CUSD: 0,\"", .noFurtherAction, "", nil),
            ("+CUSD: 0,plain,15", .noFurtherAction, "plain", 15),
            ("+CUSD: 1,\"a\",", .furtherActionRequired, "a", nil),
        ] as [(String, USSDReport.Status, String?, Int?)])
    func report(line: String, status: USSDReport.Status, string: String?, coding: Int?) throws {
        let report = try #require(USSDReport(line: line))
        #expect(report == USSDReport(status: status, string: string, dataCoding: coding))
    }

    @Test(arguments: [
        "", "+CUSD", "+CUSD: ", "+CUSD: x", "+CUSD: -1", "+CUSDX: 0", "+CUSD: 99999999999999999999,\"a\"",
    ])
    func noReport(line: String) {
        #expect(USSDReport(line: line) == nil)
    }

    // MARK: Texts

    @Test(
        arguments: [
            ("Balance 5", 15, .ira, "Balance 5", .gsm7), ("Balance 5", nil, .ira, "Balance 5", .gsm7),
            // Digits of a text are no code units, unless everything comes as such.
            ("1234", 15, .ira, "1234", .gsm7), ("00310032", 15, .ucs2, "12", .gsm7),
            ("Balance", 15, .ucs2, "Balance", .gsm7), ("", 15, .ucs2, "", .gsm7),
            ("00430068006500720020003A0020003520AC", 72, .ira, "Cher : 5€", .ucs2),
            ("D83DDE00", 72, .ira, "😀", .ucs2), ("D83D0041", 72, .ira, "\u{FFFD}A", .ucs2),
            ("0041000D000A0042000D", 72, .ira, "A\nB", .ucs2), ("0041000A000A0042", 72, .ucs2, "A\n\nB", .ucs2),
            ("not hexadecimal", 72, .ira, "not hexadecimal", .ucs2), ("00410", 72, .ira, "00410", .ucs2),
            ("656E00480069", 17, .ira, "Hi", .ucs2), ("en\nHi", 16, .ira, "Hi", .gsm7),
            ("0102FF", 68, .ira, "0102FF", .octets), ("0102", 0xF4, .ira, "0102", .octets),
            ("a", 0xF0, .ira, "a", .gsm7),
            ("00410042", 0x99, .ira, "AB", .ucs2), ("0041", 0x68, .ira, "0041", .octets), ("a", 0x80, .ira, "a", .gsm7),
        ] as [(String, Int?, TECharacterSet, String, USSDText.Encoding)])
    func text(string: String, coding: Int?, set: TECharacterSet, text: String, encoding: USSDText.Encoding) {
        let report = USSDReport(status: .noFurtherAction, string: string, dataCoding: coding)
        #expect(USSDText(report, in: set) == USSDText(text: text, encoding: encoding))
    }

    // MARK: What is sent

    @Test(
        arguments: [
            ("*100#", .ira, "AT+CUSD=1,\"*100#\",15"),
            ("*100#", .ucs2, "AT+CUSD=1,\"002A0031003000300023\",15"), ("+1#", .ira, "AT+CUSD=1,\"+1#\",15"),
        ] as [(String, TECharacterSet, String)])
    func code(code: String, set: TECharacterSet, command: String) throws {
        #expect(try USSDString(code: code).command(in: set, deadline: .seconds(5)).text == command)
    }

    @Test(
        arguments: [
            ("1", .ira, "AT+CUSD=1,\"1\",15"), ("1", .ucs2, "AT+CUSD=1,\"0031\",15"),
            ("yes, please;+CFUN=0", .ira, "AT+CUSD=1,\"yes, please;+CFUN=0\",15"),
            // A quotation mark would end the string, a line feed the command.
            ("a\"b", .ira, "AT+CUSD=1,\"006100220062\",72"), ("a\nb", .ira, "AT+CUSD=1,\"0061000A0062\",72"),
            ("a\"b", .ucs2, "AT+CUSD=1,\"006100220062\",15"), ("é", .ira, "AT+CUSD=1,\"00E9\",72"),
            ("é", .ucs2, "AT+CUSD=1,\"00E9\",72"), ("😀", .ucs2, "AT+CUSD=1,\"D83DDE00\",72"),
            ("`", .ira, "AT+CUSD=1,\"0060\",72"),
        ] as [(String, TECharacterSet, String)])
    func reply(text: String, set: TECharacterSet, command: String) throws {
        #expect(try USSDString(reply: text).command(in: set, deadline: .seconds(5)).text == command)
    }

    @Test(
        arguments: [
            ("", .empty), ("*100#\r", .notInCode("\r")), ("*100#\"", .notInCode("\"")),
            ("*1;+CFUN=0#", .notInCode(";")),
            ("*१#", .notInCode("१")), ("1\u{301}", .notInCode("1\u{301}")), ("*100＃", .notInCode("＃")),
            (String(repeating: "1", count: 183), .tooLong(limit: 182)), ("**04*1*2*2#", .changesPIN),
            ("**052*1*2*2#", .changesPIN),
        ] as [(String, USSDStringError)])
    func refusedCode(code: String, error: USSDStringError) {
        #expect(throws: error) { _ = try USSDString(code: code) }
        #expect(!error.description.utf8.contains { $0 < 0x20 })
    }

    @Test(
        arguments: [
            ("", .empty), ("1\r", .control("\r")), ("\u{1A}", .control("\u{1A}")), ("\u{1B}", .control("\u{1B}")),
            ("\0", .control("\0")), ("\u{85}", .control("\u{85}")),
            (String(repeating: "1", count: 183), .tooLong(limit: 182)),
            (String(repeating: "[", count: 92), .tooLong(limit: 182)),
            (String(repeating: "é", count: 81), .tooLong(limit: 80)),
        ] as [(String, USSDStringError)])
    func refusedReply(text: String, error: USSDStringError) {
        #expect(throws: error) { _ = try USSDString(reply: text) }
    }

    @Test(arguments: [TECharacterSet.ira, .ucs2])
    func theLongestFitsIntoACommandLine(set: TECharacterSet) throws {
        let code = try USSDString(code: String(repeating: "#", count: 182)).command(in: set, deadline: .seconds(5))
        let reply = try USSDString(reply: String(repeating: "漢", count: 80)).command(in: set, deadline: .seconds(5))
        for command in [code, reply] {
            _ = try ATCommand(command.text)
            #expect(command.text.utf8.count <= ATCommand.lengthLimit)
        }
    }

    @Test func characterSetIsNamedInItself() {
        #expect(ATCommands.characterSet(.ira).text == "AT+CSCS=\"IRA\"")
        #expect(ATCommands.characterSet(.ira, inUCS2: true).text == "AT+CSCS=\"004900520041\"")
    }
}
