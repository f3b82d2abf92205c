// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol
package import Serial

/// The conversation on one AT port: which command runs, who waits, and whether the modem is in step.
///
/// ## Getting in step
/// After opening, after a timeout and after a prompt that was left, an answer that is still under way must not be taken
/// for the next command's. The channel then sends a probe whose answer no other command has, `ATE0Q0V1+CMEE?`, and
/// discards everything up to the final result behind `+CMEE:`; modems answer one line after the other, so what came
/// before was older. It also ends echo and makes results verbose. Where the modem refuses that line, plain `AT` follows,
/// whose `OK` counts when the line then stays quiet for ``quietTime``.
/// If the lost answer never showed up, the next result without a line of its own is held for ``quietTime`` during
/// ``suspicionTime``: if another one follows, the first was the late one.
package struct ATChannelStateMachine: Sendable {
    package typealias CommandID = UInt64
    package typealias Outcome = Result<ATResponse, ATChannelError>

    package enum Action: Equatable, Sendable {
        case write([UInt8])
        case finish(CommandID, Outcome)
        case deliver(UnsolicitedResult)
    }

    struct Waiting: Sendable, Equatable {
        let id: CommandID
        let command: ATCommand
    }

    struct Running: Sendable, Equatable {
        enum Phase: Sendable, Equatable {
            case awaitingResult
            case awaitingPrompt
            case payloadSent
        }

        let id: CommandID
        let command: ATCommand
        let sentAt: Duration
        /// When the prompt or the result must have come.
        var deadline: Duration
        var phase: Phase
        /// False once the caller was cancelled: the answer is awaited all the same, so that it answers nobody else.
        var hasCaller = true
        var lines: [String] = []
        var byteCount = 0
        var unsolicited: [String] = []
        /// Lines that answer a command given up before.
        var staleLines = 0
        /// A result that may be a late one, and until when it is held.
        var held: Held?
    }

    struct Held: Sendable, Equatable {
        let result: FinalResult
        let until: Duration
    }

    enum State: Sendable, Equatable {
        case notOpened
        case synchronising(Synchronisation)
        /// The probes went unanswered; the next command begins anew.
        case unanswered
        case idle
        case running(Running)
        case dataMode
        case closed(PortClosure)
    }

    /// A command given up whose result has not been seen.
    struct Quarantine: Sendable, Equatable {
        let names: [String]
        let until: Duration
    }

    /// Commands waiting: more means that a caller does not wait for answers.
    package static let queueLimit = 256
    /// Between `OK` and the next result that still belongs to what was sent before; both models answer `AT` in 10 ms.
    package static let quietTime: Duration = .milliseconds(300)
    /// EC25EFAR06A04M4G shows the prompt 50 ms after the command; SIM7600 likewise.
    package static let promptTime: Duration = .seconds(10)
    /// How long a lost answer may still show up.
    package static let suspicionTime: Duration = .seconds(60)
    /// Bytes of one answer: `AT+CMGL=4` over 255 full messages is 100 kB.
    package static let answerLimit = 256 * 1024
    /// Lines of others' news kept with an answer, for the console; all are delivered to who listens.
    static let unsolicitedLimit = 64
    static let escape: UInt8 = 0x1B
    static let endOfText: UInt8 = 0x1A

    var state = State.notOpened
    var scanner = ATLineScanner()
    var classifier = ATLineClassifier()
    var queues = [[Waiting]](repeating: [], count: ATPriority.allCases.count)
    var quarantine: Quarantine?
    private var nextID: CommandID = 0
    /// Final results that no command waited for.
    package internal(set) var strayResults = 0
    /// Lines dropped because an answer was longer than ``answerLimit``.
    package internal(set) var droppedLines = 0

    package init() {}

    package var isOpen: Bool {
        switch self.state {
        case .notOpened, .closed: false
        case .synchronising, .unanswered, .idle, .running, .dataMode: true
        }
    }

    package var discardedBytes: Int { self.scanner.discardedBytes }
    package var overlongLines: Int { self.scanner.overlongLines }

    var waitingCount: Int { self.queues.reduce(0) { $0 + $1.count } }

    /// When ``deadlineReached(now:)`` wants to be called; `nil`: not at all.
    package var nextDeadline: Duration? {
        switch self.state {
        case .synchronising(let synchronisation): synchronisation.deadline
        case .running(let running): running.held.map { min($0.until, running.deadline) } ?? running.deadline
        case .notOpened, .unanswered, .idle, .dataMode, .closed: nil
        }
    }

    // MARK: Events

    /// - Parameter leavingPrompt: a former user of the port may have died inside a `> ` prompt.
    package mutating func opened(leavingPrompt: Bool = false, now: Duration) -> [Action] {
        guard case .notOpened = self.state else { return [] }
        return self.synchronise(escaping: leavingPrompt, now: now)
    }

    package mutating func makeID() -> CommandID {
        self.nextID &+= 1
        return self.nextID
    }

    /// A caller wants an answer: `finish` follows for this identifier, exactly once.
    package mutating func submit(_ command: ATCommand, id: CommandID, now: Duration) -> [Action] {
        switch self.state {
        case .closed(let closure): return [Self.fail(.portClosed(closure), id, command)]
        case .dataMode: return [Self.fail(.busyInDataMode, id, command)]
        case .notOpened: return [Self.fail(.notOpened, id, command)]
        case .idle: return self.start(Waiting(id: id, command: command), now: now)
        case .synchronising, .running, .unanswered:
            guard self.waitingCount < Self.queueLimit else { return [Self.fail(.queueFull, id, command)] }
            self.queues[command.priority.rawValue].append(Waiting(id: id, command: command))
            if case .unanswered = self.state { return self.synchronise(now: now) }
            return []
        }
    }

    /// The caller's task was cancelled. Unknown identifiers have their answer already.
    package mutating func cancel(_ id: CommandID, now: Duration) -> [Action] {
        for priority in self.queues.indices {
            guard let index = self.queues[priority].firstIndex(where: { $0.id == id }) else { continue }
            let waiting = self.queues[priority].remove(at: index)
            return [Self.fail(.cancelled, id, waiting.command)]
        }
        guard case .running(var running) = self.state, running.id == id, running.hasCaller else { return [] }
        let failure = Self.fail(
            .cancelled, id, running.command, payloadHandedOver: running.phase == .payloadSent)
        switch running.phase {
        case .awaitingPrompt:
            return [failure, .write([Self.escape])] + self.giveUp(running, now: now)
        case .awaitingResult, .payloadSent:
            running.hasCaller = false
            self.state = .running(running)
            return [failure]
        }
    }

    package mutating func receive(_ bytes: some Sequence<UInt8>, now: Duration) -> [Action] {
        var actions: [Action] = []
        for byte in bytes {
            // Read before, because the scanner is being changed while it asks; only a `>` wants to know.
            let expectsPrompt = byte == UInt8(ascii: ">") && self.expectsPrompt && !self.classifier.isInsideText
            let keepsBlankLines = byte == 0x0A && self.classifier.isInsideText
            switch self.scanner.consume(byte, expectsPrompt: expectsPrompt, keepsBlankLines: keepsBlankLines) {
            case nil: continue
            case .blankLine: self.receive(line: "", now: now, &actions)
            case .prompt: self.receivePrompt(now: now, &actions)
            case .line(let line): self.receive(line: line, now: now, &actions)
            }
        }
        return actions
    }

    package mutating func deadlineReached(now: Duration) -> [Action] {
        guard let deadline = self.nextDeadline, deadline <= now else { return [] }
        switch self.state {
        case .synchronising(let synchronisation):
            return self.deadlineReached(synchronisation, now: now)
        case .running(let running):
            if let held = running.held, held.until <= now {
                return self.finish(running, held.result, now: now)
            }
            return self.timeOut(running, now: now)
        case .notOpened, .unanswered, .idle, .dataMode, .closed:
            return []
        }
    }

    package mutating func portClosed(_ closure: PortClosure) -> [Action] {
        if case .closed = self.state { return [] }
        var actions: [Action] = []
        if case .running(let running) = self.state, running.hasCaller {
            let isHandedOver = running.phase == .payloadSent
            actions.append(
                Self.fail(.portClosed(closure), running.id, running.command, payloadHandedOver: isHandedOver))
        }
        self.state = .closed(closure)
        return actions + self.failWaiting(.portClosed(closure))
    }

    // MARK: Shared steps

    /// While in step a `>` is text unless a prompt is due; out of step it means that the modem waits for a text.
    private var expectsPrompt: Bool {
        switch self.state {
        case .running(let running): running.phase == .awaitingPrompt
        case .synchronising: true
        case .notOpened, .unanswered, .idle, .dataMode, .closed: false
        }
    }

    mutating func startNext(now: Duration) -> [Action] {
        for priority in self.queues.indices.reversed() where !self.queues[priority].isEmpty {
            return self.start(self.queues[priority].removeFirst(), now: now)
        }
        self.state = .idle
        return []
    }

    private mutating func start(_ waiting: Waiting, now: Duration) -> [Action] {
        let command = waiting.command
        let hasPayload = command.payload != nil
        self.classifier.sent(command.text)
        self.state = .running(
            Running(
                id: waiting.id, command: command, sentAt: now,
                deadline: now + (hasPayload ? min(command.deadline, Self.promptTime) : command.deadline),
                phase: hasPayload ? .awaitingPrompt : .awaitingResult))
        return [.write(Self.line(command.text))]
    }

    static func line(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        bytes.append(0x0D)
        return bytes
    }

    mutating func failWaiting(_ reason: ATChannelError.Reason) -> [Action] {
        defer { for index in self.queues.indices { self.queues[index].removeAll() } }
        return self.queues.reversed().flatMap { queue in queue.map { Self.fail(reason, $0.id, $0.command) } }
    }

    static func fail(
        _ reason: ATChannelError.Reason, _ id: CommandID, _ command: ATCommand, payloadHandedOver: Bool = false
    ) -> Action {
        .finish(
            id,
            .failure(ATChannelError(reason, command: command.name, payloadHandedOver: payloadHandedOver)))
    }
}
