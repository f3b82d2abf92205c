// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors
//
// Fuzzes: ATProtocol
//
// Whatever comes out of a tty becomes bounded lines, and every parser takes every line; whatever is typed at the console
// cannot smuggle a second line or an end of input past the policy.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAT(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 1 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    if input[0] & 0x01 == 0 {
        fuzzPort(Array(input.dropFirst()), choice: input[0])
    } else if input[0] & 0x02 == 0 {
        fuzzConsole(String(decoding: input.dropFirst(), as: UTF8.self))
    } else {
        fuzzUSSD(String(decoding: input.dropFirst(), as: UTF8.self))
    }
    return 0
}

private func fuzzPort(_ bytes: [UInt8], choice: UInt8) {
    var scanner = ATLineScanner()
    var classifier = ATLineClassifier()
    let texts = ["AT+CSQ", "AT+CMGL=4", "AT+CREG?", "ATD112;", "AT+CMGR=1", "AT+COPS?", "AT+CUSD=1", "ATI"]
    let running = try? ATCommand(texts[Int(choice >> 1 & 0x07)])
    if let running { classifier.sent(running.text) }
    var lines: [String] = []
    for byte in bytes {
        let token = scanner.consume(
            byte, expectsPrompt: choice & 0x10 != 0, keepsBlankLines: classifier.isInsideText)
        let line: String
        switch token {
        case .line(let text):
            precondition(!text.isEmpty && text.unicodeScalars.count <= ATLineScanner.lineLimit)
            line = text
        case .blankLine:
            precondition(classifier.isInsideText, "a blank line that is part of nothing")
            line = ""
        default: continue
        }
        lines.append(line)
        for meaning in classifier.classify(line, running: choice & 0x20 == 0 ? running : nil) { touch(meaning) }
        parse(line)
    }
    _ = StoredPDU.list(lines)
    _ = StoredPDU(readResponse: lines, index: 1)
    _ = OwnNumber(lines: lines)
    _ = PINState.remainingTries(lines)
}

private func touch(_ meaning: ATLineClassifier.Meaning) {
    switch meaning {
    case .unsolicited(let result):
        _ = DirectPDU(result)
        _ = MessageIndication(result)
        _ = UnsolicitedCode.of(prefix: result.prefix)
    case .final(let result): precondition(!result.description.isEmpty)
    case .information, .echo: break
    }
}

private func parse(_ line: String) {
    _ = FinalResult(line: line)
    _ = FinalResult(numericLine: line)
    _ = RegistrationReport(answer: line)
    _ = RegistrationReport(unsolicited: line)
    _ = OperatorReport(answer: line)
    _ = ServingCell(line: line)
    _ = StorageUsage(line: line)
    _ = PINState(line: line)
    if let quality = SignalQuality(line: line), let percent = quality.percent {
        precondition((0...100).contains(percent), "a percentage out of range")
    }
    let fields = ATFields(line)
    for index in [-1, 0, 1, 99] {
        _ = fields.string(index)
        _ = fields.integer(index)
        _ = fields.hexadecimal(index)
        _ = fields.isQuoted(index)
    }
}

/// A code or reply that is accepted is one command line, closed where it should be; a report is read whatever it is.
private func fuzzUSSD(_ text: String) {
    for string in [try? USSDString(code: text), try? USSDString(reply: text)].compactMap({ $0 }) {
        for set in [TECharacterSet.ira, .ucs2] {
            let command = string.command(in: set, deadline: .seconds(1)).text
            precondition(command.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }, "a control character")
            precondition(command.utf8.count { $0 == 0x22 } == 2, "a quotation mark inside the string")
        }
    }
    for line in [text, "+CUSD: " + text] {
        guard let report = USSDReport(line: line) else { continue }
        for set in [TECharacterSet.ira, .ucs2] { _ = USSDText(report, in: set).text.count }
    }
}

private func fuzzConsole(_ line: String) {
    let isPlain = line.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) }
    _ = ATCommandElement.elements(of: line)
    switch ConsolePolicy(line).decision {
    case .refused: break
    case .send, .needsConfirmation, .answeredLocally:
        precondition(isPlain, "a control character passed the console's policy")
    }
    guard let command = try? ATCommand(line) else { return }
    precondition(isPlain && command.text == line, "a command that cannot be sent was accepted")
}
