// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore
package import SMSPDU

/// What would become of a request.
package struct MessagePreview: Sendable {
    package struct Recipient: Sendable, Equatable {
        /// As the client wrote it.
        package var written: String
        /// As it would be stored and sent to.
        package var number: String
        /// The modems that may send it, most wanted first; among several the queue decides.
        package var modems: [String]
        /// The SIM that must send it.
        package var sim: String?
        /// Why these, or why none, in a sentence.
        package var why: String
        /// It would be stored as failed for this reason, and not sent.
        package var refusal: StoredError?
    }

    package var recipients: [Recipient]
    /// Numbers that were given more than once.
    package var repeated: [String]
    package var cost: MessageCost
    /// In order.
    package var parts: [UserData]
    /// `nil`: at once.
    package var sendAt: Date?
    package var expiresAt: Date
}

extension MessagePreview.Recipient {
    init(_ written: String, _ number: String, _ outcome: RouteOutcome) {
        switch outcome {
        case .decided(let decision):
            let modems = decision.alternatives.isEmpty ? decision.choice.candidates : decision.alternatives
            self.init(written: written, number: number, modems: modems, sim: decision.wantedSIM, why: decision.why)
        case .optedOut(let reason):
            self.init(written: written, number: number, modems: [], why: reason.message, refusal: reason)
        }
    }
}

extension Messaging {
    /// Checks a request as `accepting(_:)` does, and stores nothing. Whether its reference is free is not looked up.
    package func preview(_ request: OutgoingRequest) async throws(MessagingError) -> MessagePreview {
        let prepared = try PreparedRequest(request, self.configuration, now: self.now())
        let composer = MessageComposer(configuration: self.configuration)
        var recipients: [MessagePreview.Recipient] = []
        let outcomes = try await self.outcomes(prepared, request)
        for (index, outcome) in outcomes.enumerated() {
            _ = try composer.draft(prepared.content, to: prepared.recipients[index])
            recipients.append(
                MessagePreview.Recipient(prepared.written[index], prepared.recipients[index], outcome))
        }
        var cost = prepared.cost
        cost.recipients = recipients.count { $0.refusal == nil }
        return MessagePreview(
            recipients: recipients, repeated: prepared.repeated, cost: cost,
            parts: prepared.content.segmentation.parts, sendAt: prepared.sendAt, expiresAt: prepared.expiresAt)
    }
}
