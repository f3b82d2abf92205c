// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Testing

struct SynchronisationTests {
    static let probe = "ATE0Q0V1+CMEE?"

    @Test(
        arguments: Delivery.allCases,
        [
            "\r\n+CMEE: 1\r\n\r\nOK\r\n", "ATE0Q0V1+CMEE?\r\r\n+CMEE: 1\r\n\r\nOK\r\n",
            "\0\0\u{80}garbage\r\nOK\r\n\r\nRDY\r\n\r\nOK\r\n+CMEE: 2\nOK\n", "+CMEE: 0\r\n0\r",
            "half a line of before\r\nERROR\r\n\r\n+CMGS: 5\r\n\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n",
        ])
    func openingGetsInStep(delivery: Delivery, answer: String) throws {
        var conversation = Conversation(delivery, synchronised: false)
        let id = try conversation.send("AT+CSQ")
        #expect(conversation.takeWritten() == [Self.probe])
        conversation.modem(answer)
        #expect(conversation.takeWritten() == ["AT+CSQ"])
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CSQ: 20,99"])
    }

    @Test(arguments: Delivery.allCases)
    func seventyKilobytesBeforeTheFirstOK(delivery: Delivery) throws {
        var conversation = Conversation(delivery, synchronised: false)
        let id = try conversation.send("AT+CSQ")
        conversation.modem(String(repeating: "\u{0}#", count: 35_000))
        conversation.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CSQ: 20,99"])
    }

    @Test func modemThatRefusesTheProbeIsAskedPlainly() throws {
        var conversation = Conversation(synchronised: false)
        let id = try conversation.send("AT+CSQ")
        conversation.modem("\r\nERROR\r\n")
        conversation.wait(ATChannelStateMachine.quietTime)
        #expect(conversation.takeWritten() == [Self.probe, "AT"])
        conversation.modem("\r\nOK\r\n")
        #expect(conversation.takeWritten() == [])
        conversation.wait(ATChannelStateMachine.quietTime)
        #expect(conversation.takeWritten() == ["AT+CSQ"])
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CSQ: 20,99"])
    }

    @Test func lateOKRestartsTheQuietTime() throws {
        var conversation = Conversation(synchronised: false)
        let id = try conversation.send("AT+CFUN?")
        conversation.modem("\r\nERROR\r\n")
        conversation.wait(ATChannelStateMachine.quietTime)
        conversation.modem("\r\nOK\r\n")
        conversation.wait(.milliseconds(200))
        conversation.modem("\r\nOK\r\n")
        conversation.wait(.milliseconds(200))
        #expect(!conversation.written.contains("AT+CFUN?"))
        conversation.wait(.milliseconds(100))
        #expect(conversation.written.last == "AT+CFUN?")
        #expect(conversation.response(id) == nil)
    }

    @Test func silentModemFailsCommandsAndIsTriedAgain() throws {
        var conversation = Conversation(synchronised: false)
        let id = try conversation.send("AT+CSQ")
        conversation.wait(.seconds(20))
        #expect(conversation.error(id)?.reason == .desynchronised)
        #expect(
            conversation.takeWritten() == [
                Self.probe, "AT", "<ESC>ATE0Q0V1+CMGF?", "<ESC>AT", "<ESC>ATE0Q0V1+CREG?",
            ])
        let again = try conversation.send("AT+CSQ")
        #expect(conversation.takeWritten() == [Self.probe])
        conversation.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+CSQ: 1,99\r\n\r\nOK\r\n")
        #expect(conversation.response(again)?.lines == ["+CSQ: 1,99"])
    }

    @Test(arguments: Delivery.allCases)
    func modemLeftAtAPromptIsFreedFromIt(delivery: Delivery) throws {
        // A daemon that died in AT+CMGS leaves the modem waiting for a text.
        var conversation = Conversation(delivery, synchronised: false)
        conversation.modem("\r\n> ")
        #expect(conversation.written.last?.hasPrefix("<ESC>") == true)
    }

    // MARK: Late answers

    @Test(
        arguments: Delivery.allCases,
        [
            ("AT+COPS?", "\r\n+COPS: 0,0,\"Late\",7\r\n\r\nOK\r\n"), ("AT+CFUN=1", "\r\nOK\r\n"),
            ("AT+CPIN?", "\r\n+CME ERROR: 14\r\n"),
            ("AT+CMEE?", "\r\n+CMEE: 1\r\n\r\nOK\r\n"),
        ])
    func lateResultDoesNotAnswerTheNextCommand(delivery: Delivery, row: (String, String)) throws {
        var conversation = Conversation(delivery)
        let late = try conversation.send(row.0, deadline: .seconds(1))
        conversation.wait(.seconds(1))
        #expect(conversation.error(late)?.reason == .timedOut(after: .seconds(1)))
        let next = try conversation.send("AT+CSQ")
        conversation.modem(row.1)
        #expect(conversation.response(next) == nil)
        let token = row.0 == "AT+CMEE?" ? "+CMGF: 0" : "+CMEE: 1"
        conversation.modem("\r\n\(token)\r\n\r\nOK\r\n")
        #expect(conversation.response(next) == nil)
        #expect(conversation.written.last == "AT+CSQ")
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 20,99"])
        #expect(conversation.finishCounts[late] == 1)
    }

    @Test(arguments: Delivery.allCases, [ResponseShape.anyLines, .prefixed("+CSQ")])
    func lateAnswerAfterTheProbeWasAnswered(delivery: Delivery, shape: ResponseShape) throws {
        var conversation = Conversation(delivery)
        _ = try conversation.send("AT+QENG=\"servingcell\"", deadline: .seconds(1))
        conversation.wait(.seconds(1))
        conversation.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n")
        let next = try conversation.send("AT+CSQ", response: shape)
        conversation.modem("\r\n+QENG: \"servingcell\",\"SEARCH\"\r\n\r\nOK\r\n")
        #expect(conversation.response(next) == nil)
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 20,99"])
    }

    @Test(arguments: Delivery.allCases)
    func lateBareOKAfterTheProbeWasAnswered(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        _ = try conversation.send("AT+CFUN=1", deadline: .seconds(1))
        conversation.wait(.seconds(1))
        conversation.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n")
        let next = conversation.send(ATCommands.deleteMessage(index: 3))
        conversation.modem("\r\nOK\r\n")
        #expect(conversation.response(next) == nil)
        conversation.modem("\r\n+CMS ERROR: 321\r\n")
        #expect(conversation.response(next)?.result == .cmsError(ErrorCode(number: 321)))
    }

    @Test func resultThatStaysAloneCountsAfterTheQuietTime() throws {
        var conversation = Conversation()
        _ = try conversation.send("AT+CFUN=1", deadline: .seconds(1))
        conversation.wait(.seconds(1))
        conversation.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n")
        let next = conversation.send(ATCommands.deleteMessage(index: 3))
        conversation.modem("\r\nOK\r\n")
        conversation.wait(ATChannelStateMachine.quietTime)
        #expect(conversation.response(next)?.result == .ok)
    }

    @Test func unsolicitedDuringResynchronisationIsDelivered() throws {
        var conversation = Conversation(.byteByByte)
        _ = try conversation.send("AT+COPS?", deadline: .seconds(1))
        conversation.wait(.seconds(1))
        conversation.modem("\r\n+CMTI: \"ME\",4\r\n\r\n+CMT: ,4\r\n00040000\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n")
        #expect(conversation.news.map(\.prefix) == ["+CMTI", "+CMT"])
    }

    @Test func powerUpBurstInOneRead() throws {
        // SIM7600 (ESP32 capture): one burst of four banners.
        var conversation = Conversation(.byteByByte)
        conversation.modem("\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n")
        #expect(conversation.news.map(\.line) == ["RDY", "+CPIN: READY", "SMS DONE", "PB DONE"])
    }
}
