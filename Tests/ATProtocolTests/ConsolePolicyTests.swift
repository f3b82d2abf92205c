// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import Testing

struct ConsolePolicyTests {
    @Test(arguments: [
        "AT", "ATI", "AT+CSQ", "AT+CREG?", "AT+CMEE?", "AT+CMGF=?", "AT+CPIN?", "AT+CFUN?", "AT+CMUX=?",
        "AT+QCFG=\"usbcfg\"",
        "AT+CLCK=\"SC\",2", "AT+CMGL=4", "AT+CMGR=1", "AT+CUSD=1,\"*100#\",15", "AT+COPS=?", "AT+QMBNCFG=\"list\"",
        "AT+QIOPEN=1,0,\"TCP\",\"example.org\",80,0,1", "AT&V", "ATH", "AT+CHUP", "AT+CNMA", "AT+CMGS=?",
        "AT+QURCCFG=\"urcport\"",
    ])
    func harmlessIsSent(line: String) {
        #expect(ConsolePolicy(line).decision == .send)
        #expect(ConsolePolicy(line).restoreAfterwards.isEmpty)
    }

    @Test(arguments: [
        "AT\r", "AT+CSQ\rAT+CFUN=0", "AT\n", "AT+CMGS=1\u{1A}", "AT\u{1B}", "AT\0", "CSQ", "A/", "",
        "AT+CSQ=\"x;+CFUN=1,1", "AT+COPS=é",
    ])
    func charactersAreRefused(line: String) {
        guard case .refused = ConsolePolicy(line).decision else {
            Issue.record("\(ConsolePolicy(line))")
            return
        }
    }

    @Test(arguments: [
        "ATE1", "ate", "ATV0", "ATQ1", "ATZ", "AT&F", "AT &F0", "ATZ0", "AT+IPR=9600", "AT+IPREX=115200", "AT+CMUX=0",
        "at + cmux = 0",
        "ATS3=10", "AT+IFC=2,2",
    ])
    func settingsOfThePortAreKept(line: String) {
        guard case .answeredLocally = ConsolePolicy(line).decision else {
            Issue.record("\(ConsolePolicy(line))")
            return
        }
    }

    @Test(arguments: ["ATE1+CSQ", "AT+CSQ;+IPR=9600", "ATE0V0", "AT&F;+CSQ"])
    func keptSettingsAmongOthersAreRefused(line: String) {
        guard case .refused = ConsolePolicy(line).decision else {
            Issue.record("\(ConsolePolicy(line))")
            return
        }
    }

    @Test(arguments: [
        ("AT+CMEE=2", ["+CMEE"]), ("AT+CMGF=1", ["+CMGF"]), ("at+cnmi = 2,1", ["+CNMI"]), ("AT+CPMS=\"SM\"", ["+CPMS"]),
        ("AT+CSMS=1", ["+CSMS"]),
        ("AT+CSCS=\"UCS2\"", ["+CSCS"]), ("AT+CREG=0", ["+CREG"]), ("AT+COPS=3,0", ["+COPS"]),
        ("AT+CMGF=1;+CSCS=\"GSM\"", ["+CMGF", "+CSCS"]),
        ("AT+CSQ;+CMGF=1", ["+CMGF"]),
    ])
    func settingsAreRestored(row: (String, [String])) {
        #expect(ConsolePolicy(row.0).decision == .send)
        #expect(ConsolePolicy(row.0).restoreAfterwards == row.1)
    }

    @Test(arguments: [
        "AT+CMGS=14", "AT+CMGS=\"+33639980001\"", "AT+CMGW=1", "AT+CMGC=1", "AT+CNMA=1,5", "ATD*99#", "ATD*99***1#",
        "ATDT0639980001",
        "atd 112", "AT+CGDATA=\"PPP\",1", "ATO", "ATO0", "AT+QISEND=0", "AT+CIPSEND=0,5", "AT+CFTPSPUT=\"x\"",
        "AT+QFUPL=\"x\"",
        "AT+QIOPEN=1,0,\"TCP\",\"example.org\",80,0,2", "AT+CSQ;+CMGS=14", "AT + CMGS = 14", "AT+QFREAD=1",
        "ATE0;D*99#",
    ])
    func promptsAndDataModeAreRefused(line: String) {
        guard case .refused(let reason) = ConsolePolicy(line).decision else {
            Issue.record("\(ConsolePolicy(line))")
            return
        }
        #expect(reason.hasSuffix(".") || reason.contains("quotation"))
    }

    @Test func refusalOfAMessageNamesTheCommandToUse() {
        #expect(
            ConsolePolicy("AT+CMGS=14").decision
                == .refused("This waits for a text: use `modemgate sms send` or POST /api/sms."))
    }

    @Test(arguments: [
        "ATD+33639980001;", "ATD**04*1234*1111*1111#;", "ATA", "AT+CPIN=\"1234\"", "AT+CLCK=\"SC\",1,\"1234\"",
        "AT+CPWD=\"SC\",\"1\",\"2\"",
        "AT+CFUN=0", "AT+CFUN=1,1", "at + cfun = 1 , 1", "AT+CFUN=7", "AT+CFUN?=1,1", "AT+CFUN=?1", "AT+CSQ;+CFUN=1,1",
        "AT+CSQ ; + cfun=4",
        "AT+CRESET", "AT+CPOF", "AT+QPOWD", "AT+QPOWD=0", "AT+CUSBPIDSWITCH=9001,1,1", "AT+QAUDMOD=3",
        "AT+QCFG=\"usbcfg\",0x2C7C,0x0125,1,1,1,1,1,0,0", "at+qcfg=\"USBCFG\",1", "AT+QPRTPARA=3", "AT+EGMR=1,7,\"x\"",
        "AT+SIMEI=1",
        "AT+QFOTADL=\"http://example.org\"", "ATE;+CFUN=1,1", "AT+CSQ;AT+CFUN=1,1", "AT+CSIM=14,\"A0\"",
        "AT+COPS=1,2,\"20801\"",
        "AT+QURCCFG=\"urcport\",\"uart1\"", "AT+CMSS=3",
    ])
    func dangerNeedsConfirmation(line: String) {
        switch ConsolePolicy(line).decision {
        case .needsConfirmation(let reasons):
            #expect(!reasons.isEmpty && reasons.allSatisfy { $0.hasSuffix(".") })
        case .refused:
            // Harder than asked for, because the line also changes the port.
            #expect(line.hasPrefix("ATE;"))
        case .send, .answeredLocally:
            Issue.record("\(ConsolePolicy(line))")
        }
    }

    @Test func everyDangerOfALineIsNamed() {
        guard case .needsConfirmation(let reasons) = ConsolePolicy("AT+CMGF=1;+CFUN=0;+CPIN=\"0000\"").decision else {
            Issue.record("sent")
            return
        }
        #expect(reasons.count == 2)
        #expect(ConsolePolicy("AT+CMGF=1;+CFUN=0").restoreAfterwards == ["+CMGF"])
    }
}

struct ATLineScannerTests {
    private static func tokens(_ text: String, expectsPrompt: Bool = false) -> [ATLineScanner.Token] {
        var scanner = ATLineScanner()
        return text.utf8.compactMap { scanner.consume($0, expectsPrompt: expectsPrompt) }
    }

    @Test(arguments: ["a\rb\r", "a\nb\n", "a\r\nb\r\n", "\r\r\na\r\r\nb\r\r\n", "\0a\n\u{7}b\n", "a\u{1A}b\u{1B}"])
    func lines(text: String) {
        #expect(Self.tokens(text) == [.line("a"), .line("b")])
    }

    @Test func promptOnlyWhenExpectedAndOnlyAtTheBeginning() {
        #expect(Self.tokens("\r\n> x\r\n") == [.line("> x")])
        #expect(Self.tokens("\r\n> x\r\n", expectsPrompt: true) == [.prompt, .line("x")])
        #expect(Self.tokens("a > b\r\n", expectsPrompt: true) == [.line("a > b")])
    }

    @Test func spacesOfATextStay() {
        #expect(Self.tokens("  two\r\n") == [.line("  two")])
    }

    @Test func bytesAboveASCII() {
        var scanner = ATLineScanner()
        let valid = Array("Ångström\n".utf8).compactMap { scanner.consume($0, expectsPrompt: false) }
        #expect(valid == [.line("Ångström")])
        let latin = [0x41, 0xC5, 0x0A].compactMap { scanner.consume($0, expectsPrompt: false) }
        #expect(latin == [.line("AÅ")])
    }
}
