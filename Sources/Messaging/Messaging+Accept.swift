// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore

/// What was accepted.
package struct Acceptance: Sendable {
    package var messages: [StoredMessage]
    /// Numbers that were given more than once; each gets the message once.
    package var repeated: [String]
    /// Of those that will be sent.
    package var cost: MessageCost

    init(_ messages: [StoredMessage], _ prepared: PreparedRequest) {
        self.messages = messages
        self.repeated = prepared.repeated
        self.cost = prepared.cost
        self.cost.recipients = messages.count { $0.state != .failed }
    }
}

extension Messaging {
    /// Accepts a message for each recipient, all or none. When this returns they are durable.
    package func accept(_ request: OutgoingRequest) async throws(MessagingError) -> [StoredMessage] {
        try await self.accepting(request).messages
    }

    /// As `accept(_:)`, with what is to be said about it.
    package func accepting(_ request: OutgoingRequest) async throws(MessagingError) -> Acceptance {
        let prepared = try PreparedRequest(request, self.configuration, now: self.now())
        let drafts = try await self.drafts(prepared, request)
        let own = self.ownNumbers(for: drafts)
        let messages = try await self.storing { try await self.store.accept(drafts, own: own) }
        self.wake(for: messages)
        return Acceptance(messages, prepared)
    }

    /// As `accepting(_:)`, once for each key: the same request with the same key gets the first answer again.
    ///
    /// - Parameter answer: what is to be answered, octet for octet.
    package func accepting(
        _ request: OutgoingRequest, once key: IdempotencyKey, answer: @escaping @Sendable (Acceptance) -> Data
    ) async throws(MessagingError) -> KeyedAnswer {
        // First of all: what was accepted once is answered, whatever modems, rules and clock say now.
        let earlier = try await self.storing { try await self.store.answer(for: key) }
        if let earlier { return earlier }
        let prepared = try PreparedRequest(request, self.configuration, now: self.now())
        let drafts = try await self.drafts(prepared, request)
        let own = self.ownNumbers(for: drafts)
        let keyed = try await self.storing {
            try await self.store.accept(drafts, own: own, once: key) { messages in
                answer(Acceptance(messages, prepared))
            }
        }
        self.wake(for: keyed.messages)
        return keyed
    }

    /// Takes back what has not been sent of a message.
    package func cancel(id: String) async throws(MessagingError) -> StoredMessage {
        do {
            return try await self.store.cancel(id: id)
        } catch let error as StoreError where error.code == .notFound {
            throw MessagingError(.notFound, error.message)
        } catch let error as StoreError where error.code == .notCancellable {
            throw MessagingError(.notCancellable, error.message)
        } catch {
            throw MessagingError(.storeFailed, "The message could not be cancelled: \(error)", cause: error)
        }
    }

    private func drafts(
        _ prepared: PreparedRequest, _ request: OutgoingRequest
    ) async throws(MessagingError) -> [OutgoingDraft] {
        let composer = MessageComposer(configuration: self.configuration)
        let batch = prepared.recipients.count > 1 ? MessageID.make(at: self.now()) : nil
        var drafts: [OutgoingDraft] = []
        for (number, outcome) in zip(prepared.recipients, try await self.outcomes(prepared, request)) {
            var draft = try composer.draft(prepared.content, to: number)
            switch outcome {
            case .decided(let decision):
                draft.choice = decision.choice
                draft.route = decision.alternatives.isEmpty ? nil : decision.alternatives
                draft.wantedSIM = decision.wantedSIM
            case .optedOut(let reason): draft.refusal = reason
            }
            draft.batch = batch
            draft.token = request.token
            draft.reference = request.reference
            draft.priority = request.priority
            draft.sendAt = prepared.sendAt
            draft.expiresAt = prepared.expiresAt
            drafts.append(draft)
        }
        return drafts
    }

    /// Where each recipient's message goes out; refused when none of them wants one.
    func outcomes(
        _ prepared: PreparedRequest, _ request: OutgoingRequest
    ) async throws(MessagingError) -> [RouteOutcome] {
        let outcomes = try await self.routes(
            to: prepared.recipients, modem: request.modem, sim: request.sim, route: request.route, token: request.token)
        guard outcomes.contains(where: { if case .decided = $0 { true } else { false } }) else {
            let reason = StoredError.optedOut.message
            throw MessagingError(.optedOut, outcomes.count == 1 ? reason : "This holds for every recipient: \(reason)")
        }
        return outcomes
    }

    private func storing<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws(MessagingError) -> Value {
        do {
            return try await body()
        } catch let error as StoreError where error.code == .referenceTaken {
            throw MessagingError(.referenceTaken, error.message, messageID: error.messageID)
        } catch let error as StoreError where error.code == .keyReused {
            throw MessagingError(.keyReused, error.message)
        } catch {
            throw MessagingError(.storeFailed, "Nothing was accepted, the database failed: \(error)", cause: error)
        }
    }

    private func ownNumbers(for drafts: [OutgoingDraft]) -> [String: String] {
        var own: [String: String] = [:]
        for draft in drafts {
            for modem in draft.choice?.candidates ?? [] where own[modem] == nil { own[modem] = self.ownNumber(modem) }
        }
        return own
    }

    func wake(for messages: [StoredMessage]) {
        for lane in self.lanes where messages.contains(where: { $0.modem == lane.id }) { lane.wake() }
        // Expiries further off are seen in time by themselves: nobody waits longer than a day before looking again.
        let soon = self.now().addingTimeInterval(86_400)
        if messages.contains(where: { $0.expiresAt.map { $0 < soon } ?? false }) {
            self.expiry.signal()
        } else {
            self.expiry.signalUnlessTimed()
        }
    }
}
