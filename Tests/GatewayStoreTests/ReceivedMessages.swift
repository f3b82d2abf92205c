// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore

extension GatewayStore {
    /// Stores a message as a modem hands it over. Each PDU must be another one.
    @discardableResult
    func receiveOne(
        _ text: String = "Hello", from peer: String = "+33639980001", modem: String = "ec25-1", pdu: String? = nil,
        at time: Date = WallClock.start, _ change: (inout IncomingDraft) -> Void = { _ in }
    ) async throws -> StoredMessage {
        let reception = Reception(modem: modem, pdu: pdu ?? UUID().uuidString, receivedAt: time)
        var draft = IncomingDraft(modem: modem, peer: peer, parts: [.init(reception: reception.id, number: 1)])
        draft.text = text
        draft.encoding = "gsm7"
        change(&draft)
        guard case .stored(let messages) = try await self.receive(reception, showing: [draft]) else { throw Missing() }
        return try required(messages.first)
    }

    func found(_ words: String) async throws -> [String?] {
        var filter = MessageFilter()
        filter.words = words
        return try await self.messages(matching: filter).items.map(\.text)
    }
}
