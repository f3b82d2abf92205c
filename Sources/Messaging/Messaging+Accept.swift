// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
package import GatewayStore

extension Messaging {
    /// Accepts a message for each recipient, all or none. When this returns they are durable.
    package func accept(_ request: OutgoingRequest) async throws(MessagingError) -> [StoredMessage] {
        guard !request.recipients.isEmpty else {
            throw MessagingError(.noRecipient, "Nobody to send to; give at least one number.")
        }
        let limit = self.configuration.maximumRecipients
        guard request.recipients.count <= limit else {
            throw MessagingError(.tooManyRecipients, "More than \(limit) recipients; split the request.")
        }
        let choice = try self.choose(request.modem)
        let drafts = try self.drafts(request)
        let messages = try await self.store(drafts, choice)
        self.wake(for: messages, expires: request.validity != nil)
        return messages
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

    private func choose(_ name: String?) throws(MessagingError) -> ModemChoice {
        let lanes = self.lanes
        if let name {
            guard lanes.contains(where: { $0.id == name }) else {
                let known = lanes.isEmpty ? "none" : lanes.map(\.id).joined(separator: ", ")
                throw MessagingError(.unknownModem, "There is no modem of that name; there are: \(known).")
            }
            return .named(name)
        }
        guard let first = lanes.first else {
            throw MessagingError(.noModem, "There is no modem; plug one in or configure one.")
        }
        let available = lanes.filter(\.isAvailable).map(\.id)
        return .fewestWaiting(available.isEmpty ? [first.id] : available)
    }

    private func drafts(_ request: OutgoingRequest) throws(MessagingError) -> [OutgoingDraft] {
        let composer = MessageComposer(configuration: self.configuration)
        let content = try composer.content(of: request)
        let now = self.now()
        let batch = request.recipients.count > 1 ? MessageID.make(at: now) : nil
        let expiresAt = request.validity.map { now.addingTimeInterval(TimeInterval($0.components.seconds)) }
        var drafts: [OutgoingDraft] = []
        for number in request.recipients {
            var draft = try composer.draft(content, to: number)
            draft.batch = batch
            draft.token = request.token
            draft.expiresAt = expiresAt
            drafts.append(draft)
        }
        return drafts
    }

    private func store(_ drafts: [OutgoingDraft], _ choice: ModemChoice) async throws(MessagingError) -> [StoredMessage]
    {
        let candidates =
            switch choice {
            case .named(let modem): [modem]
            case .fewestWaiting(let modems): modems
            }
        var own: [String: String] = [:]
        for modem in candidates { own[modem] = self.ownNumber(modem) }
        do {
            return try await self.store.accept(drafts, modem: choice, own: own)
        } catch {
            throw MessagingError(.storeFailed, "Nothing was accepted, the database failed: \(error)", cause: error)
        }
    }

    private func wake(for messages: [StoredMessage], expires: Bool) {
        for lane in self.lanes where messages.contains(where: { $0.modem == lane.id }) { lane.wake() }
        if expires { self.expiry.signal() }
    }
}
