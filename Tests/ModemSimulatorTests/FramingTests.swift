// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

@Suite struct FramingTests {
    @Test func echoKeepsTheCarriageReturn() {
        var bench = Bench(.ec25, echo: true)
        #expect(bench.type("AT+CGMR") == "AT+CGMR\r\r\nEC25EFAR06A08M4G\r\n\r\nOK\r\n")
    }

    @Test func resultsAsNumbers() {
        var bench = Bench(.ec25)
        #expect(bench.type("ATV0") == "0\r")
        #expect(bench.type("AT+CSQ") == "+CSQ: 22,99\r\n0\r")
        #expect(bench.type("AT+FOO") == "4\r")
        #expect(bench.type("ATV1") == "\r\nOK\r\n")
    }

    @Test func noResults() {
        var bench = Bench(.ec25)
        #expect(bench.type("ATQ1") == "")
        #expect(bench.type("AT+CSQ") == "\r\n+CSQ: 22,99\r\n")
        #expect(bench.type("ATQ0") == "\r\nOK\r\n")
    }

    @Test(arguments: [
        (0, "\r\nERROR\r\n"), (1, "\r\n+CME ERROR: 10\r\n"), (2, "\r\n+CME ERROR: SIM not inserted\r\n"),
    ])
    func errorFormats(_ format: Int, _ expected: String) {
        var bench = Bench(.ec25)
        _ = bench.arm(SimulatedFault(.simRemoved))
        _ = bench.type("AT+CMEE=\(format)")
        #expect(bench.type("AT+CPIN?") == expected)
    }

    @Test func restOfALineAfterAnErrorIsLeftOut() {
        var bench = Bench(.ec25)
        #expect(bench.type("AT+CSQ;+FOO;+CMEE=0") == "\r\n+CSQ: 22,99\r\n\r\nERROR\r\n")
        #expect(bench.type("AT+CMEE?") == "\r\n+CMEE: 1\r\n\r\nOK\r\n")
    }

    @Test func backspaceTakesBack() {
        var bench = Bench(.ec25)
        #expect(bench.type("AT+CSX\u{8}Q") == "\r\n+CSQ: 22,99\r\n\r\nOK\r\n")
    }

    @Test func endlessLineIsRefusedOnceAndForgotten() {
        var bench = Bench(.ec25)
        #expect(bench.type("AT" + String(repeating: "x", count: 70_000)) == "\r\nERROR\r\n")
        #expect(bench.type("AT") == "\r\nOK\r\n")
    }

    @Test func twoCommandsInOneRead() {
        var bench = Bench(.ec25)
        #expect(bench.send("AT\rAT+CSQ\r") == "\r\nOK\r\n\r\n+CSQ: 22,99\r\n\r\nOK\r\n")
    }

    @Test func promptHasNoLineEnd() {
        var bench = Bench(.ec25)
        #expect(bench.type("AT+CMGS=19") == "\r\n> ")
        #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMGS: 1\r\n\r\nOK\r\n")
    }

    @Test func messageIsEchoedToo() {
        var bench = Bench(.ec25, echo: true)
        #expect(bench.type("AT+CMGS=19") == "AT+CMGS=19\r\r\n> ")
        #expect(bench.send(Sample.submit + "\u{1A}") == Sample.submit + "\u{1A}\r\n+CMGS: 1\r\n\r\nOK\r\n")
    }

    @Test func escapeLeavesThePrompt() {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CMGS=19")
        #expect(bench.send("0031\u{1B}") == "\r\nOK\r\n")
        #expect(bench.actions.isEmpty)
        #expect(bench.type("AT") == "\r\nOK\r\n")
    }

    @Test func bytesBeforeThePromptAreSwallowedByTheEC25() {
        var bench = Bench(.ec25)
        #expect(bench.send("AT+CMGS=19\r0031") == "\r\n> ")
        #expect(bench.send(Sample.submit + "\u{1A}") == "\r\n+CMGS: 1\r\n\r\nOK\r\n")
    }

    @Test(arguments: [
        ("19", "00310\u{1A}"), ("18", Sample.submit + "\u{1A}"), ("19", "zz\u{1A}"), ("19", "\u{1A}"),
    ])
    func brokenPDUIsRefused(_ length: String, _ body: String) {
        var bench = Bench(.ec25)
        _ = bench.type("AT+CMGS=\(length)")
        #expect(bench.send(body) == "\r\n+CMS ERROR: 304\r\n")
        #expect(bench.actions.isEmpty)
    }
}
