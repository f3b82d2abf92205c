// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import PosixMutex

/// Tickets with which a browser opens `/ws`: it cannot send a header there, and a token in a URL ends up in logs and in
/// the history. A ticket is good once and for a minute.
package final class TicketBook: Sendable {
    package static let lifetime: Duration = .seconds(60)
    /// A minute's worth of browsers; more than that is a client asking in a loop, and the oldest go.
    private static let maximumTickets = 1024

    private struct Ticket {
        var secret: String
        var principal: Principal
        var expiry: ContinuousClock.Instant
    }

    /// Oldest first.
    private let tickets = Mutex<[Ticket]>([])
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }) {
        self.now = now
    }

    /// A new ticket for `principal`: 256 random bits in hexadecimal.
    package func issue(to principal: Principal) -> String {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<4).map { _ in Self.hex(generator.next()) }.joined()
        let now = self.now()
        self.tickets.withLock { tickets in
            tickets.removeAll { $0.expiry <= now }
            if tickets.count >= Self.maximumTickets { tickets.removeFirst() }
            tickets.append(Ticket(secret: secret, principal: principal, expiry: now.advanced(by: Self.lifetime)))
        }
        return secret
    }

    /// Whom the ticket was given to, and the ticket is gone; `nil` when it is unknown, used or too old.
    package func redeem(_ secret: String) -> Principal? {
        let now = self.now()
        return self.tickets.withLock { tickets in
            guard let index = tickets.firstIndex(where: { $0.secret == secret }) else { return nil }
            let ticket = tickets.remove(at: index)
            return ticket.expiry > now ? ticket.principal : nil
        }
    }

    /// Whom the ticket would serve, without using it.
    package func peek(_ secret: String) -> Principal? {
        let now = self.now()
        return self.tickets.withLock { tickets in
            tickets.first { $0.secret == secret && $0.expiry > now }?.principal
        }
    }

    /// Takes back the tickets of a principal that has lost its right.
    package func revoke(where matches: (Principal) -> Bool) {
        self.tickets.withLock { tickets in tickets.removeAll { matches($0.principal) } }
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
