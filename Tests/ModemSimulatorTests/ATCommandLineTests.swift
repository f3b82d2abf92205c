// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

@Suite struct ATCommandLineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let names: [String]
        let forms: [ATInvocation.Form]
        var testDescription: String { self.line }
    }

    @Test(arguments: [
        Case(line: "AT", names: [], forms: []),
        Case(line: "at+csq", names: ["+CSQ"], forms: [.execute]),
        Case(line: "ATE0V1Q0", names: ["E", "V", "Q"], forms: [.write, .write, .write]),
        Case(line: "AT+CREG?;+CSQ", names: ["+CREG", "+CSQ"], forms: [.read, .execute]),
        Case(line: "AT+CPMS=\"SM\";+CPMS?", names: ["+CPMS", "+CPMS"], forms: [.write, .read]),
        Case(line: "AT+CMGL=?", names: ["+CMGL"], forms: [.test]),
        Case(line: "ATE0+CMEE=1", names: ["E", "+CMEE"], forms: [.write, .write]),
        Case(line: "AT&F&W", names: ["&F", "&W"], forms: [.execute, .execute]),
        Case(line: "ATD+33639980100;", names: ["D"], forms: [.write]),
        Case(line: "ATS0=0", names: ["S0"], forms: [.write]),
        Case(line: "ATS3?", names: ["S3"], forms: [.read]),
        Case(line: "\u{1B}~~AT+CSQ", names: ["+CSQ"], forms: [.execute]),
        Case(line: "AT+QCFG=\"a;b\"", names: ["+QCFG"], forms: [.write]),
    ])
    func takenApart(_ sample: Case) throws {
        let line = try #require(ATCommandLine(Array(sample.line.utf8)))
        #expect(line.invocations.map(\.name) == sample.names)
        #expect(line.invocations.map(\.form) == sample.forms)
    }

    @Test(arguments: ["", "A", "hello", "+CSQ", "\u{FF}\u{FE}"])
    func withoutAttentionThereIsNoCommand(_ line: String) {
        #expect(ATCommandLine(Array(line.utf8)) == nil)
    }

    @Test func argumentsKeepQuotesAndGaps() throws {
        let line = try #require(ATCommandLine(Array("AT+CSMP=17,,\"a,b\", 8".utf8)))
        let invocation = try #require(line.invocations.first)
        #expect(invocation.arguments.map(\.text) == ["17", "", "a,b", "8"])
        #expect(invocation.arguments.map(\.isEmpty) == [false, true, false, false])
        #expect(invocation.integer(3) == 8)
        #expect(invocation.integer(9) == nil)
    }

    @Test func everyByteValueIsTakenWithoutHarm() {
        for first in UInt8.min...UInt8.max {
            _ = ATCommandLine([0x41, 0x54, first, 0x3D, first, 0x22, first, 0x2C])
        }
    }
}
