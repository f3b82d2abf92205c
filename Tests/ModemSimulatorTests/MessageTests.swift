// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

@Suite struct MessageTests {
    @Test func storedAnnouncedReadListedDeleted() {
        var bench = Bench(.ec25)
        #expect(bench.deliver(Sample.message(1)) == "\r\n+CMTI: \"ME\",0\r\n")
        #expect(bench.deliver(Sample.message(2)) == "\r\n+CMTI: \"ME\",1\r\n")
        #expect(bench.outcomes == [.accepted, .accepted])
        let header = "\(Sample.deliverLength)\r\n\(Sample.deliver)\r\n"
        #expect(bench.type("AT+CMGR=0") == "\r\n+CMGR: 0,,\(header)\r\nOK\r\n")
        #expect(bench.type("AT+CMGR=0") == "\r\n+CMGR: 1,,\(header)\r\nOK\r\n")
        #expect(bench.type("AT+CMGL=4") == "\r\n+CMGL: 0,1,,\(header)+CMGL: 1,0,,\(header)\r\nOK\r\n")
        #expect(bench.type("AT+CMGL=0") == "\r\nOK\r\n")
        #expect(bench.type("AT+CMGD=0") == "\r\nOK\r\n")
        #expect(bench.actions.last == .deleted(delivery: 1, memory: .mobileEquipment, index: 0))
        #expect(bench.deliver(Sample.message(3)) == "\r\n+CMTI: \"ME\",0\r\n")
    }

    @Test func sim7600QuotesTheEmptyName() {
        var bench = Bench(.sim7600)
        #expect(bench.deliver(Sample.message(1)) == "\r\n+CMTI: \"SM\",0\r\n")
        #expect(bench.type("AT+CMGR=0").hasPrefix("\r\n+CMGR: 0,\"\",24\r\n"))
        #expect(bench.type("AT+CMEE=1;+CMGR=1") == "\r\n+CMS ERROR: 321\r\n")
    }

    @Test(arguments: [(0, [1]), (1, [0, 1]), (4, [])])
    func deleteFlags(_ flag: Int, _ left: [Int]) {
        var bench = Bench(.ec25)
        for id in 0..<2 { _ = bench.deliver(Sample.message(id)) }
        // Flag 0 deletes what is named; 1 what was read, which nothing here was; 4 everything.
        _ = bench.type("AT+CMGD=0,\(flag)")
        #expect(bench.machine.service.memory(.mobileEquipment).indices == left)
    }

    @Test func fullStorageIsSilentOnTheEC25() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CPMS=\"SM\",\"SM\",\"SM\"")
        for id in 1...50 { _ = bench.deliver(Sample.message(id)) }
        #expect(bench.deliver(Sample.message(51)) == "")
        #expect(bench.outcomes.last == .memoryFull)
        _ = bench.type("AT+CMGD=7")
        #expect(bench.actions.last == .reachable)
        #expect(bench.deliver(Sample.message(51)) == "\r\n+CMTI: \"SM\",7\r\n")
        _ = bench.type("AT+QINDCFG=\"smsfull\",1")
        #expect(bench.deliver(Sample.message(52)) == "\r\n+QIND: \"smsfull\",\"SM\"\r\n")
    }

    @Test func anotherMemoryWithRoomEndsTheWaiting() {
        var bench = Bench(.sim7600)
        for id in 1...51 { _ = bench.deliver(Sample.message(id)) }
        #expect(bench.outcomes.last == .memoryFull)
        _ = bench.type("AT+CPMS=\"SM\",\"SM\",\"SM\"")
        #expect(bench.actions.last != .reachable)
        _ = bench.type("AT+CPMS=\"ME\",\"ME\",\"ME\"")
        #expect(bench.actions.last == .reachable)
        #expect(bench.deliver(Sample.message(51)) == "\r\n+CMTI: \"ME\",0\r\n")
    }

    @Test func statusReportComesDirectly() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CNMI=2,1,0,1,0")
        let expected = "\r\n+CDS: \(Sample.reportLength)\r\n\(Sample.report)\r\n"
        #expect(bench.deliver(Sample.statusReport(1)) == expected)
        #expect(bench.outcomes == [.accepted])
        #expect(bench.type("AT+CNMA") == "\r\n+CMS ERROR: 340\r\n")
    }

    @Test func ec25AnnouncesAStatusReportThatIsNotThere() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CNMI=2,1,0,2,0")
        #expect(bench.deliver(Sample.statusReport(1)) == "\r\n+CDSI: \"SM\",0\r\n")
        #expect(bench.type("AT+CPMS=\"SM\";+CMGR=0") == "\r\n+CPMS: 0,50,0,255,0,255\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CPMS=\"SR\";+CMGR=0").contains(Sample.report))
    }

    @Test func messageForTheSIMIsStoredEvenWithDirectDelivery() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CNMI=2,2,0,0,0")
        #expect(bench.deliver(Sample.message(1, messageClass: 2)) == "\r\n+CMTI: \"SM\",0\r\n")
        #expect(bench.deliver(Sample.message(2)) == "\r\n+CMT: ,24\r\n\(Sample.deliver)\r\n")
    }

    @Test func unregisteredModemRefusesToSend() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.noNetwork))
        #expect(bench.type("AT+CMGS=19") == "\r\n> ")
        #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMS ERROR: 331\r\n")
        #expect(bench.actions.isEmpty)
    }

    @Test func messageReferencesCountAndWrap() {
        var bench = Bench(.ec25)
        bench.machine.messageReference = 254
        for expected in ["255", "0", "1"] {
            _ = bench.type("AT+CMGS=19")
            #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMGS: \(expected)\r\n\r\nOK\r\n")
        }
    }

    @Test func textModeReadsAndSends() throws {
        var bench = Bench(.ec25)
        _ = bench.deliver(Sample.message(1))
        _ = bench.type("AT+CMGF=1")
        #expect(
            bench.type("AT+CMGL=\"ALL\"")
                == "\r\n+CMGL: 0,\"REC UNREAD\",\"+33639980100\",,\"26/11/21,13:01:00+04\"\r\nHello\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CMGL=\"ALL\",1") == "\r\nERROR\r\n")
        #expect(bench.type("AT+CMGS=\"+33639980002\"") == "\r\n> ")
        #expect(bench.send("Hello\u{1A}") == "\r\n+CMGS: 1\r\n\r\nOK\r\n")
        #expect(
            bench.actions.contains(
                .submit(
                    MessageSubmission(
                        pdu: "0001000B913336990800F2000005C8329BFD06", reference: 1), port: 0)))
        _ = bench.type("AT+CMGS=\"+33639980002\"")
        #expect(bench.send("\u{1F600}\u{1A}") == "\r\n+CMS ERROR: 305\r\n")
    }

    @Test func sim7600PrintsASendersNameAsNumbers() {
        var bench = Bench(.sim7600)
        // From "Jio".
        let pdu = "07913336990800F00406D0CAF41B00006211123110004005C8329BFD06"
        _ = bench.deliver(NetworkDelivery(id: 1, kind: .message(class: nil), pdu: pdu, length: 21))
        _ = bench.type("AT+CMGF=1")
        #expect(bench.type("AT+CMGR=0").hasPrefix("\r\n+CMGR: \"REC UNREAD\",\"74105111\",\"\",\""))
    }
}

@Suite struct AcknowledgementTests {
    private func direct() -> Bench {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CSMS=1")
        _ = bench.type("AT+CNMI=2,2,0,1,0")
        bench.actions = []
        return bench
    }

    @Test func acknowledgedInTime() {
        var bench = self.direct()
        #expect(bench.deliver(Sample.message(1)) == "\r\n+CMT: ,24\r\n\(Sample.deliver)\r\n")
        #expect(bench.actions == [.schedule(.acknowledgement, after: .seconds(15))])
        #expect(bench.outcomes.isEmpty)
        #expect(bench.type("AT+CNMA") == "\r\nOK\r\n")
        #expect(bench.outcomes == [.accepted])
        #expect(bench.type("AT+CNMA") == "\r\n+CMS ERROR: 340\r\n")
    }

    @Test func afterATimeOutTheModemFallsSilentUntilItIsToldAgain() {
        var bench = self.direct()
        _ = bench.deliver(Sample.message(1))
        #expect(bench.fire(.acknowledgement) == "")
        #expect(bench.outcomes == [.unacknowledged])
        #expect(bench.type("AT+CNMA") == "\r\n+CMS ERROR: 340\r\n")
        #expect(bench.type("AT+CNMI?") == "\r\n+CNMI: 2,0,0,0,0\r\n\r\nOK\r\n")
        #expect(bench.deliver(Sample.message(2)) == "")
        #expect(bench.outcomes == [.unacknowledged, .unreachable])
        bench.actions = []
        _ = bench.type("AT+CNMI=2,2,0,1,0")
        #expect(bench.actions == [.reachable])
        #expect(bench.deliver(Sample.message(1)).hasPrefix("\r\n+CMT: "))
    }

    @Test func refusedMessageSilencesToo() {
        var bench = self.direct()
        _ = bench.deliver(Sample.statusReport(1))
        #expect(bench.type("AT+CNMA=2") == "\r\nOK\r\n")
        #expect(bench.outcomes == [.unacknowledged])
        #expect(bench.machine.service.isSilenced)
    }

    @Test func unplugWithAnOpenAcknowledgementGivesTheMessageBack() {
        var bench = self.direct()
        _ = bench.deliver(Sample.message(1))
        _ = bench.output(bench.machine.unplugged())
        #expect(bench.outcomes == [.unacknowledged])
    }
}
