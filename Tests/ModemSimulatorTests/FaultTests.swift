// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

@Suite struct FaultTests {
    private let taken = "\r\n+CMGS: 1\r\n\r\nOK\r\n"

    @Test func lateAnswerHoldsTheNextCommandBack() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.lateAnswer, command: "+CSQ", milliseconds: 700))
        #expect(bench.send("AT+CSQ\rAT\r") == "")
        #expect(bench.actions == [.schedule(.answer(port: 0), after: .milliseconds(700))])
        #expect(bench.fire(.answer(port: 0)) == "\r\n+CSQ: 22,99\r\n\r\nOK\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CSQ") == "\r\n+CSQ: 22,99\r\n\r\nOK\r\n")
    }

    @Test func lostAnswerOfAMessageThatWasSent() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.lostAnswer, command: "+CMGS"))
        #expect(bench.type("AT+CMGS=19") == "\r\n> ")
        #expect(bench.send(Sample.submit + "\u{1A}") == "")
        #expect(bench.actions.count == 1)
        #expect(bench.type("AT") == "\r\nOK\r\n")
    }

    @Test func lostPrompt() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.lostAnswer, command: "AT+CMGS>"))
        #expect(bench.type("AT+CMGS=19") == "")
        #expect(bench.send("\u{1B}") == "\r\nOK\r\n")
    }

    @Test func refusedMessageIsNotSent() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.cmsError, command: "+CMGS", code: 38))
        _ = bench.type("AT+CMGS=19")
        #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMS ERROR: 38\r\n")
        #expect(bench.actions.isEmpty)
    }

    @Test func errorAlthoughTheMessageWasSent() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.falseError, command: "+CMGS", code: 500))
        _ = bench.type("AT+CMGS=19")
        #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMS ERROR: 500\r\n")
        #expect(bench.actions.count == 1)
    }

    @Test func stormInsideAnAnswer() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.urcStorm, command: "+CSQ", count: 2, text: "RING"))
        #expect(bench.type("AT+CSQ") == "\r\n+CSQ: 22,99\r\n\r\nRING\r\n\r\nRING\r\n\r\nOK\r\n")
    }

    @Test func stormAtOnce() {
        var bench = Bench(.ec25)
        #expect(
            bench.arm(SimulatedFault(.urcStorm, count: 3, text: "RING\r\nOK"))
                == "\r\nRINGOK\r\n\r\nRINGOK\r\n\r\nRINGOK\r\n")
    }

    @Test func garbageHasNoLineEnds() {
        let bytes = SimulatedModemStateMachine.garbage(SimulatedFault(.garbage, count: 1000))
        #expect(bytes.count == 1000)
        #expect(!bytes.contains(0x0A) && !bytes.contains(0x0D))
        #expect(Set(bytes).count > 200)
    }

    @Test(arguments: [
        (SimulatedFault.Kind.unplugBefore, "", 0), (.unplugAfter, "", 1), (.unplugWithin, "\r\n+CMGS: ", 1),
    ])
    func unplugInTheMiddle(_ kind: SimulatedFault.Kind, _ output: String, _ submissions: Int) {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(kind, command: "+CMGS"))
        _ = bench.type("AT+CMGS=19")
        #expect(bench.send(Sample.submit + "\u{1A}") == output)
        #expect(bench.actions.contains(.hangUp))
        #expect(bench.actions.filter { if case .submit = $0 { true } else { false } }.count == submissions)
        #expect(bench.machine.power == .unplugged)
    }

    @Test func faultHitsAsOftenAsItSays() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.error, command: "+CSQ", times: 2))
        _ = bench.arm(SimulatedFault(.cmeError, command: "+COPS", code: 30, times: 0))
        #expect(bench.type("AT+CSQ") == "\r\nERROR\r\n")
        #expect(bench.type("AT+CSQ") == "\r\nERROR\r\n")
        #expect(bench.type("AT+CSQ").hasSuffix("OK\r\n"))
        for _ in 0..<3 { #expect(bench.type("AT+COPS?") == "\r\n+CME ERROR: 30\r\n") }
        _ = bench.output(bench.machine.clearFaults())
        #expect(bench.type("AT+COPS?").hasSuffix("OK\r\n"))
    }

    @Test func faultWithoutCommandHitsTheNextOne() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.error))
        #expect(bench.type("AT") == "\r\nERROR\r\n")
        #expect(bench.type("AT") == "\r\nOK\r\n")
    }

    @Test func unresponsiveModemKeepsQuiet() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.unresponsive))
        #expect(bench.type("AT") == "")
        _ = bench.output(bench.machine.clearFaults())
        #expect(bench.type("AT") == "\r\nOK\r\n")
    }

    @Test func fullStorageOnDemand() {
        var bench = Bench(.sim7600)
        _ = bench.arm(SimulatedFault(.storageFull))
        #expect(bench.type("AT+CPMS?").contains("\"SM\",50,50"))
        #expect(bench.deliver(Sample.message(1)) == "")
        #expect(bench.outcomes == [.memoryFull])
        _ = bench.output(bench.machine.clearFaults())
        #expect(bench.actions.last == .reachable)
    }

    @Test func realisticMessageTakesThreeSeconds() {
        var bench = Bench(.ec25, realistic: true)
        _ = bench.type("AT+CMGS=19")
        #expect(bench.send(Sample.submit + "\u{1A}") == "")
        #expect(bench.actions == [.schedule(.submission(port: 0), after: .seconds(3))])
        #expect(bench.fire(.submission(port: 0)) == self.taken)
    }
}
