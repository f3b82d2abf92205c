// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol

/// One attempt to get in step with the modem; see ``ATChannelStateMachine``.
struct Synchronisation: Sendable, Equatable {
    enum Phase: Sendable, Equatable {
        /// For the line that only this probe has.
        case awaitingToken
        /// For the result behind it.
        case awaitingResult
        /// For the `OK` of a plain `AT`.
        case awaitingOK
        /// `OK` came: for silence.
        case awaitingQuiet
    }

    /// Seconds an attempt may take. A modem that is busy (`AT+COPS=?` takes 75 s) answers none of them: then commands
    /// fail, and the next one tries again.
    static let patience: [Duration] = [.seconds(1), .seconds(1), .seconds(2), .seconds(2), .seconds(3)]

    let attempt: Int
    var phase: Phase
    var deadline: Duration
    /// Anything at all came back.
    var hasHeard = false
    var finalsBeforeToken = 0

    /// Even attempts ask for a token, each another one than the attempt before; odd ones send `AT`.
    func token(avoiding names: [String]) -> String? {
        guard self.attempt.isMultiple(of: 2) else { return nil }
        let tokens = ["+CMEE", "+CMGF", "+CREG"].filter { !names.contains($0) }
        return tokens.isEmpty ? nil : tokens[(self.attempt / 2) % tokens.count]
    }
}

extension ATChannelStateMachine {
    mutating func synchronise(attempt: Int = 0, escaping: Bool = false, now: Duration) -> [Action] {
        self.scanner.reset()
        self.classifier.reset()
        guard attempt < Synchronisation.patience.count else {
            self.state = .unanswered
            return self.failWaiting(.desynchronised)
        }
        var synchronisation = Synchronisation(
            attempt: attempt, phase: .awaitingOK, deadline: now + Synchronisation.patience[attempt])
        var probe = "AT"
        if let token = synchronisation.token(avoiding: self.quarantine?.names ?? []) {
            synchronisation.phase = .awaitingToken
            probe = "ATE0Q0V1\(token)?"
        }
        self.classifier.sent(probe)
        self.state = .synchronising(synchronisation)
        // The CR ends what a modem that keeps the ESC has begun to read as a command line.
        return [.write((escaping ? [Self.escape, UInt8(ascii: "\r")] : []) + Self.line(probe))]
    }

    /// The modem asks for a text: our probe went into it, or it stood there before us.
    mutating func leavePrompt(_ synchronisation: Synchronisation, now: Duration) -> [Action] {
        self.synchronise(attempt: synchronisation.attempt + 1, escaping: true, now: now)
    }

    mutating func deadlineReached(_ synchronisation: Synchronisation, now: Duration) -> [Action] {
        if synchronisation.phase == .awaitingQuiet { return self.synchronised(now: now) }
        // Twice silent: perhaps it stands at a prompt that was shown before we came.
        let isStuck = !synchronisation.hasHeard && synchronisation.attempt > 0
        return self.synchronise(attempt: synchronisation.attempt + 1, escaping: isStuck, now: now)
    }

    mutating func receiveWhileSynchronising(
        _ meaning: ATLineClassifier.Meaning, line: String, now: Duration
    ) -> [Action] {
        guard case .synchronising(var synchronisation) = self.state else {
            var actions: [Action] = []
            self.receiveUnasked(meaning, &actions)
            return actions
        }
        synchronisation.hasHeard = true
        self.state = .synchronising(synchronisation)
        switch meaning {
        case .echo:
            return []
        case .final:
            return self.receiveResult(synchronisation, now: now)
        case .information, .unsolicited:
            if self.isToken(line, synchronisation) {
                synchronisation.phase = .awaitingResult
                self.state = .synchronising(synchronisation)
                return []
            }
            if FinalResult(numericLine: line) != nil { return self.receiveResult(synchronisation, now: now) }
            guard case .unsolicited(let result) = meaning, UnsolicitedCode.of(prefix: result.prefix) != nil else {
                return []
            }
            return [.deliver(result)]
        }
    }

    private func isToken(_ line: String, _ synchronisation: Synchronisation) -> Bool {
        guard synchronisation.phase == .awaitingToken,
            let token = synchronisation.token(avoiding: self.quarantine?.names ?? [])
        else { return false }
        return line.resultPrefix == token
            && (token != "+CREG" || UnsolicitedCode.isAnswer(line, prefix: token, to: .read))
    }

    private mutating func receiveResult(_ synchronisation: Synchronisation, now: Duration) -> [Action] {
        var synchronisation = synchronisation
        switch synchronisation.phase {
        case .awaitingResult:
            // A result before the token was the lost one: nothing is under way any more.
            if synchronisation.finalsBeforeToken > 0 { self.quarantine = nil }
            return self.synchronised(now: now)
        case .awaitingToken:
            // The lost result; or the modem does not take this probe, then there is no need to wait for long.
            synchronisation.finalsBeforeToken += 1
            synchronisation.deadline = min(synchronisation.deadline, now + Self.quietTime)
        case .awaitingOK, .awaitingQuiet:
            synchronisation.phase = .awaitingQuiet
            synchronisation.deadline = now + Self.quietTime
        }
        self.state = .synchronising(synchronisation)
        return []
    }

    private mutating func synchronised(now: Duration) -> [Action] {
        self.startNext(now: now)
    }
}
