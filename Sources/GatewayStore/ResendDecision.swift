// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Which parts of a message may go again.
enum ResendDecision: Equatable {
    /// Numbers of the parts; `all`: as a new message, whatever the recipient has of it.
    case parts([Int], all: Bool)
    /// It was sent, and would reach the recipient twice.
    case needsConfirmation
    /// Why not.
    case refused(String)

    /// - Parameter confirmed: the caller accepts that the recipient gets it twice.
    init(_ message: StoredMessage, confirmed: Bool) {
        guard message.direction == .outgoing else {
            self = .refused("It was received; answer it with POST /api/sms.")
            return
        }
        guard !message.parts.contains(where: { $0.state == .queued || $0.state == .sending }) else {
            self = .refused("It is still on its way; wait for its end, or cancel it first.")
            return
        }
        let all = message.parts.map(\.number)
        let missing = message.parts.filter { $0.state != .sent && $0.state != .delivered }.map(\.number)
        switch (confirmed, missing.isEmpty) {
        case (true, _): self = .parts(all, all: true)
        case (false, true): self = .needsConfirmation
        case (false, false): self = .parts(missing, all: missing.count == all.count)
        }
    }
}
