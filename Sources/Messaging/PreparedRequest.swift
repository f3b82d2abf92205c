// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GatewayStore

/// A request that was found good: who gets what, when, and what it costs. Where it goes out is decided apart.
struct PreparedRequest: Sendable {
    var content: MessageComposer.Content
    /// As the client wrote them, without those that are the same number again.
    var written: [String]
    /// Normalised, each once.
    var recipients: [String]
    /// Normalised numbers that were given more than once; each gets the message once.
    var repeated: [String]
    /// `nil`: at once.
    var sendAt: Date?
    var expiresAt: Date
    var cost: MessageCost

    init(_ request: OutgoingRequest, _ configuration: MessagingConfiguration, now: Date) throws(MessagingError) {
        guard !request.recipients.isEmpty else {
            throw MessagingError(.noRecipient, "Nobody to send to; give at least one number.")
        }
        let limit = configuration.maximumRecipients
        guard request.recipients.count <= limit else {
            throw MessagingError(.tooManyRecipients, "More than \(limit) recipients; split the request.")
        }
        self.content = try MessageComposer(configuration: configuration).content(of: request)
        self.sendAt = try request.checkOrder(now: now)
        let validity = request.validity ?? configuration.defaultValidity
        self.expiresAt = (self.sendAt ?? now).addingTimeInterval(TimeInterval(validity.components.seconds))
        var seen: Set<String> = []
        var repeated: [String] = []
        (self.written, self.recipients) = ([], [])
        for written in request.recipients {
            let number = try RecipientNumber.normalised(written, plan: configuration.numberingPlan)
            if seen.insert(number).inserted {
                self.written.append(written)
                self.recipients.append(number)
            } else if !repeated.contains(number) {
                repeated.append(number)
            }
        }
        self.repeated = repeated
        self.cost = MessageCost(self.content.segmentation, recipients: self.recipients.count)
    }
}
