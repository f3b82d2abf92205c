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
    } else {
        fuzzConsole(String(decoding: input.dropFirst(), as: UTF8.self))
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
        guard case .line(let line) = scanner.consume(byte, expectsPrompt: choice & 0x10 != 0) else { continue }
        precondition(!line.isEmpty && line.unicodeScalars.count <= ATLineScanner.lineLimit)
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
