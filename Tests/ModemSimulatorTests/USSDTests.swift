// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

struct USSDTests {
    private static let ok = "\r\nOK\r\n"

    @Test func menuIsScripted() {
        var bench = Bench(.sim7600)
        #expect(bench.type("AT+CUSD=1") == Self.ok)
        #expect(
            bench.type("AT+CUSD=1,\"*123#\",15")
                == Self.ok + "\r\n+CUSD: 1,\"Menu\r\n1 Balance\r\n2 Offers\r\n\r\n0 Exit\",15\r\n")
        #expect(bench.type("AT+CUSD=1,\"1\",15") == Self.ok + "\r\n+CUSD: 0,\"Your balance is 24,84 EUR.\",15\r\n")
        // The session is over: a reply is a code nobody knows.
        #expect(bench.type("AT+CUSD=1,\"1\",15") == Self.ok + "\r\n+CUSD: 4\r\n")
        #expect(bench.actions.contains(.requested(ussd: "*123#")))
    }

    @Test func ucs2BothWays() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CSCS=\"UCS2\"")
        #expect(bench.type("AT+CUSD=1,\"*100#\",15") == "\r\n+CME ERROR: 4\r\n")
        let answer = bench.type("AT+CUSD=1,\"002A0031003000300023\",15")
        #expect(answer.hasPrefix(Self.ok + "\r\n+CUSD: 0,\"0059006F00750072"))
    }

    @Test(arguments: [
        ("*101#", "\r\nOK\r\n\r\n+CUSD: 0,\"00430072"), ("*190#", "\r\nOK\r\n"),
        ("*191#", "\r\nOK\r\n\r\n+CUSD: 4\r\n"),
        ("*192#", "\r\nOK\r\n\r\n+CUSD: 5\r\n"), ("*194#", "\r\n+CUSD: 0,\"Early answer\",15\r\n\r\nOK\r\n"),
        ("*195#", "\r\nOK\r\n\r\n+CUSD: 0,\"\",15\r\n"),
        ("*196#", "\r\nOK\r\n\r\n+CUSD: 0,\"The end of this is mis\r\n"),
        ("*197#", "\r\n+CME ERROR: 257\r\n"),
    ])
    func codes(code: String, answer: String) {
        var bench = Bench(.sim7600)
        _ = bench.type("AT+CMEE=1")
        #expect(bench.type("AT+CUSD=1,\"\(code)\",15").hasPrefix(answer))
    }

    @Test func nothingIsShownUnlessAskedFor() {
        var bench = Bench(.ec25)
        #expect(bench.type("AT+CUSD?") == "\r\n+CUSD: 0\r\n\r\nOK\r\n")
        let notification = bench.machine.notifyUSSD(USSDScript.Page(text: "Hello"))
        #expect(bench.output(notification) == "")
        _ = bench.type("AT+CUSD=1")
        let shown = bench.machine.notifyUSSD(USSDScript.Page(text: "Hello", asks: true))
        #expect(bench.output(shown) == "\r\n+CUSD: 1,\"Hello\",15\r\n")
        let released = bench.machine.releaseUSSD()
        #expect(bench.output(released) == "\r\n+CUSD: 2\r\n")
    }

    @Test func withoutANetworkTheCodeIsRefused() {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.noNetwork))
        #expect(bench.type("AT+CUSD=1,\"*100#\",15") == "\r\n+CME ERROR: 30\r\n")
    }

    @Test func realisticAnswerTakesItsTime() {
        var bench = Bench(.ec25, realistic: true)
        #expect(bench.type("AT+CUSD=1,\"*193#\",15") == Self.ok)
        #expect(bench.fire(.ussd) == "\r\n+CUSD: 2\r\n")
        #expect(bench.type("AT+CUSD=1,\"*193#\",15;+CUSD=2") == Self.ok)
        #expect(bench.fire(.ussd) == "")
    }
}
