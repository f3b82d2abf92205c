// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension MessageState {
    /// The state of an outgoing message whose parts are in these states.
    ///
    /// What is under way decides first, then what went wrong, then what is missing, then how far all have come.
    package static func folding(_ parts: some Collection<MessageState>) -> MessageState {
        // A part on its way: the outcome is open, whatever the other parts say.
        if parts.contains(.sending) { return .sending }
        for wrong in [MessageState.failed, .expired, .cancelled] where parts.contains(wrong) { return wrong }
        if parts.contains(.queued) { return parts.allSatisfy { $0 == .queued } ? .queued : .sending }
        if parts.contains(.uncertain) { return .uncertain }
        if parts.contains(.sent) { return .sent }
        if parts.contains(.received) { return .received }
        return .delivered
    }
}

extension StoredMessage {
    /// A part is still to be sent.
    package var isWaiting: Bool { self.direction == .outgoing && self.parts.contains { $0.state == .queued } }

    /// Brings state, error and times of an outgoing message in line with its parts.
    mutating func fold() {
        self.state = .folding(self.parts.map(\.state))
        let deciding = self.parts.first { $0.state == self.state && $0.error != nil }
        self.error = (deciding ?? self.parts.first { $0.error != nil })?.error
        let sent = self.parts.compactMap(\.sentAt)
        self.sentAt = sent.count == self.parts.count ? sent.max() : nil
        let delivered = self.parts.compactMap(\.deliveredAt)
        self.deliveredAt = delivered.count == self.parts.count ? delivered.max() : nil
        if !self.isWaiting { self.retryAt = nil }
    }

    /// Parts that were not sent yet are not sent any more.
    mutating func stopSending(_ state: MessageState) {
        for index in self.parts.indices where self.parts[index].state == .queued { self.parts[index].state = state }
    }
}
