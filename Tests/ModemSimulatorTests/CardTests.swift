// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

@Suite struct CardTests {
    @Test func pinUnlocksTheCardAndThenTheNetworkIsReached() {
        var bench = Bench(.ec25, pin: "4321")
        #expect(bench.type("AT+CPIN?") == "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CIMI") == "\r\n+CME ERROR: 11\r\n")
        #expect(bench.type("AT+CPMS?") == "\r\n+CMS ERROR: 311\r\n")
        #expect(bench.type("AT+CREG?") == "\r\n+CREG: 0,0\r\n\r\nOK\r\n")
        let answer = bench.type("AT+CPIN=\"4321\"")
        #expect(answer.hasPrefix("\r\nOK\r\n\r\n+CPIN: READY\r\n"))
        #expect(bench.actions == [.reachable])
        #expect(bench.type("AT+CREG?") == "\r\n+CREG: 0,1\r\n\r\nOK\r\n")
    }

    @Test func threeWrongPINsAskForThePUK() {
        var bench = Bench(.ec25, pin: "4321")
        #expect(bench.type("AT+CPIN=\"0000\"") == "\r\n+CME ERROR: 16\r\n")
        #expect(bench.type("AT+QPINC=\"SC\"") == "\r\n+QPINC: \"SC\",2,10\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CPIN=\"0000\"") == "\r\n+CME ERROR: 16\r\n")
        #expect(bench.type("AT+CPIN=\"0000\"") == "\r\n+CME ERROR: 12\r\n")
        #expect(bench.type("AT+CPIN?") == "\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CPIN=\"4321\"") == "\r\n+CME ERROR: 12\r\n")
        #expect(bench.type("AT+CPIN=\"\(SIMCard.puk)\",\"1111\"").hasPrefix("\r\nOK\r\n"))
        #expect(bench.type("AT+QPINC=\"SC\"") == "\r\n+QPINC: \"SC\",3,10\r\n\r\nOK\r\n")
    }

    @Test func tenWrongPUKsKillTheCard() {
        var bench = Bench(.sim7600, pin: "4321")
        for _ in 0..<3 { _ = bench.type("AT+CPIN=\"0000\"") }
        for _ in 0..<10 { _ = bench.type("AT+CPIN=\"00000000\",\"1111\"") }
        #expect(bench.type("AT+SPIC") == "\r\n+SPIC: 0,0,0,10\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CPIN=\"\(SIMCard.puk)\",\"1111\"") == "\r\n+CME ERROR: SIM failure\r\n")
    }

    @Test func pinIsAskedAgainAfterARestart() {
        var bench = Bench(.ec25, pin: "4321")
        _ = bench.type("AT+CPIN=\"4321\"")
        _ = bench.machine.unplugged()
        let banners = bench.output(bench.machine.plugged(showsBanners: true))
        #expect(banners == "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: SIM PIN\r\n")
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func removedCardIsSeenEverywhere(_ model: SimulatedModemModel) {
        var bench = Bench(model)
        let line = model == .ec25 ? "+CPIN: NOT READY" : "+SIMCARD: NOT AVAILABLE"
        #expect(bench.arm(SimulatedFault(.simRemoved)) == "\r\n\(line)\r\n")
        _ = bench.type("AT+CMEE=1")
        #expect(bench.type("AT+CPIN?") == "\r\n+CME ERROR: 10\r\n")
        #expect(bench.type("AT+CNUM") == "\r\n+CME ERROR: 10\r\n")
        #expect(bench.type("AT+CPMS?") == "\r\n+CMS ERROR: 310\r\n")
        #expect(bench.type("AT+COPS?") == "\r\n+COPS: 0\r\n\r\nOK\r\n")
        _ = bench.output(bench.machine.clearFaults())
        #expect(bench.type("AT+CPIN?") == "\r\n+CPIN: READY\r\n\r\nOK\r\n")
    }

    @Test func characterSetOfTheEC25FailsWithoutACard() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.simRemoved))
        #expect(bench.type("AT+CSCS=\"UCS2\"") == "\r\nERROR\r\n")
    }

    @Test func lostNetworkIsReportedAndHasNoCell() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CREG=2")
        #expect(bench.arm(SimulatedFault(.noNetwork)) == "\r\n+CREG: 2\r\n")
        #expect(bench.type("AT+CSQ;+QNWINFO") == "\r\n+CSQ: 99,99\r\n\r\n+QNWINFO: No Service\r\n\r\nOK\r\n")
        #expect(bench.output(bench.machine.clearFaults()) == "\r\n+CREG: 1,\"2604\",\"6DA5A09\",7\r\n")
    }

    @Test func radioOffAndOn() {
        var bench = Bench(.sim7600)
        #expect(bench.type("AT+CFUN=0") == "\r\n+SIMCARD: NOT AVAILABLE\r\n\r\nOK\r\n")
        #expect(bench.type("AT+CMEE=1;+CPIN?") == "\r\n+CME ERROR: 13\r\n")
        #expect(bench.type("AT+CFUN=1") == "\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n")
        #expect(bench.actions == [.reachable])
    }

    @Test(arguments: [(SimulatedModemModel.ec25, "AT+CFUN=1,1"), (.sim7600, "AT+CRESET")])
    func restartAnswersBeforeItHangsUp(_ model: SimulatedModemModel, _ command: String) {
        var bench = Bench(model)
        _ = bench.type("AT+CNMI=2,2,0,1,0")
        #expect(bench.type(command) == "\r\nOK\r\n")
        #expect(bench.actions.last == .restart(after: .zero))
        #expect(bench.type("AT") == "")
        let banners = bench.output(bench.machine.plugged(showsBanners: true))
        #expect(banners.hasPrefix("\r\nRDY\r\n"))
        #expect(bench.type("ATE0") == "ATE0\r\r\nOK\r\n")
        #expect(bench.type("AT+CNMI?") == "\r\n+CNMI: 2,1,0,0,0\r\n\r\nOK\r\n")
    }

    @Test func whatIsSentBeforeTheBannerIsDropped() {
        var bench = Bench(.sim7600, bootDelay: .seconds(12))
        #expect(bench.type("AT") == "")
        #expect(bench.fire(.boot) == "\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nPB DONE\r\n")
        #expect(bench.type("AT") == "AT\r\r\nOK\r\n")
    }
}
