// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
package import GatewayStore
internal import SMSPDU

extension Messaging {
    /// Sends a message again under its id: what is missing of it; with `confirmed` all of it, even when the recipient
    /// has it already.
    ///
    /// It goes by the modem it was to go by before, unless that is gone, and may wait as long as it might at first.
    package func resend(id: String, confirmed: Bool = false) async throws(MessagingError) -> Resent {
        do {
            guard let message = try await self.store.message(id: id) else {
                throw MessagingError(.notFound, "There is no message \(id).")
            }
            let resent = try await self.store.resend(id: id, try await self.order(message, confirmed))
            self.wake(for: [resent.message])
            return resent
        } catch let error as MessagingError {
            throw error
        } catch let error as StoreError where Self.refusals.contains(error.code) {
            throw MessagingError(MessagingError.Code(rawValue: error.code.rawValue), error.message)
        } catch {
            throw MessagingError(.storeFailed, "The message could not be sent again: \(error)", cause: error)
        }
    }

    private static let refusals: Set<StoreError.Code> = [.notFound, .needsConfirmation, .notResendable]

    private func order(_ message: StoredMessage, _ confirmed: Bool) async throws(MessagingError) -> ResendOrder {
        let validity = Self.validity(of: message) ?? self.configuration.defaultValidity
        var order = ResendOrder(
            isConfirmed: confirmed,
            expiresAt: self.now().addingTimeInterval(TimeInterval(validity.components.seconds))
        ) { pdu, reference in
            try ShortMessagePDU.numbered(pdu, reference)
        }
        guard !self.lanes.contains(where: { $0.id == message.modem }), message.direction == .outgoing else {
            return order
        }
        let decision = try await self.route(
            to: message.peer, modem: nil, sim: message.wantedSIM, route: nil, token: message.token)
        order.choice = decision.choice
        for modem in decision.choice.candidates { order.own[modem] = self.ownNumber(modem) }
        return order
    }

    /// What the request said, as its PDUs say it to the service centre.
    private static func validity(of message: StoredMessage) -> Duration? {
        guard let pdu = message.parts.first?.pdu,
            case .submit(let submit) = try? ShortMessagePDU.decode(pdu, direction: .mobileOriginated).pdu.tpdu
        else { return nil }
        return submit.validity?.seconds.map { .seconds($0) }
    }
}
