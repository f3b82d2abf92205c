// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Testing

extension HardCasesTests {
    // MARK: Results

    @Test(
        arguments: Delivery.allCases,
        ["ERRORLOG: x", "NOT OK", "OK then", "CONNECTED to foo", "ERROR: no", "CONNECT OK"])
    func onlyWholeLinesAreResults(delivery: Delivery, line: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("ATI")
        conversation.modem("\r\n\(line)\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == [line])
        #expect(conversation.response(id)?.result == .ok)
    }

    @Test(
        arguments: Delivery.allCases,
        [
            ("+CME ERROR: 10", FinalResult.cmeError(ErrorCode(number: 10))),
            ("+CME ERROR: SIM not inserted", .cmeError(ErrorCode(number: 10, text: "SIM not inserted"))),
            ("+CME ERROR:", .cmeError(ErrorCode(number: nil))),
            ("+CME ERROR: never heard of", .cmeError(ErrorCode(number: nil, text: "never heard of"))),
            ("+CMS ERROR: 350", .cmsError(ErrorCode(number: 350))),
            ("+CMS ERROR: Unknown error", .cmsError(ErrorCode(number: 500, text: "Unknown error"))),
            ("+CMS ERROR:500", .cmsError(ErrorCode(number: 500))), ("ERROR", .error),
        ])
    func errorsInNumbersAndWords(delivery: Delivery, row: (String, FinalResult)) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CPIN?")
        conversation.modem("\r\n\(row.0)\r\n")
        #expect(conversation.response(id)?.result == row.1)
    }

    @Test(arguments: Delivery.allCases, ["NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"])
    func callResultIsNewsForOtherCommands(delivery: Delivery, word: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CGMM")
        conversation.modem("\r\n\(word)\r\n\r\nEC25\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["EC25"])
        #expect(conversation.news.map(\.line) == [word])
    }

    @Test(
        arguments: ["ATD+33639980001;", "atd 112;", "ATA"],
        [
            ("NO CARRIER", FinalResult.noCarrier), ("BUSY", .busy), ("NO ANSWER", .noAnswer),
            ("NO DIALTONE", .noDialtone), ("NO DIAL TONE", .noDialtone),
        ])
    func callResultEndsDialAndAnswer(command: String, row: (String, FinalResult)) throws {
        var conversation = Conversation()
        let id = try conversation.send(command)
        conversation.modem("\r\n\(row.0)\r\n")
        #expect(conversation.response(id)?.result == row.1)
    }

    @Test(arguments: Delivery.allCases, ["CONNECT", "CONNECT 115200"])
    func connectBeginsDataMode(delivery: Delivery, line: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("ATD*99#")
        let waiting = try conversation.send("AT+CSQ")
        conversation.modem("\r\n\(line)\r\n")
        #expect(conversation.response(id)?.result == .connect(line == "CONNECT" ? nil : "115200"))
        #expect(conversation.error(waiting)?.reason == .busyInDataMode)
        let later = try conversation.send("AT+CSQ")
        #expect(conversation.error(later)?.reason == .busyInDataMode)
        conversation.modem("OK garbage of the data call\r\n\r\nNO CARRIER\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n")
        let after = try conversation.send("AT+CSQ")
        conversation.modem("\r\n+CSQ: 3,99\r\n\r\nOK\r\n")
        #expect(conversation.response(after)?.lines == ["+CSQ: 3,99"])
    }

    @Test func resultWithNobodyWaiting() throws {
        var conversation = Conversation()
        conversation.modem("\r\nOK\r\n\r\nERROR\r\n")
        #expect(conversation.machine.strayResults == 2)
        let id = try conversation.send("AT+CSQ")
        #expect(conversation.response(id) == nil)
        conversation.modem("\r\n+CSQ: 3,99\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CSQ: 3,99"])
    }

    // MARK: Noise

    @Test(arguments: Delivery.allCases)
    func seventyKilobyteLine(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("ATI")
        conversation.modem("\r\n" + String(repeating: "x", count: 70_000) + "\r\n\r\nOK\r\n")
        let response = try #require(conversation.response(id))
        #expect(response.lines.map(\.utf8.count) == [ATLineScanner.lineLimit])
        #expect(conversation.machine.discardedBytes == 70_000 - ATLineScanner.lineLimit)
        #expect(conversation.machine.overlongLines == 1)
        let next = try conversation.send("AT+CSQ")
        conversation.modem("\r\n+CSQ: 3,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 3,99"])
    }

    @Test func endlessAnswerIsBounded() throws {
        var conversation = Conversation()
        let id = try conversation.send("ATI")
        conversation.modem(String(repeating: String(repeating: "y", count: 999) + "\r\n", count: 400))
        conversation.modem("\r\nOK\r\n")
        let response = try #require(conversation.response(id))
        #expect(response.lines.count == ATChannelStateMachine.answerLimit / 999)
        #expect(conversation.machine.droppedLines == 400 - response.lines.count)
    }

    @Test(arguments: Delivery.allCases)
    func bytesThatAreNoText(delivery: Delivery) throws {
        // SIM7600EI: an unset PIN in AT&V is eight times 0xFF.
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT&V")
        conversation.modem(Array("\r\n\0+CPIN: ".utf8) + [0xFF, 0xFE, 0x00, 0x07] + Array(";\r\n\r\nOK\r\n".utf8))
        #expect(conversation.response(id)?.result == .ok)
        #expect(
            (conversation.response(id)?.unsolicited ?? []) + (conversation.response(id)?.lines ?? []) == ["+CPIN: ÿþ;"])
    }
}
