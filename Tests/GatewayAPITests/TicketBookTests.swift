// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import PosixMutex
import Testing

@Suite struct TicketBookTests {
    private final class Time: Sendable {
        private let offset = Mutex<Duration>(.zero)
        private let start = ContinuousClock().now

        var now: ContinuousClock.Instant { self.start.advanced(by: self.offset.withLock { $0 }) }

        func advance(by duration: Duration) { self.offset.withLock { $0 += duration } }
    }

    private static let reader = Principal.token(id: "1", name: "reader", scopes: ["sms:read"])

    @Test func goodOnce() {
        let book = TicketBook()
        let ticket = book.issue(to: Self.reader)
        #expect(ticket.utf8.count == 64)
        #expect(book.peek(ticket) == Self.reader)
        #expect(book.redeem(ticket) == Self.reader)
        #expect(book.redeem(ticket) == nil)
        #expect(book.peek(ticket) == nil)
    }

    @Test func goodForAMinute() {
        let time = Time()
        let book = TicketBook(now: { time.now })
        let early = book.issue(to: Self.reader)
        let late = book.issue(to: Self.reader)
        time.advance(by: .milliseconds(59_999))
        #expect(book.redeem(early) == Self.reader)
        time.advance(by: .milliseconds(1))
        #expect(book.peek(late) == nil)
        #expect(book.redeem(late) == nil)
    }

    @Test func revokedWithItsToken() {
        let book = TicketBook()
        let mine = book.issue(to: Self.reader)
        let other = book.issue(to: .loopback)
        book.revoke { $0 == Self.reader }
        #expect(book.redeem(mine) == nil)
        #expect(book.redeem(other) == .loopback)
    }

    @Test func oldestGoWhenThereAreTooMany() {
        let book = TicketBook()
        let first = book.issue(to: .loopback)
        let second = book.issue(to: .loopback)
        for _ in 0..<1023 { _ = book.issue(to: .loopback) }
        #expect(book.redeem(first) == nil)
        #expect(book.redeem(second) == .loopback)
    }
}
