// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol

extension ATChannelStateMachine {
    mutating func receivePrompt(now: Duration, _ actions: inout [Action]) {
        switch self.state {
        case .running(var running):
            guard running.phase == .awaitingPrompt, let payload = running.command.payload else { return }
            running.phase = .payloadSent
            running.deadline = running.sentAt + running.command.deadline
            self.state = .running(running)
            actions.append(.write(payload + [Self.endOfText]))
        case .synchronising(let synchronisation):
            actions += self.leavePrompt(synchronisation, now: now)
        case .notOpened, .unanswered, .idle, .dataMode, .closed:
            break
        }
    }

    mutating func receive(line: String, now: Duration, _ actions: inout [Action]) {
        switch self.state {
        case .running(let running):
            for meaning in self.classifier.classify(line, running: running.command) {
                self.receive(meaning, now: now, &actions)
            }
        case .synchronising:
            for meaning in self.classifier.classify(line, running: nil) {
                actions += self.receiveWhileSynchronising(meaning, line: line, now: now)
            }
        case .idle, .unanswered:
            for meaning in self.classifier.classify(line, running: nil) { self.receiveUnasked(meaning, &actions) }
        case .dataMode:
            // The data call's end brings the port back to commands.
            if FinalResult(line: line) == .noCarrier { actions += self.synchronise(now: now) }
        case .notOpened, .closed:
            break
        }
    }

    mutating func receiveUnasked(_ meaning: ATLineClassifier.Meaning, _ actions: inout [Action]) {
        switch meaning {
        case .unsolicited(let result): actions.append(.deliver(result))
        case .information(let line): actions.append(.deliver(UnsolicitedResult(line: line)))
        case .final: self.strayResults &+= 1
        case .echo: break
        }
    }

    /// One line can mean two things, of which the first may have ended the command.
    private mutating func receive(_ meaning: ATLineClassifier.Meaning, now: Duration, _ actions: inout [Action]) {
        guard case .running(var running) = self.state else { return self.receiveUnasked(meaning, &actions) }
        // Nobody else holds its lines while they grow: an answer of 500 lines is not copied 500 times.
        self.state = .idle
        switch meaning {
        case .echo:
            break
        case .information(let line):
            if self.isStale(line.resultPrefix, running) {
                running.staleLines += 1
            } else {
                self.keep(line, in: &running)
            }
        case .unsolicited(let result):
            if self.isStale(result.prefix, running) { running.staleLines += 1 }
            if running.unsolicited.count < Self.unsolicitedLimit { running.unsolicited.append(result.line) }
            actions.append(.deliver(result))
        case .final(let result):
            self.state = .running(running)
            actions += self.receive(result, running, now: now)
            return
        }
        self.state = .running(running)
    }

    private mutating func keep(_ line: String, in running: inout Running) {
        guard running.byteCount + line.utf8.count <= Self.answerLimit else {
            self.droppedLines &+= 1
            return
        }
        running.byteCount += line.utf8.count
        running.lines.append(line)
    }

    /// Does the line answer a command that was given up, and not the one that runs?
    private func isStale(_ prefix: String, _ running: Running) -> Bool {
        guard let quarantine, quarantine.names.contains(prefix) else { return false }
        return !ATCommandElement.elements(of: running.command.text).contains { $0.name == prefix }
    }

    private mutating func receive(_ result: FinalResult, _ running: Running, now: Duration) -> [Action] {
        // An OK instead of the prompt is not an answer to this command: nothing was handed over yet.
        if running.phase == .awaitingPrompt, result == .ok {
            self.strayResults &+= 1
            return []
        }
        guard let quarantine, now < quarantine.until else { return self.finish(running, result, now: now) }
        var running = running
        if running.staleLines > 0, running.lines.isEmpty {
            // Its lines were the late ones, so is the result.
            self.quarantine = nil
            self.strayResults &+= 1
            running.staleLines = 0
            self.state = .running(running)
            return []
        }
        guard running.lines.isEmpty else { return self.finish(running, result, now: now) }
        if running.held != nil {
            // The second result is ours, the first was the late one.
            self.quarantine = nil
            self.strayResults &+= 1
            return self.finish(running, result, now: now)
        }
        running.held = Held(result: result, until: now + Self.quietTime)
        self.state = .running(running)
        return []
    }

    mutating func finish(_ running: Running, _ result: FinalResult, now: Duration) -> [Action] {
        var actions: [Action] = []
        var response = running
        self.separate(&response, &actions)
        if running.hasCaller {
            actions.append(
                .finish(
                    running.id,
                    .success(
                        ATResponse(
                            command: running.command.text, lines: response.lines, result: result,
                            unsolicited: response.unsolicited, duration: now - running.sentAt))))
        }
        switch result {
        case .connect:
            self.state = .dataMode
            return actions + self.failWaiting(.busyInDataMode)
        case .noCarrier, .busy, .noAnswer, .noDialtone:
            // SIM7600G-H prints NO CARRIER for the call before, too: the dial command's own result may still follow.
            return actions + self.synchronise(now: now)
        case .ok, .error, .cmeError, .cmsError, .aborted:
            return actions + self.startNext(now: now)
        }
    }

    /// Of several lines where one is the whole answer, the last is the answer; the others came unasked.
    private func separate(_ running: inout Running, _ actions: inout [Action]) {
        guard running.lines.count > 1 else { return }
        var seen: Set<String> = []
        var kept: [String] = []
        var news: [String] = []
        for line in running.lines.reversed() {
            let prefix = line.resultPrefix
            if UnsolicitedCode.hasOneAnswer(prefix), !seen.insert(prefix).inserted {
                news.append(line)
            } else {
                kept.append(line)
            }
        }
        guard !news.isEmpty else { return }
        running.lines = kept.reversed()
        running.unsolicited += news.reversed()
        actions += news.reversed().map { .deliver(UnsolicitedResult(line: $0)) }
    }

    // MARK: Giving up

    mutating func timeOut(_ running: Running, now: Duration) -> [Action] {
        var actions: [Action] = []
        if running.hasCaller {
            actions.append(
                Self.fail(
                    .timedOut(after: now - running.sentAt), running.id, running.command,
                    payloadHandedOver: running.phase == .payloadSent))
        }
        // No prompt, or one we did not recognise: leave it before anything is typed into it.
        if running.phase == .awaitingPrompt || self.scanner.mayBeAtPrompt { actions.append(.write([Self.escape])) }
        return actions + self.giveUp(running, now: now)
    }

    /// The command's result is still under way, or lost.
    mutating func giveUp(_ running: Running, now: Duration) -> [Action] {
        let names = ATCommandElement.elements(of: running.command.text).map(\.name)
        self.quarantine = Quarantine(names: names, until: now + Self.suspicionTime)
        return self.synchronise(now: now)
    }
}
