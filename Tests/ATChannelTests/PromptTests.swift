// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Testing

/// `AT+CMGS`: prompt, text, result.
struct PromptTests {
    @Test(arguments: Delivery.allCases, ["\r\n> ", "\r\n>", "\r\n> \r\n", "AT+CMGS=14\r\r\n> ", ">", "\r\n>\r\n"])
    func promptInEveryForm(delivery: Delivery, prompt: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        #expect(conversation.takeWritten() == ["AT+CMGS=14"])
        conversation.modem(prompt)
        #expect(conversation.takeWritten() == [Conversation.pdu + "<Ctrl-Z>"])
        conversation.modem("\r\n+CMGS: 151\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CMGS: 151"])
        #expect(conversation.response(id)?.messageReference == 151)
    }

    @Test(
        arguments: Delivery.allCases,
        [Conversation.pdu + "\u{1A}\r\n", Conversation.pdu + "\u{1A}", " \(Conversation.pdu)\r\n\u{1A}"])
    func echoOfPDUAndCtrlZ(delivery: Delivery, echo: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        conversation.modem("\r\n> ")
        conversation.modem(echo + "\r\n+CMGS: 7\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CMGS: 7"])
        #expect(conversation.news.isEmpty)
    }

    @Test(arguments: Delivery.allCases)
    func urcBetweenPromptAndResult(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        conversation.modem("\r\n+CMTI: \"ME\",1\r\n\r\n> ")
        conversation.modem("\r\n+CDS: 4\r\n00020000\r\n\r\n+CMGS: 7\r\n\r\nRING\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CMGS: 7"])
        #expect(conversation.news.map(\.prefix) == ["+CMTI", "+CDS", "RING"])
    }

    @Test(arguments: Delivery.allCases)
    func errorInsteadOfThePrompt(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        let next = try conversation.send("AT+CSQ")
        conversation.modem("\r\n+CMS ERROR: 302\r\n")
        #expect(conversation.response(id)?.result == .cmsError(ErrorCode(number: 302)))
        #expect(conversation.takeWritten() == ["AT+CMGS=14", "AT+CSQ"])
        #expect(conversation.response(next) == nil)
    }

    @Test func okInsteadOfThePromptIsNoAnswer() throws {
        var conversation = Conversation()
        let id = try conversation.sendMessage()
        conversation.modem("\r\nOK\r\n")
        #expect(conversation.response(id) == nil)
        conversation.modem("\r\n> \r\n+CMGS: 1\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.messageReference == 1)
    }

    @Test(arguments: Delivery.allCases)
    func promptNeverComes(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        conversation.wait(ATChannelStateMachine.promptTime)
        let error = try #require(conversation.error(id))
        #expect(error.isTimeout)
        #expect(!error.payloadHandedOver)
        #expect(conversation.takeWritten() == ["AT+CMGS=14", "<ESC>", SynchronisationTests.probe])
    }

    @Test(arguments: Delivery.allCases)
    func promptComesAfterTheTimeout(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        _ = try conversation.sendMessage()
        let next = try conversation.send("AT+CSQ")
        conversation.wait(ATChannelStateMachine.promptTime)
        _ = conversation.takeWritten()
        conversation.modem("\r\n> ")
        #expect(conversation.takeWritten() == ["<ESC>AT"])
        conversation.modem("\r\nOK\r\n")
        conversation.wait(ATChannelStateMachine.quietTime)
        #expect(conversation.takeWritten() == ["AT+CSQ"])
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 20,99"])
    }

    @Test func resultNeverComesAfterTheText() throws {
        var conversation = Conversation()
        let id = try conversation.sendMessage(deadline: .seconds(60))
        conversation.modem("\r\n> ")
        conversation.wait(.seconds(60))
        #expect(
            conversation.error(id)
                == ATChannelError(.timedOut(after: .seconds(60)), command: "+CMGS", payloadHandedOver: true))
        #expect(conversation.written.last == SynchronisationTests.probe)
    }

    @Test func textGoesBeforeEverythingThatWaits() throws {
        var conversation = Conversation()
        let id = try conversation.sendMessage()
        _ = conversation.send(ATCommands.acknowledgeMessage())
        _ = try conversation.send("ATH", priority: .callControl)
        conversation.modem("\r\n> ")
        #expect(conversation.takeWritten() == ["AT+CMGS=14", Conversation.pdu + "<Ctrl-Z>"])
        conversation.modem("\r\n+CMGS: 3\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.messageReference == 3)
        #expect(conversation.takeWritten() == ["ATH"])
    }

    @Test func greaterThanInAnAnswerIsNoPrompt() throws {
        var conversation = Conversation(.byteByByte)
        let id = try conversation.send("ATI")
        conversation.modem("\r\n> quoted line\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["> quoted line"])
        #expect(conversation.takeWritten() == ["ATI"])
    }

    // MARK: Cancelling

    @Test(arguments: Delivery.allCases)
    func cancelledAtThePrompt(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        let next = try conversation.send("AT+CSQ")
        conversation.cancel(id)
        #expect(conversation.error(id) == ATChannelError(.cancelled, command: "+CMGS"))
        #expect(conversation.takeWritten() == ["AT+CMGS=14", "<ESC>", SynchronisationTests.probe])
        conversation.modem("\r\nOK\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 20,99"])
    }

    @Test(arguments: Delivery.allCases)
    func cancelledAfterTheText(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        let next = try conversation.send("AT+CSQ")
        conversation.modem("\r\n> ")
        _ = conversation.takeWritten()
        conversation.cancel(id)
        #expect(conversation.error(id) == ATChannelError(.cancelled, command: "+CMGS", payloadHandedOver: true))
        #expect(conversation.takeWritten() == [])
        conversation.modem("\r\n+CMGS: 9\r\n\r\nOK\r\n")
        #expect(conversation.takeWritten() == ["AT+CSQ"])
        #expect(conversation.response(next) == nil)
    }

    @Test(arguments: Delivery.allCases)
    func cancelledWhileRunning(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+COPS=?", deadline: .seconds(180))
        let next = try conversation.send("AT+CSQ")
        conversation.cancel(id)
        #expect(conversation.error(id)?.reason == .cancelled)
        #expect(conversation.takeWritten() == ["AT+COPS=?"])
        conversation.modem("\r\n+COPS: (2,\"A\",\"A\",\"20801\",7)\r\n\r\nOK\r\n")
        #expect(conversation.takeWritten() == ["AT+CSQ"])
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(next)?.lines == ["+CSQ: 20,99"])
        #expect(conversation.finishCounts[id] == 1)
    }

    @Test func cancelledWhileQueued() throws {
        var conversation = Conversation()
        let running = try conversation.send("AT+CGMM")
        let queued = try conversation.send("AT+CSQ")
        conversation.cancel(queued)
        #expect(conversation.error(queued)?.reason == .cancelled)
        conversation.modem("\r\nEC25\r\n\r\nOK\r\n")
        #expect(conversation.response(running)?.lines == ["EC25"])
        #expect(conversation.takeWritten() == ["AT+CGMM"])
    }
}
