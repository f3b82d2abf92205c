// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
internal import GatewayStore
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
        /// Why these, in a sentence.
        package var why: String
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

extension Messaging {
    /// Checks a request as `accepting(_:)` does, and stores nothing. Whether its reference is free is not looked up.
    package func preview(_ request: OutgoingRequest) async throws(MessagingError) -> MessagePreview {
        let prepared = try PreparedRequest(request, self.configuration, now: self.now())
        let composer = MessageComposer(configuration: self.configuration)
        var recipients: [MessagePreview.Recipient] = []
        for (written, number) in zip(prepared.written, prepared.recipients) {
            let decision = try await self.route(
                to: number, modem: request.modem, sim: request.sim, route: request.route, token: request.token)
            _ = try composer.draft(prepared.content, to: number)
            recipients.append(
                MessagePreview.Recipient(
                    written: written, number: number,
                    modems: decision.alternatives.isEmpty ? decision.choice.candidates : decision.alternatives,
                    sim: decision.wantedSIM, why: decision.why))
        }
        return MessagePreview(
            recipients: recipients, repeated: prepared.repeated, cost: prepared.cost,
            parts: prepared.content.segmentation.parts, sendAt: prepared.sendAt, expiresAt: prepared.expiresAt)
    }
}
