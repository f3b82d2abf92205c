// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Testing

/// The cases that break other AT layers, each also byte by byte.
struct HardCasesTests {
    // MARK: Echo and framing

    @Test(
        arguments: Delivery.allCases,
        [
            "AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n", "\r\n+CSQ: 20,99\r\n\r\nOK\r\n", "AT+CSQ\r+CSQ: 20,99\r\nOK\r\n",
            "AT+CSQ\r\n+CSQ: 20,99\nOK\n", "\r\r\n+CSQ: 20,99\r\r\n\r\r\nOK\r\r\n",
            "T+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n",
            "\n+CSQ: 20,99\nOK\n", "\r\n\r\n\r\n+CSQ: 20,99\r\n\r\n\r\nOK\r\n",
        ])
    func echoAndLineEndsDoNotMatter(delivery: Delivery, answer: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CSQ")
        conversation.modem(answer)
        #expect(conversation.response(id)?.lines == ["+CSQ: 20,99"])
        #expect(conversation.response(id)?.result == .ok)
        #expect(conversation.news.isEmpty)
    }

    @Test(arguments: Delivery.allCases)
    func echoComesLate(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let first = try conversation.send("AT+CGMI")
        conversation.modem("\r\nQuectel\r\nAT+CGMI\r\r\nOK\r\n")
        let second = try conversation.send("AT+CGMM")
        conversation.modem("AT+CGMI\r\r\nEC25\r\n\r\nOK\r\nAT+CGMM\r")
        #expect(conversation.response(first)?.lines == ["Quectel"])
        #expect(conversation.response(second)?.lines == ["EC25"])
        #expect(conversation.news.isEmpty)
    }

    @Test(arguments: Delivery.allCases)
    func linesWithoutSpaceAfterColon(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = conversation.send(ATCommands.signalQuality)
        conversation.modem("\n+CSQ:20,99\nOK\n")
        #expect(conversation.response(id)?.lines == ["+CSQ:20,99"])
    }

    // MARK: Unsolicited between the lines

    @Test(arguments: Delivery.allCases)
    func urcInsideResponse(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CLCC", response: .prefixed("+CLCC"))
        conversation.modem(
            "\r\n+CLCC: 1,1,0,1,0,\"\",128\r\n\r\n+CMTI: \"ME\",3\r\n\r\n+CLCC: 2,1,0,1,0,\"\",128\r\n\r\nOK\r\n")
        let response = try #require(conversation.response(id))
        #expect(response.lines == ["+CLCC: 1,1,0,1,0,\"\",128", "+CLCC: 2,1,0,1,0,\"\",128"])
        #expect(response.unsolicited == ["+CMTI: \"ME\",3"])
        #expect(conversation.news.map(\.prefix) == ["+CMTI"])
    }

    @Test(arguments: Delivery.allCases)
    func urcBeforeResponseAndBeforeResult(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CGMR")
        conversation.modem("\r\nRING\r\n\r\nEG25GGBR07A08M2G\r\n\r\n+QIND: \"csq\",27,99\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["EG25GGBR07A08M2G"])
        #expect(conversation.news.map(\.line) == ["RING", "+QIND: \"csq\",27,99"])
    }

    @Test(arguments: Delivery.allCases)
    func urcsInTheSameReadAfterOK(delivery: Delivery) throws {
        // SIM7600A-H_V1.1 while its SIM starts; half of the last one comes in the next read.
        var conversation = Conversation(delivery)
        let id = try conversation.send("ATI")
        conversation.modem("Manufacturer: SIMCOM INCORPORATED\r\n\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nSMS DO")
        conversation.modem("NE\r\n")
        #expect(conversation.response(id)?.lines == ["Manufacturer: SIMCOM INCORPORATED"])
        #expect(conversation.news.map(\.line) == ["+CPIN: READY", "SMS DONE"])
    }

    @Test(arguments: Delivery.allCases)
    func halfAnURCAfterOKIsNoPartOfTheNextAnswer(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let first = try conversation.send("AT+CSQ")
        conversation.modem("\r\n+CSQ: 9,99\r\n\r\nOK\r\n\r\n+CMT")
        let second = try conversation.send("AT+CGMM")
        conversation.modem("I: \"SM\",7\r\n\r\nEC25\r\n\r\nOK\r\n")
        #expect(conversation.response(first)?.lines == ["+CSQ: 9,99"])
        #expect(conversation.response(second)?.lines == ["EC25"])
        #expect(conversation.news.map(\.line) == ["+CMTI: \"SM\",7"])
    }

    @Test(arguments: Delivery.allCases)
    func voiceCallBeginsBeforeOKOfAnswer(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("ATA")
        conversation.modem("\r\nVOICE CALL: BEGIN\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == [])
        #expect(conversation.news.map(\.prefix) == ["VOICE CALL"])
    }

    // MARK: Answer or unsolicited?

    @Test(arguments: Delivery.allCases, ["+CREG: 5,\"D509\"", "+CREG: 1", "+CREG: 1,\"D509\",\"80D413D\",7"])
    func registrationURCAndAnswer(delivery: Delivery, urc: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CREG?")
        conversation.modem("\r\n\(urc)\r\n\r\n+CREG: 2,1,\"2604\"\r\n\r\n\(urc)\r\n\r\nOK\r\n")
        let response = try #require(conversation.response(id))
        #expect(response.lines == ["+CREG: 2,1,\"2604\""])
        #expect(response.unsolicited == [urc, urc])
    }

    @Test(arguments: Delivery.allCases)
    func signalURCBeforeTheAnswer(delivery: Delivery) throws {
        // AT+AUTOCSQ on SIM7600 prints the same line as the answer: the answer is the one next to its OK.
        var conversation = Conversation(delivery)
        let id = conversation.send(ATCommands.signalQuality)
        conversation.modem("\r\n+CSQ: 11,99\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CSQ: 12,99\r\n")
        let response = try #require(conversation.response(id))
        #expect(response.lines == ["+CSQ: 20,99"])
        #expect(response.unsolicited == ["+CSQ: 11,99"])
        #expect(conversation.news.map(\.line) == ["+CSQ: 11,99", "+CSQ: 12,99"])
    }

    @Test(arguments: Delivery.allCases)
    func signalURCDuringAnotherCommand(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CGMM")
        conversation.modem("\r\n+CSQ: 11,99\r\n\r\nEC25\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["EC25"])
        #expect(conversation.news.map(\.line) == ["+CSQ: 11,99"])
    }

    @Test(arguments: [
        ("AT+CREG=2", "+CREG: 1,\"D509\",\"80D413D\",7"), ("AT+CPIN=\"1234\"", "+CPIN: READY"),
        ("AT+CFUN=1", "+CFUN: 1"),
    ])
    func settingHasNoAnswerOfItsName(command: String, urc: String) throws {
        var conversation = Conversation()
        let id = try conversation.send(command)
        conversation.modem("\r\n\(urc)\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == [])
        #expect(conversation.news.map(\.line) == [urc])
    }

    @Test(arguments: [
        ("AT+COPS?", "+COPS: 0,0,\"T-Mobile EIOTCLUB\",7"), ("AT+CPIN?", "+CPIN: READY"),
        ("AT+CCLK?", "+CCLK: \"22/04/23,09:33:59+28\""), ("AT+CLCC", "+CLCC: 1,1,0,1,0,\"\",128"),
        ("AT+CUSD?", "+CUSD: 0"), ("AT+CPSI?", "+CPSI: NO SERVICE,Online"), ("AT+CNSMOD?", "+CNSMOD: 0,8"),
        ("AT+CREG=?", "+CREG: (0-2)"), ("AT+CPMS=\"ME\"", "+CPMS: 0,25,0,25,0,25"), ("AT+CICCID", "+ICCID: 8986"),
    ])
    func askedForIsTheAnswer(command: String, line: String) throws {
        var conversation = Conversation()
        let id = try conversation.send(command)
        conversation.modem("\r\n\(line)\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == [line])
        #expect(conversation.news.isEmpty)
    }

    @Test func compoundLineTakesEveryAnswer() throws {
        var conversation = Conversation(.byteByByte)
        let id = try conversation.send("AT+CREG?;+CGREG?;+CEREG?;+CCLK?;+CSQ")
        let lines = ["+CREG: 1,5", "+CGREG: 1,5", "+CEREG: 1,5", "+CCLK: \"22/09/09,12:54:41+08\"", "+CSQ: 13,99"]
        conversation.modem(lines.map { "\r\n\($0)\r\n" }.joined() + "\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == lines)
    }

    @Test func unknownLineBelongsOnlyToWhoTakesAny() throws {
        var conversation = Conversation()
        let strict = conversation.send(ATCommands.signalQuality)
        conversation.modem("\r\nwhat is this\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(strict)?.lines == ["+CSQ: 20,99"])
        #expect(conversation.response(strict)?.unsolicited == ["what is this"])
    }

    // MARK: Lines that belong together

    @Test(arguments: Delivery.allCases, ["+CMT: ,25", "+CDS: 25", "+CBM: 88"])
    func twoLineURCSplitOverReads(delivery: Delivery, header: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CGMM")
        conversation.modem("\r\n\(header)\r\n07913306")
        conversation.modem("0100F1\r\n\r\nEC25\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["EC25"])
        #expect(conversation.news == [UnsolicitedResult(line: header, continuation: "079133060100F1")])
    }

    @Test(arguments: Delivery.allCases)
    func twoLineURCWithoutItsSecondLineTakesNoResult(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CGMM")
        conversation.modem("\r\nEC25\r\n\r\n+CMT: ,25\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["EC25"])
        #expect(conversation.news == [UnsolicitedResult(line: "+CMT: ,25")])
    }

    @Test(arguments: Delivery.allCases)
    func urcBetweenHeaderAndPDU(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = conversation.send(ATCommands.readMessage(index: 3))
        conversation.modem("\r\n+CMGR: 0,\"\",5\r\n\r\n+CMT: ,4\r\n00040000\r\n0791AABB\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CMGR: 0,\"\",5", "0791AABB"])
        #expect(conversation.news == [UnsolicitedResult(line: "+CMT: ,4", continuation: "00040000")])
    }

    @Test(arguments: Delivery.allCases, ["OK", "ERROR", "BUSY", "NO CARRIER", "> hello", "+CMTI: \"ME\",1", "RING"])
    func textBodyThatLooksLikeAResult(delivery: Delivery, body: String) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CMGR=1")
        conversation.modem(
            "\r\n+CMGR: \"REC READ\",\"+33639980001\",\"\",\"22/08/08,12:01:40+08\"\r\n\(body)\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines.last == body)
        #expect(conversation.response(id)?.result == .ok)
        #expect(conversation.news.isEmpty)
    }

    @Test func headerOfAnEmptySlotTakesNoResult() throws {
        var conversation = Conversation()
        let id = conversation.send(ATCommands.readMessage(index: 3))
        conversation.modem("\r\n+CMGR: 0,,0\r\n\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.lines == ["+CMGR: 0,,0"])
    }

    @Test(arguments: Delivery.allCases)
    func listedMessagesKeepTheirPDUs(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = conversation.send(ATCommands.listMessages())
        conversation.modem("\r\n+CMGL: 1,0,,4\r\n00040000\r\n+CMGL: 2,1,\"\",4\r\n00040001\r\n\r\nOK\r\n")
        #expect(StoredPDU.list(conversation.response(id)?.lines ?? []).map(\.pdu) == ["00040000", "00040001"])
    }

    @Test(arguments: Delivery.allCases)
    func ussdMenuOverSeveralLines(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CUSD=1,\"*100#\",15", response: .none)
        conversation.modem("\r\nOK\r\n\r\n+CUSD: 1,\"Menu\r\nOK\r\n1 Account\r\n0 Exit\",15\r\n\r\nRING\r\n")
        #expect(conversation.response(id)?.result == .ok)
        #expect(conversation.news.map(\.line) == ["+CUSD: 1,\"Menu\nOK\n1 Account\n0 Exit\",15", "RING"])
    }

    @Test(
        arguments: Delivery.allCases,
        [
            ("\r\n+CUSD: 1,\"Menu\r\n\r\n1 Account\r\n\r\n\r\n0 Exit\",15\r\n", "Menu\n\n1 Account\n\n\n0 Exit"),
            ("\r\n+CUSD: 1,\"Menu\n\n1 Account\",15\r\n", "Menu\n\n1 Account"),
            ("\r\r\n+CUSD: 1,\"Menu\r\r\n1 Account\",15\r\r\n", "Menu\n1 Account"),
            ("\r\n+CUSD: 1,\"\r\n\r\nMenu\",15\r\n", "\n\nMenu"), ("\r\n+CUSD: 1,\"Menu\r\n\",15\r\n", "Menu\n"),
            ("\r\n+CUSD: 1,\"Menu\r\n\r\n> Next\",15\r\n", "Menu\n\n> Next"),
        ])
    func blankLinesOfAUSSDTextAreKept(delivery: Delivery, row: (bytes: String, text: String)) throws {
        var conversation = Conversation(delivery)
        conversation.modem(row.bytes)
        // What follows is itself again.
        conversation.modem("\r\n+CMTI: \"ME\",3\r\n\r\n\r\n")
        #expect(conversation.news.map(\.line) == ["+CUSD: 1,\"\(row.text)\",15", "+CMTI: \"ME\",3"])
    }

    @Test(arguments: Delivery.allCases)
    func ussdTextThatBeginsALineWithAPromptIsNone(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.sendMessage()
        _ = conversation.takeWritten()
        conversation.modem("\r\n+CUSD: 1,\"Menu\r\n> Next\",15\r\n")
        #expect(conversation.takeWritten() == [])
        conversation.modem("\r\n> ")
        #expect(conversation.takeWritten() == [Conversation.pdu + "<Ctrl-Z>"])
        conversation.modem("\r\n+CMGS: 7\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.messageReference == 7)
    }

    @Test(arguments: Delivery.allCases)
    func ussdTextWithoutItsClosingMarkTakesNoAnswer(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CSQ")
        conversation.modem("\r\n+CUSD: 2,\"50,04 left. Dodatko\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CMTI: \"ME\",3\r\n")
        #expect(conversation.response(id)?.result == .ok)
        #expect(conversation.response(id)?.lines == ["+CSQ: 20,99"])
        #expect(conversation.news.map(\.line) == ["+CUSD: 2,\"50,04 left. Dodatko", "+CMTI: \"ME\",3"])
    }

    @Test(arguments: Delivery.allCases)
    func ussdAnswerBeforeItsOK(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let id = try conversation.send("AT+CUSD=1,\"*100#\",15", response: .none)
        conversation.modem("\r\n+CUSD: 0,\"5 EUR\r\nOK\r\n\r\nGood bye\",15\r\n\r\nOK\r\n")
        #expect(conversation.response(id)?.result == .ok)
        #expect(conversation.news.map(\.line) == ["+CUSD: 0,\"5 EUR\nOK\n\nGood bye\",15"])
    }

    @Test func ussdThatNeverClosesItsQuotationMarkEnds() throws {
        var conversation = Conversation()
        conversation.modem("\r\n+CUSD: 1,\"Menu\r\n" + String(repeating: "line\r\n", count: 40) + "RING\r\n")
        #expect(conversation.news.last?.line == "RING")
    }
}
