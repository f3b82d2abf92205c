// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// Bytes of a port: command lines, prompts and answers.

private enum Control {
    static let backspace: UInt8 = 0x08
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let substitute: UInt8 = 0x1A
    static let escape: UInt8 = 0x1B
}

extension SimulatedModemStateMachine {
    /// Bytes arrived at `port`. While the modem starts they are dropped, as the SIM7600 does.
    mutating func received(_ bytes: [UInt8], port: Int) -> [ModemAction] {
        guard self.power == .on, self.ports.indices.contains(port), !self.faults.has(.unresponsive) else { return [] }
        self.consume(bytes, port: port)
        self.consumeBacklog(port)
        return self.takeActions()
    }

    /// The network took or refused the message of `port`.
    mutating func submissionAnswered(_ outcome: SubmissionOutcome, reference: UInt8, port: Int) -> [ModemAction] {
        guard self.power == .on, self.ports.indices.contains(port), self.ports[port].input == .executing else {
            return []
        }
        switch outcome {
        case .accepted: self.finish(.text("+CMGS: \(reference)"), commands: ["+CMGS"], port: port)
        case .refused(let cause): self.finish(.cms(cause), commands: ["+CMGS"], port: port)
        }
        self.consumeBacklog(port)
        return self.takeActions()
    }

    mutating func timerFired(_ timer: ModemTimer) -> [ModemAction] {
        switch timer {
        case .answer(let port):
            if let pending = self.pendingAnswers.removeValue(forKey: port) {
                self.complete(pending, port: port)
                self.consumeBacklog(port)
            }
        case .submission(let port):
            if let submission = self.pendingSubmissions.removeValue(forKey: port) {
                self.act(.submit(submission, port: port))
            }
        case .acknowledgement: self.acknowledgementFailed()
        case .boot: self.booted(showsBanners: true)
        case .ussd: self.ussdArrived()
        }
        return self.takeActions()
    }

    private mutating func consumeBacklog(_ port: Int) {
        while self.power == .on, self.ports[port].input != .executing, !self.ports[port].backlog.isEmpty {
            let waiting = self.ports[port].backlog
            self.ports[port].backlog = []
            self.consume(waiting, port: port)
        }
    }

    private mutating func consume(_ bytes: [UInt8], port: Int) {
        var index = bytes.startIndex
        while index < bytes.endIndex, self.power == .on {
            let byte = bytes[index]
            switch self.ports[port].input {
            case .executing:
                let room = SimulatedATPort.backlogLimit - self.ports[port].backlog.count
                self.ports[port].backlog += bytes[index...].prefix(max(0, room))
                return
            case .command:
                self.commandByte(byte, port: port)
                // EC25: what was sent before its prompt is swallowed.
                if case .message = self.ports[port].input, self.model == .ec25 { return }
            case .message(let prompt):
                self.messageByte(byte, prompt: prompt, port: port)
            }
            index += 1
        }
    }

    private mutating func commandByte(_ byte: UInt8, port: Int) {
        if self.ports[port].echo { self.write([byte], port: port) }
        switch byte {
        case Control.carriageReturn: self.executeLine(port)
        case Control.lineFeed, Control.escape, Control.substitute, 0: break
        case Control.backspace: _ = self.ports[port].line.popLast()
        default:
            if self.ports[port].line.count < SimulatedATPort.lineLimit {
                self.ports[port].line.append(byte)
            } else {
                self.ports[port].lineOverflowed = true
            }
        }
    }

    private mutating func messageByte(_ byte: UInt8, prompt: ATAnswer.Prompt, port: Int) {
        if self.ports[port].echo { self.write([byte], port: port) }
        switch byte {
        case Control.substitute:
            let body = self.ports[port].line
            self.ports[port].line = []
            self.messageEntered(body, prompt: prompt, port: port)
        case Control.escape:
            self.ports[port].line = []
            self.ports[port].input = .command
            self.finish(.ok, commands: ["+CMGS"], port: port)
        default:
            if self.ports[port].line.count < SimulatedATPort.messageLimit { self.ports[port].line.append(byte) }
        }
    }

    private mutating func executeLine(_ port: Int) {
        let line = self.ports[port].line
        let overflowed = self.ports[port].lineOverflowed
        self.ports[port].line = []
        self.ports[port].lineOverflowed = false
        if overflowed {
            self.finish(.error, commands: [], port: port)
        } else if let commandLine = ATCommandLine(line) {
            self.execute(commandLine.invocations, port: port)
        }
    }

    private mutating func execute(_ invocations: [ATInvocation], port: Int) {
        let names = invocations.map(Self.faultName)
        guard !self.refusedByFault(names, port: port) else { return }
        var whole = ATAnswer()
        for invocation in invocations {
            let answer = self.answer(invocation, port: port)
            whole.texts += answer.texts
            whole.unsolicited += answer.unsolicited
            whole.restarts = whole.restarts || answer.restarts
            whole.powersDown = whole.powersDown || answer.powersDown
            whole.prompt = answer.prompt
            whole.result = answer.result
            if answer.framing != .standard { whole.framing = answer.framing }
            if answer.result != .ok { break }
        }
        self.finish(whole, commands: names, port: port)
    }

    /// The prompt of `+CMGS` and the search of `+COPS=?` are told apart from the command's other answers.
    private static func faultName(_ invocation: ATInvocation) -> String {
        switch (invocation.name, invocation.form) {
        case ("+CMGS", .write): "+CMGS>"
        case ("+COPS", .test): "+COPS=?"
        default: invocation.name
        }
    }

    /// Faults that keep a command from being carried out.
    mutating func refusedByFault(_ commands: [String], port: Int) -> Bool {
        let kinds: Set<SimulatedFault.Kind> = [.unplugBefore, .error, .cmsError, .cmeError]
        guard let fault = self.faults.take(kinds, commands: commands).first else { return false }
        switch fault.kind {
        case .unplugBefore: self.hangUp()
        case .cmsError: self.finish(.cms(fault.code ?? 500), commands: commands, port: port)
        case .cmeError: self.finish(.cme(fault.code ?? 100), commands: commands, port: port)
        case .error, .lateAnswer, .lostAnswer, .falseError, .garbage, .urcStorm, .unplugAfter, .unplugWithin,
            .storageFull, .noNetwork, .simRemoved, .pinLocked, .unresponsive, .acknowledgementTimeout:
            self.finish(.error, commands: commands, port: port)
        }
        return true
    }
}

// MARK: - Answers

extension SimulatedModemStateMachine {
    /// Sends an answer, as the faults armed for `commands` let it.
    mutating func finish(_ answer: ATAnswer, commands: [String], port: Int) {
        let kinds: Set<SimulatedFault.Kind> = [
            .lateAnswer, .lostAnswer, .falseError, .garbage, .urcStorm, .unplugAfter, .unplugWithin,
        ]
        let faults = self.faults.take(kinds, commands: commands)
        var pending = PendingAnswer(answer: answer, bytes: [])
        if let fault = faults.first(where: { $0.kind == .falseError }) {
            pending.answer = .cms(fault.code ?? 500)
        }
        if faults.contains(where: { $0.kind == .unplugAfter }) {
            self.hangUp()
            return
        }
        pending.bytes = self.bytes(of: pending.answer, faults: faults, port: port)
        if faults.contains(where: { $0.kind == .unplugWithin }) {
            self.write(Array(pending.bytes.prefix(pending.bytes.count / 2)), port: port)
            self.hangUp()
            return
        }
        if faults.contains(where: { $0.kind == .lostAnswer }) { pending.bytes = [] }
        let late = faults.first { $0.kind == .lateAnswer }.map { fault in
            Duration.milliseconds(min(max(fault.milliseconds ?? 1000, 0), Self.longestDelay))
        }
        let delay = late ?? self.usualDelay(commands)
        guard delay > .zero else {
            self.complete(pending, port: port)
            return
        }
        self.ports[port].input = .executing
        self.pendingAnswers[port] = pending
        self.act(.schedule(.answer(port: port), after: delay))
    }

    /// A day in milliseconds: later than any time-out under test.
    private static let longestDelay = 86_400_000

    /// `AT+COPS=?` was captured to take 75 s; only a realistic modem keeps one waiting.
    private func usualDelay(_ commands: [String]) -> Duration {
        guard self.configuration.isRealistic else { return .zero }
        return commands.contains("+COPS=?") ? .seconds(75) : .zero
    }

    private func bytes(of answer: ATAnswer, faults: [SimulatedFault], port: Int) -> [UInt8] {
        let settings = self.ports[port]
        var bytes: [UInt8] = []
        for fault in faults where fault.kind == .garbage { bytes += Self.garbage(fault) }
        bytes += answer.informationBytes(verbose: settings.verbose)
        for fault in faults where fault.kind == .urcStorm { bytes += Self.storm(fault) }
        if answer.prompt != nil, answer.result == .ok {
            return bytes + Array("\r\n> ".utf8)
        }
        guard !settings.quiet else { return bytes }
        let result = answer.result.bytes(verbose: settings.verbose, errorFormat: settings.errorFormat)
        return bytes + (answer.framing == .noBlankLine && settings.verbose ? Array(result.dropFirst(2)) : result)
    }

    /// Bytes of every value, no CR or LF among them.
    static func garbage(_ fault: SimulatedFault) -> [UInt8] {
        let count = min(max(fault.count ?? 64, 0), 100_000)
        return (0..<count).map { index in
            let byte = UInt8(truncatingIfNeeded: index &* 151 &+ 128)
            return byte == 0x0A || byte == 0x0D ? 0xFF : byte
        }
    }

    static func storm(_ fault: SimulatedFault) -> [UInt8] {
        let line = fault.text ?? "+QIND: \"csq\",22,99"
        let clean = line.filter { $0 >= " " && $0 <= "~" }.prefix(200)
        let count = min(max(fault.count ?? 100, 0), 10_000)
        return Array(String(repeating: "\r\n\(clean)\r\n", count: count).utf8)
    }

    private mutating func complete(_ pending: PendingAnswer, port: Int) {
        self.write(pending.bytes, port: port)
        self.ports[port].input = .command
        if let prompt = pending.answer.prompt, pending.answer.result == .ok {
            self.ports[port].input = .message(prompt)
        }
        for line in pending.answer.unsolicited { self.unsolicited(line) }
        if pending.answer.powersDown { self.hangUp() }
        if pending.answer.restarts { self.restart() }
    }
}
