// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Foundation
import Logging

/// What the actor keeps of its USSD session.
struct USSDLine {
    typealias Exchange = USSDSessionStateMachine.Exchange
    typealias Outcome = Result<USSDAnswer, USSDError>

    var machine = USSDSessionStateMachine()
    /// What `+CSCS` is set to, or is being set to.
    var characterSet = TECharacterSet.ira
    var callers: [Exchange: CheckedContinuation<Outcome, Never>] = [:]
    /// Those who want to begin while the last session is being tidied up.
    var waiting: [CheckedContinuation<Void, Never>] = []
    var timer: Task<Void, Never>?
}

extension CellularModem: USSDModem {
    package nonisolated var balanceQuery: BalanceQuery? { self.configuration.balance }

    package func openUSSDSession() -> (session: USSDSession, awaitsReply: Bool)? { self.ussd.machine.open }

    package func openUSSD(
        code: String, timeout: Duration? = nil, initiator: USSDSession.Initiator = .client, who: String
    ) async throws(USSDError) -> USSDAnswer {
        let string = try Self.checked { () throws(USSDStringError) in try USSDString(code: code) }
        while self.ussd.machine.isEnding { await withCheckedContinuation { self.ussd.waiting.append($0) } }
        guard self.channel != nil, self.machine.isServing else {
            throw USSDError(.notInService, "The modem is not in service: \(self.machine.reason ?? "it is starting").")
        }
        let session = self.makeSession(initiator, who: who)
        let exchange = try self.ussd.machine.begin(session)
        return try await self.exchange(string, exchange, timeout: timeout, isFirst: true)
    }

    package func answerUSSD(
        session: String, text: String, timeout: Duration? = nil
    ) async throws(USSDError) -> USSDAnswer {
        let string = try Self.checked { () throws(USSDStringError) in try USSDString(reply: text) }
        let exchange = try self.ussd.machine.reply(in: session)
        return try await self.exchange(string, exchange, timeout: timeout, isFirst: false)
    }

    package func cancelUSSD(session: String) throws(USSDError) {
        self.carryOut(try self.ussd.machine.cancel(session))
    }

    package func show(balance: ModemBalance?) {
        self.update { $0.balance = balance }
    }

    private static func checked(
        _ make: () throws(USSDStringError) -> USSDString
    ) throws(USSDError) -> USSDString {
        do throws(USSDStringError) {
            return try make()
        } catch {
            throw USSDError(.invalidText, error.description)
        }
    }

    private func makeSession(_ initiator: USSDSession.Initiator, who: String?) -> USSDSession {
        USSDSession(id: UUID().uuidString.lowercased(), initiator: initiator, who: who, startedAt: self.now())
    }

    // MARK: One request

    private func exchange(
        _ string: USSDString, _ exchange: USSDLine.Exchange, timeout: Duration?, isFirst: Bool
    ) async throws(USSDError) -> USSDAnswer {
        let timeout = timeout ?? self.configuration.ussdTimeout
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.ussd.callers[exchange] = continuation
                self.startUSSDTimer(timeout, exchange)
                // Apart from the wait: the network's answer may come before the modem's OK, or without it.
                Task { await self.send(string, exchange, isFirst: isFirst) }
            }
        } onCancel: {
            Task { await self.callerLeft(exchange) }
        }
        return try outcome.get()
    }

    /// The client has gone; what the network says is still told as an event.
    private func callerLeft(_ exchange: USSDLine.Exchange) {
        guard let session = self.ussd.machine.open?.session, self.ussd.machine.isAsking(exchange) else { return }
        if let actions = try? self.ussd.machine.cancel(session.id) { self.carryOut(actions) }
    }

    private func send(_ string: USSDString, _ exchange: USSDLine.Exchange, isFirst: Bool) async {
        do throws(ATChannelError) {
            if isFirst { try await self.chooseCharacterSet() }
            guard self.ussd.machine.isAsking(exchange) else { return }
            let command = string.command(in: self.ussd.characterSet, deadline: self.configuration.timing.ussdCommand)
            let response = try await self.ask(command)
            guard response.result != .ok else { return }
            self.carryOut(self.ussd.machine.commandFailed(exchange, Self.refusal(response.result)))
        } catch {
            let code: USSDError.Code = error.isTimeout ? .timedOut : .portClosed
            self.carryOut(self.ussd.machine.commandFailed(exchange, USSDError(code, error.description)))
        }
    }

    private static func refusal(_ result: FinalResult) -> USSDError {
        USSDError(.refused, "The modem refused the USSD request with \(result). Try again, or another code.")
    }

    // MARK: What comes

    func receive(ussd result: UnsolicitedResult) {
        guard let report = USSDReport(line: result.line) else {
            self.logger.debug("a +CUSD without a status was dropped")
            return
        }
        let text = USSDText(report, in: self.ussd.characterSet)
        self.carryOut(
            self.ussd.machine.received(
                report, text: text.text.isEmpty ? nil : text, orBegin: self.makeSession(.network, who: nil)))
    }

    /// The port closed, or the modem started anew.
    func loseUSSD(_ reason: String) {
        self.ussd.characterSet = .ira
        self.carryOut(self.ussd.machine.lost(reason))
        self.stopUSSD()
    }

    private func startUSSDTimer(_ time: Duration, _ exchange: USSDLine.Exchange) {
        self.ussd.timer?.cancel()
        let sleep = Self.sleep(time, on: self.clock)
        self.ussd.timer = Task { [weak self] in
            guard (try? await sleep()) != nil else { return }
            await self?.ussdDeadlineReached(exchange)
        }
    }

    /// The time counts from now on, not from when the task has begun.
    private static func sleep(_ time: Duration, on clock: some Clock<Duration>) -> @Sendable () async throws -> Void {
        let deadline = clock.now.advanced(by: time)
        return { try await clock.sleep(until: deadline, tolerance: nil) }
    }

    private func ussdDeadlineReached(_ exchange: USSDLine.Exchange) {
        self.carryOut(self.ussd.machine.deadlineReached(exchange))
    }

    private func carryOut(_ actions: [USSDSessionStateMachine.Action]) {
        for action in actions {
            switch action {
            case .answer(let exchange, let answer): self.finish(exchange, .success(answer))
            case .fail(let exchange, let error): self.finish(exchange, .failure(error))
            case .publish(let event): self.ussdContinuation.yield(event)
            case .awaitReply(let exchange): self.startUSSDTimer(self.configuration.timing.ussdReply, exchange)
            case .cancelAtModem(let session): Task { await self.tidyUp(after: session, cancelling: true) }
            case .tidyUp(let session):
                // Nothing to send, and nobody has to wait for it.
                if self.ussd.characterSet == .ira {
                    self.tidied(session)
                } else {
                    Task { await self.tidyUp(after: session, cancelling: false) }
                }
            }
        }
    }

    private func finish(_ exchange: USSDLine.Exchange, _ outcome: USSDLine.Outcome) {
        self.ussd.callers.removeValue(forKey: exchange)?.resume(returning: outcome)
    }

    // MARK: After a session

    private func tidyUp(after session: USSDSession, cancelling: Bool) async {
        if cancelling {
            // Refused when the network was faster; then there is nothing to cancel.
            _ = try? await self.ask(ATCommands.cancelUSSD(deadline: self.configuration.timing.ussdCancel))
        }
        await self.restoreCharacterSet()
        self.tidied(session)
    }

    private func tidied(_ session: USSDSession) {
        self.ussd.machine.tidied(session)
        guard self.ussd.machine.open == nil, !self.ussd.machine.isEnding else { return }
        self.stopUSSD()
    }

    private func stopUSSD() {
        self.ussd.timer?.cancel()
        self.ussd.timer = nil
        let waiting = self.ussd.waiting
        self.ussd.waiting = []
        for continuation in waiting { continuation.resume() }
    }

    /// What the model wants; said before it is asked for, so that nobody reads other strings in between.
    ///
    /// - Throws: when the modem does not answer: it may have changed or not, and what it said then could be misread.
    private func chooseCharacterSet() async throws(ATChannelError) {
        let wanted = (self.profile ?? .ec25).ussdCharacterSet
        guard wanted != .ira else { return }
        self.ussd.characterSet = wanted
        let response = try await self.ask(ATCommands.characterSet(wanted))
        // EC25EUXGAR08A19M1G refuses while the SIM is not seated; plain text does then.
        if response.result != .ok { self.ussd.characterSet = .ira }
    }

    private func restoreCharacterSet() async {
        guard self.ussd.characterSet != .ira else { return }
        for command in [ATCommands.characterSet(.ira), ATCommands.characterSet(.ira, inUCS2: true)] {
            guard let response = try? await self.ask(command) else { return }
            guard response.result == .ok else { continue }
            self.ussd.characterSet = .ira
            return
        }
        self.logger.warning("the modem keeps UCS2 (AT+CSCS); names are read again after its next start")
    }
}
