// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Decides what each line is: an answer to the running command, its end, an echo, or unsolicited.
///
/// Headers whose next line belongs to them are taken by their declared shape, so that a body that reads `OK` ends
/// nothing (TS 27.005 §3.4.1, §3.4.2).
package struct ATLineClassifier: Sendable {
    package enum Meaning: Sendable, Equatable {
        case information(String)
        case unsolicited(UnsolicitedResult)
        /// The end of the running command; with none running, a result nobody waits for.
        case final(FinalResult)
        case echo
    }

    /// A +CUSD text: 182 characters are 30 short lines at most, blank ones not counted; what never closes its quotation
    /// mark ends here.
    private static let quotedLineLimit = 32
    private static let quotedByteLimit = 4096
    /// Echoes of what was sent lately; a slow modem echoes a line after we gave up on it.
    private static let echoLimit = 4

    private enum Body: Equatable, Sendable {
        /// A PDU: only hexadecimal digits fit.
        case pdu
        /// Text mode: whatever comes next.
        case text
    }

    private var pendingHeader: (line: String, body: Body)?
    private var pendingBody: Body?
    private var quoted: [String] = []
    private var sent: [String] = []

    package init() {}

    /// A line went out: it may come back as echo, now or late.
    package mutating func sent(_ text: String) {
        if self.sent.last == text { return }
        if self.sent.count == Self.echoLimit { self.sent.removeFirst() }
        self.sent.append(text)
    }

    /// The stream was interrupted: what was begun will not be finished.
    package mutating func reset() {
        self.pendingHeader = nil
        self.pendingBody = nil
        self.quoted = []
    }

    /// A text in quotation marks has begun and not ended: blank lines belong to it, and `>` is no prompt.
    package var isInsideText: Bool { !self.quoted.isEmpty }

    /// - Parameters:
    ///   - line: empty only while ``isInsideText``.
    ///   - running: the command that waits for its answer, if any.
    package mutating func classify(_ line: String, running: ATCommand?) -> [Meaning] {
        if !self.quoted.isEmpty { return self.continueQuoted(line, running: running) }
        if let header = self.pendingHeader {
            self.pendingHeader = nil
            if header.body == .text || line.isHexadecimal {
                return [.unsolicited(UnsolicitedResult(line: header.line, continuation: line))]
            }
            // Its PDU was lost: the line is something else.
            return [.unsolicited(UnsolicitedResult(line: header.line))] + self.classify(line, running: running)
        }
        if let body = self.pendingBody, self.takes(line, body) {
            self.pendingBody = nil
            return [.information(line)]
        }
        return self.classifyHead(line, running: running)
    }

    private func takes(_ line: String, _ body: Body) -> Bool {
        body == .text || line.isHexadecimal
    }

    private mutating func classifyHead(_ line: String, running: ATCommand?) -> [Meaning] {
        if let result = FinalResult(line: line), self.ends(result, running) {
            self.pendingBody = nil
            return [.final(result)]
        }
        if self.isEcho(line, running) { return [.echo] }
        let prefix = line.resultPrefix
        switch UnsolicitedCode.of(prefix: prefix) {
        case .twoLines:
            guard let body = Self.unsolicitedBody(line, prefix) else { break }
            self.pendingHeader = (line, body)
            return []
        case .always:
            return [.unsolicited(UnsolicitedResult(line: line))]
        case .quotedText where !self.isAnswer(line, prefix, running):
            guard Self.isOpen(line) else { return [.unsolicited(UnsolicitedResult(line: line))] }
            self.quoted = [line]
            return []
        case .ambiguous, .quotedText:
            return [
                self.isAnswer(line, prefix, running) ? .information(line) : .unsolicited(UnsolicitedResult(line: line))
            ]
        case nil:
            return [self.classifyUnknown(line, prefix, running)]
        }
        return [.unsolicited(UnsolicitedResult(line: line))]
    }

    private mutating func classifyUnknown(_ line: String, _ prefix: String, _ running: ATCommand?) -> Meaning {
        guard let running else { return .unsolicited(UnsolicitedResult(line: line)) }
        switch running.response {
        case .none:
            return .unsolicited(UnsolicitedResult(line: line))
        case .information(let prefixes):
            guard prefixes.contains(prefix) else { return .unsolicited(UnsolicitedResult(line: line)) }
        case .anyLines:
            break
        }
        self.pendingBody = Self.informationBody(line, prefix)
        return .information(line)
    }

    // MARK: Results and answers

    private func ends(_ result: FinalResult, _ running: ATCommand?) -> Bool {
        guard let running else { return !result.isCallResult }
        return !result.isCallResult || running.isDial
    }

    private func isAnswer(_ line: String, _ prefix: String, _ running: ATCommand?) -> Bool {
        guard let running else { return false }
        var isDeclared = false
        switch running.response {
        case .none: return false
        case .information(let prefixes):
            guard prefixes.contains(prefix) else { return false }
            isDeclared = true
        case .anyLines: break
        }
        let asking = ATCommandElement.elements(of: running.text).filter { $0.name == prefix }
        if asking.contains(where: { UnsolicitedCode.isAnswer(line, prefix: prefix, to: $0.form) }) { return true }
        // Declared for a command of another name, or for a write that does answer.
        return isDeclared && asking.allSatisfy { $0.form == .write }
    }

    /// The line we sent, whole, or without its first character or two (a modem that wakes up).
    private func isEcho(_ line: String, _ running: ATCommand?) -> Bool {
        let bytes = line.utf8
        if let payload = running?.payload, bytes.count >= 2, bytes.elementsEqual(payload) { return true }
        for text in self.sent where bytes.count + 2 >= text.utf8.count && bytes.count <= text.utf8.count {
            if text.utf8.count == bytes.count ? text.utf8.elementsEqual(bytes) : bytes.count > 2 && text.hasSuffix(line)
            {
                return true
            }
        }
        return false
    }

    // MARK: Lines that belong together

    /// nil: this form has one line. A `+CDS` in text mode has its values in the header (TS 27.005 §3.4.1).
    private static func unsolicitedBody(_ line: String, _ prefix: String) -> Body? {
        let fields = ATFields(line)
        if fields.count <= 2 { return .pdu }
        return prefix == "+CDS" ? nil : .text
    }

    /// `+CMGR: 0,"",38` has a PDU behind it, `+CMGR: "REC READ",…` a text; `+CMGL:` the same with an index before.
    private static func informationBody(_ line: String, _ prefix: String) -> Body? {
        switch prefix {
        case "+CMGR", "+CMGRD": ATFields(line).isQuoted(0) ? .text : .pdu
        case "+CMGL": ATFields(line).isQuoted(1) ? .text : .pdu
        default: nil
        }
    }

    /// Does the string begin and not end? Quotation marks inside the text are not escaped, so the end of the line says.
    private static func isOpen(_ line: String) -> Bool {
        guard let first = line.utf8.firstIndex(of: UInt8(ascii: "\"")) else { return false }
        let rest = line[line.utf8.index(after: first)...]
        return !Self.closes(rest)
    }

    /// `…"` or `…",15`.
    private static func closes(_ text: some StringProtocol) -> Bool {
        var bytes = Array(text.utf8)[...]
        while let last = bytes.last, (0x30...0x39).contains(last) || last == 0x20 { bytes.removeLast() }
        if bytes.last == UInt8(ascii: ",") {
            bytes.removeLast()
            while bytes.last == 0x20 { bytes.removeLast() }
        } else if bytes.count != text.utf8.count {
            return false
        }
        return bytes.last == UInt8(ascii: "\"")
    }

    private mutating func continueQuoted(_ line: String, running: ATCommand?) -> [Meaning] {
        if self.quoted.last == "", self.breaksOff(line, running: running) {
            return self.endQuoted() + self.classify(line, running: running)
        }
        self.quoted.append(line)
        let size = self.quoted.reduce(0) { $0 + $1.utf8.count + 1 }
        let count = self.quoted.count(where: { !$0.isEmpty })
        guard Self.closes(line) || count >= Self.quotedLineLimit || size >= Self.quotedByteLimit else { return [] }
        return self.endQuoted()
    }

    /// A modem that cuts a long text leaves out the closing quotation mark, and every answer after it would be taken for
    /// text. What stands alone behind a blank line (V.250 §5.7.1) and is the result a command waits for, or a result code
    /// that only a modem writes, ends it.
    private func breaksOff(_ line: String, running: ATCommand?) -> Bool {
        if let running {
            if let result = FinalResult(line: line), self.ends(result, running) { return true }
            if case .information(let prefixes) = running.response, prefixes.contains(line.resultPrefix) { return true }
        }
        return line.utf8.first == UInt8(ascii: "+") && UnsolicitedCode.of(prefix: line.resultPrefix) != nil
    }

    private mutating func endQuoted() -> [Meaning] {
        var lines = self.quoted
        self.quoted = []
        while lines.count > 1, lines.last == "" { lines.removeLast() }
        return [.unsolicited(UnsolicitedResult(line: lines.joined(separator: "\n")))]
    }
}
