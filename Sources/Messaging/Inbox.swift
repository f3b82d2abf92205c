// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import CellularModem
internal import Foundation
internal import GatewayStore
internal import Logging
internal import SMSPDU

/// What one modem receives: decoded, put together, stored. One PDU at a time comes from the lane.
actor Inbox {
    private let modem: String
    private let messaging: Messaging
    private var assembler: MessageAssembler
    /// Parts that wait in the store have been given to the assembler.
    private var isFilled = false
    /// When parts that came will have waited long enough, in seconds since 1970, ascending.
    private var deadlines: [Int64] = []
    private let deadlineAdded = WakeSignal()
    /// An actor lets others in at every await; here one PDU, or one look at the deadlines, is finished first.
    private var isBusy = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(modem: String, _ messaging: Messaging) {
        self.modem = modem
        self.messaging = messaging
        self.assembler = MessageAssembler(timeLimit: messaging.configuration.assemblyTimeout.components.seconds)
    }

    /// - Returns: `true` once it is durable, or was before.
    func store(_ incoming: IncomingPDU) async -> Bool {
        await self.enter()
        defer { self.leave() }
        do {
            try await self.fill()
            let decoded = Decoded(incoming)
            if case .report(let report) = decoded {
                try await self.store(report, incoming)
            } else if try await self.messaging.store.isKnown(modem: self.modem, pdu: incoming.pdu) {
                self.messaging.counters.add { $0.repeated += 1 }
            } else {
                try await self.store(decoded, incoming)
            }
            return true
        } catch {
            // The assembler may now hold a part that the store does not.
            self.isFilled = false
            self.messaging.counters.add { $0.storeFailures += 1 }
            self.messaging.logger.error(
                "received message not stored", metadata: ["modem.id": "\(self.modem)", "error": "\(error)"])
            return false
        }
    }

    /// Shows what has waited long enough for missing parts, until cancelled.
    func giveUpOverdue() async {
        while !Task.isCancelled {
            let delay = await self.lookAtDeadlines()
            await self.deadlineAdded.wait(for: delay, clock: self.messaging.clock)
        }
    }

    /// - Returns: when to look again.
    private func lookAtDeadlines() async -> Duration? {
        await self.enter()
        defer { self.leave() }
        do {
            try await self.fill()
            try await self.showOverdue()
        } catch {
            self.isFilled = false
            self.messaging.counters.add { $0.storeFailures += 1 }
            return .storeRetry
        }
        return self.deadlines.first.map {
            self.messaging.delay(until: Date(timeIntervalSince1970: TimeInterval($0)))
        }
    }

    private func enter() async {
        if self.isBusy {
            await withCheckedContinuation { self.waiters.append($0) }
        } else {
            self.isBusy = true
        }
    }

    private func leave() {
        if self.waiters.isEmpty { self.isBusy = false } else { self.waiters.removeFirst().resume() }
    }

    private var seconds: Int64 { Int64(self.messaging.now().timeIntervalSince1970) }

    private func showOverdue() async throws {
        let now = self.seconds
        self.deadlines.removeAll { $0 <= now }
        let overdue = self.assembler.expire(now: now)
        if overdue.isEmpty { return }
        _ = try await self.messaging.store.show(overdue.map(self.draft))
    }

    private func store(_ report: SMSStatusReport, _ incoming: IncomingPDU) async throws {
        let outcome = try await self.messaging.store.receive(
            ReceivedReport(report, modem: self.modem, pdu: incoming.pdu))
        switch outcome {
        case .repeated: self.messaging.counters.add { $0.repeated += 1 }
        case .matched, .held: break
        case .unmatched:
            self.messaging.logger.notice("status report of no known message", metadata: ["modem.id": "\(self.modem)"])
        }
    }

    private func store(_ decoded: Decoded, _ incoming: IncomingPDU) async throws {
        var reception = Reception(modem: self.modem, pdu: incoming.pdu, receivedAt: self.messaging.now())
        var effect = Effect()
        switch decoded {
        case .report: break
        case .message(let deliver):
            reception.timestamp = deliver.timestamp?.iso8601
            effect = try await self.lateEffect(of: deliver, reception) ?? self.effect(of: deliver, reception)
        case .undecodable(let error):
            self.messaging.counters.add { $0.undecodable += 1 }
            effect.drafts = [self.undecodable(reception, error)]
        }
        let outcome = try await self.messaging.store.receive(
            reception, showing: effect.drafts, isRepeatedPart: effect.isRepeatedPart)
        if outcome == .repeated {
            self.messaging.counters.add { $0.repeated += 1 }
        } else {
            self.log(effect.drafts)
        }
        if effect.isWaiting { self.addDeadline() }
        if self.assembler.waitingCount > MessageAssembler.maximumGroups { try await self.showOverdue() }
    }

    private func log(_ drafts: [IncomingDraft]) {
        for draft in drafts {
            self.messaging.logger.info(
                "message received",
                metadata: [
                    "modem.id": "\(self.modem)", "sms.parts": "\(draft.parts.count)",
                    "sms.from": "\(self.messaging.configuration.logsNumbers ? draft.peer : "###")",
                ])
        }
    }

    private func addDeadline() {
        let deadline = self.seconds + self.assembler.timeLimit
        if self.deadlines.last != deadline { self.deadlines.append(deadline) }
        self.deadlineAdded.signal()
    }
}

extension Inbox {
    private struct Effect {
        var drafts: [IncomingDraft] = []
        var isRepeatedPart = false
        var isWaiting = false
    }

    private func effect(of deliver: SMSDeliver, _ reception: Reception) -> Effect {
        let part = AssemblyPart(deliver, reception)
        switch self.assembler.add(part: part) {
        case .single:
            return Effect(drafts: [self.draft(AssembledMessage(parts: [part]))])
        case .complete(let message): return Effect(drafts: [self.draft(message)])
        case .waiting: return Effect(isWaiting: true)
        case .duplicate: return Effect(isRepeatedPart: true)
        case .restarted(let incomplete):
            return Effect(drafts: [self.draft(incomplete)], isWaiting: true)
        }
    }

    /// What a part does to a message that was shown without it; `nil` when it belongs to none such.
    private func lateEffect(of deliver: SMSDeliver, _ reception: Reception) async throws -> Effect? {
        let part = AssemblyPart(deliver, reception)
        guard deliver.userData.concatenation.map({ $0.total > 1 }) == true, !self.assembler.expects(part) else {
            return nil
        }
        let shown = try await self.messaging.store.incompleteMessages(
            modem: self.modem, peer: deliver.originator.text)
        for message in shown {
            let parts = message.parts.compactMap { AssemblyPart($0, of: message) }
            guard parts.count == message.parts.count, let givenUp = GivenUpMessage(parts: parts) else { continue }
            var draft: IncomingDraft
            switch givenUp.joined(by: part) {
            case .foreign: continue
            case .duplicate: return Effect(isRepeatedPart: true)
            case .complete(let whole): draft = self.draft(whole)
            case .incomplete(let rest): draft = self.draft(rest)
            }
            draft.completes = message.id
            draft.parts.removeAll { $0.reception != reception.id }
            return Effect(drafts: [draft])
        }
        return nil
    }

    /// Gives the assembler what waits in the store, after a start and after a write that failed.
    private func fill() async throws {
        if self.isFilled { return }
        let receptions = try await self.messaging.store.waitingReceptions(modem: self.modem)
        self.assembler = MessageAssembler(timeLimit: self.assembler.timeLimit)
        self.isFilled = true
        var drafts: [IncomingDraft] = []
        for reception in receptions {
            switch Decoded(.stored(reception.pdu)) {
            case .message(let deliver):
                let effect = self.effect(of: deliver, reception)
                drafts += effect.drafts
                let deadline = Int64(reception.receivedAt.timeIntervalSince1970) + self.assembler.timeLimit
                if effect.isWaiting { self.deadlines.append(deadline) }
            case .report, .undecodable: continue
            }
        }
        self.deadlines.sort()
        if !drafts.isEmpty { _ = try await self.messaging.store.show(drafts) }
        self.deadlineAdded.signal()
    }

    private func draft(_ message: AssembledMessage) -> IncomingDraft {
        let parts = message.ids.enumerated().map { index, id in
            IncomingDraft.Part(reception: id, number: index + 1)
        }
        return self.draft(message.parts, message.content, parts)
    }

    private func draft(_ incomplete: IncompleteMessage) -> IncomingDraft {
        let parts = incomplete.parts.map { IncomingDraft.Part(reception: $0.id, number: $0.sequence) }
        var draft = self.draft(incomplete.present, incomplete.content, parts)
        draft.incomplete = true
        draft.error = StoredError(
            code: "incomplete",
            message: "\(incomplete.total - parts.count) of \(incomplete.total) parts never came.")
        return draft
    }

    private func draft(
        _ present: [AssemblyPart], _ content: MessageContent, _ parts: [IncomingDraft.Part]
    ) -> IncomingDraft {
        var draft = IncomingDraft(modem: self.modem, peer: present.first?.originator.text ?? "", parts: parts)
        draft.own = self.messaging.ownNumber(self.modem)
        let last = present.max { ($0.timestamp ?? $0.receivedAt) < ($1.timestamp ?? $1.receivedAt) }
        let sentAt = last.map { Date(timeIntervalSince1970: TimeInterval($0.timestamp ?? $0.receivedAt)) }
        draft.take(ReceivedContent(parts: present, content: content), sentAt: sentAt ?? self.messaging.now())
        return draft
    }

    private func undecodable(_ reception: Reception, _ error: PDUError) -> IncomingDraft {
        let part = IncomingDraft.Part(reception: reception.id, number: 1)
        var draft = IncomingDraft(modem: self.modem, peer: "", parts: [part])
        draft.own = self.messaging.ownNumber(self.modem)
        draft.incomplete = true
        draft.error = StoredError(code: "undecodable", message: error.description)
        return draft
    }
}

extension AssemblyPart {
    init(_ deliver: SMSDeliver, _ reception: Reception) {
        self.init(
            id: reception.id, deliver, receivedAt: Int64(reception.receivedAt.timeIntervalSince1970))
    }

    /// A part as it was shown; `nil` when it does not decode.
    fileprivate init?(_ part: StoredPart, of message: StoredMessage) {
        guard case .message(let deliver) = Decoded(.stored(part.pdu)) else { return nil }
        let receivedAt = message.receivedAt ?? message.createdAt
        self.init(
            id: "\(message.id)/\(part.number)", deliver, receivedAt: Int64(receivedAt.timeIntervalSince1970))
    }
}

extension IncomingPDU {
    /// A PDU from the store.
    fileprivate static func stored(_ pdu: String) -> Self {
        IncomingPDU(kind: .message, place: .direct(mustAcknowledge: false), pdu: pdu, length: nil)
    }
}
