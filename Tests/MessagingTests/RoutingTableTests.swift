// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@testable import Messaging

/// By which modem a message goes, from rules and what is known.
struct RoutingTableTests {
    typealias Modem = RoutingTable.Modem
    typealias Wish = RoutingTable.Wish

    private static let all = [
        Modem(id: "a", isAvailable: true, sim: "8933150319070000018", number: "+33639980001"),
        Modem(id: "b", isAvailable: true, sim: "8933150319070000026", number: "+33639980002"),
        Modem(id: "c", isAvailable: true, sim: nil, number: nil),
    ]

    private static let rules = [
        RouteRule(name: "home", prefix: "+33", modems: ["b", "a"]),
        RouteRule(prefix: "+49", token: "shop", modems: ["c"]),
        RouteRule(token: "shop", modems: ["gone", "a"]),
        RouteRule(name: "lost", prefix: "+99", modems: ["gone"]),
    ]

    private static func away(_ id: String, stranded: Bool = false) -> [Modem] {
        Self.all.map { modem in
            var modem = modem
            if modem.id == id {
                modem.isAvailable = false
                modem.isStranded = stranded
            }
            return modem
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var number = "+34600000001"
        var wish = Wish()
        var token: String?
        var last: SendingPlace?
        var lastModem: String?
        var modems = RoutingTableTests.all
        var choice: ModemChoice
        var alternatives: [String]
        var sim: String?
    }

    static let cases = [
        Case(testDescription: "no rule", choice: .fewestWaiting(["a", "b", "c"]), alternatives: ["a", "b", "c"]),
        Case(
            testDescription: "no rule, one away", modems: away("a"), choice: .fewestWaiting(["b", "c"]),
            alternatives: ["b", "c", "a"]),
        Case(testDescription: "rule by prefix", number: "+33639980009", choice: .named("b"), alternatives: ["b", "a"]),
        Case(
            testDescription: "rule, first away", number: "+33639980009", modems: away("b"), choice: .named("a"),
            alternatives: ["b", "a"]),
        Case(
            testDescription: "rule by prefix and token", number: "+4915100000001", token: "shop", choice: .named("c"),
            alternatives: []),
        Case(testDescription: "rule by token, one unknown", token: "shop", choice: .named("a"), alternatives: []),
        Case(
            testDescription: "named modem", number: "+33639980009", wish: Wish(modem: "c"), choice: .named("c"),
            alternatives: []),
        Case(
            testDescription: "SIM by ICCID", wish: Wish(sim: "8933150319070000026"), choice: .named("b"),
            alternatives: [], sim: "8933150319070000026"),
        Case(
            testDescription: "SIM by number", wish: Wish(sim: "0639980001"), choice: .named("a"), alternatives: [],
            sim: "8933150319070000018"),
        Case(
            testDescription: "SIM that was here", wish: Wish(sim: "8933150319070000034"), lastModem: "c",
            choice: .named("c"), alternatives: [], sim: "8933150319070000034"),
        Case(
            testDescription: "list", wish: Wish(route: .modems(["c", "a", "c"])),
            last: SendingPlace(modem: "a", sim: nil),
            choice: .named("c"), alternatives: ["c", "a"]),
        Case(
            testDescription: "named route", wish: Wish(route: .named("home")), choice: .named("b"),
            alternatives: ["b", "a"]),
        Case(
            testDescription: "conversation", last: SendingPlace(modem: "b", sim: nil), choice: .named("b"),
            alternatives: ["b", "a", "c"]),
        Case(
            testDescription: "conversation with a SIM that moved",
            last: SendingPlace(modem: "c", sim: "8933150319070000018"), choice: .named("a"),
            alternatives: ["a", "b", "c"]),
        Case(
            testDescription: "conversation, SIM taken out",
            last: SendingPlace(modem: "gone", sim: "8933150319070000034"),
            choice: .fewestWaiting(["a", "b", "c"]), alternatives: ["a", "b", "c"]),
        Case(
            testDescription: "conversation, modem away for a moment", last: SendingPlace(modem: "b", sim: nil),
            modems: away("b"), choice: .named("b"), alternatives: ["b", "a", "c"]),
        Case(
            testDescription: "conversation, modem away for long", last: SendingPlace(modem: "b", sim: nil),
            modems: away("b", stranded: true), choice: .fewestWaiting(["a", "c"]), alternatives: ["a", "c", "b"]),
        Case(
            testDescription: "conversation within a rule", number: "+33639980009",
            last: SendingPlace(modem: "a", sim: nil),
            choice: .named("a"), alternatives: ["a", "b"]),
        Case(
            testDescription: "conversation outside of the rule", number: "+33639980009",
            last: SendingPlace(modem: "c", sim: nil), choice: .named("b"), alternatives: ["b", "a"]),
        Case(
            testDescription: "one modem", modems: Array(all.prefix(1)), choice: .fewestWaiting(["a"]),
            alternatives: []),
    ]

    @Test(arguments: cases) func decision(row: Case) throws {
        let table = RoutingTable(rules: Self.rules, modems: row.modems)
        let decision = try table.decide(
            row.number, row.wish, token: row.token, last: row.last, lastModem: row.lastModem)
        #expect(decision.choice == row.choice)
        #expect(decision.alternatives == row.alternatives)
        #expect(decision.wantedSIM == row.sim)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var number = "+34600000001"
        var wish = Wish()
        var modems = RoutingTableTests.all
        var code: MessagingError.Code
        var testDescription: String { self.code.rawValue }
    }

    static let refusals = [
        Refusal(wish: Wish(modem: "d"), code: .unknownModem), Refusal(wish: Wish(sim: "1"), code: .unknownSIM),
        Refusal(wish: Wish(route: .modems(["a", "d"])), code: .unknownModem),
        Refusal(wish: Wish(route: .modems([])), code: .invalidOption),
        Refusal(wish: Wish(route: .named("no")), code: .unknownRouteName),
        Refusal(wish: Wish(route: .named("lost")), code: .noModem), Refusal(number: "+99123456", code: .noModem),
        Refusal(modems: [], code: .noModem),
    ]

    @Test(arguments: refusals) func refusal(row: Refusal) {
        let table = RoutingTable(rules: Self.rules, modems: row.modems)
        let error = #expect(throws: MessagingError.self) {
            try table.decide(row.number, row.wish, token: nil, last: nil, lastModem: nil)
        }
        #expect(error?.code == row.code)
    }
}

struct QuietHoursTests {
    private static let paris = TimeZone(identifier: "Europe/Paris") ?? .gmt

    private static func time(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    struct Case: Sendable, CustomTestStringConvertible {
        var start: Int
        var end: Int
        var now: String
        var over: String?
        var testDescription: String { "\(self.start)-\(self.end) at \(self.now)" }
    }

    @Test(arguments: [
        Case(start: 21 * 60, end: 8 * 60, now: "2026-01-10T20:30:00Z", over: "2026-01-11T07:00:00Z"),
        Case(start: 21 * 60, end: 8 * 60, now: "2026-01-10T05:30:00Z", over: "2026-01-10T07:00:00Z"),
        Case(start: 21 * 60, end: 8 * 60, now: "2026-01-10T07:00:00Z", over: nil),
        Case(start: 21 * 60, end: 8 * 60, now: "2026-01-10T19:59:59Z", over: nil),
        Case(start: 21 * 60, end: 8 * 60, now: "2026-07-10T19:30:00Z", over: "2026-07-11T06:00:00Z"),
        Case(start: 12 * 60, end: 14 * 60, now: "2026-01-10T11:15:30Z", over: "2026-01-10T13:00:00Z"),
        Case(start: 12 * 60, end: 14 * 60, now: "2026-01-10T13:00:00Z", over: nil),
        Case(start: 600, end: 600, now: "2026-01-10T09:00:00Z", over: nil),
        // The clock goes from 2:00 to 3:00: an end at 2:30 is at 3:00.
        Case(start: 22 * 60, end: 150, now: "2026-03-29T00:30:00Z", over: "2026-03-29T01:00:00Z"),
    ])
    func end(row: Case) throws {
        let hours = QuietHours(start: row.start, end: row.end, zone: Self.paris)
        #expect(try hours.end(at: Self.time(row.now)) == row.over.map(Self.time))
    }
}

struct RefusalCountTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func count(_ messages: [String]) -> RefusalCount {
        var count = RefusalCount()
        for message in messages { count.refused(message: message, at: self.now) { .seconds(30 * $0) } }
        return count
    }

    @Test func fiveRefusalsOfThreeMessagesAreTheModems() {
        #expect(self.count(["a", "b", "c", "a"]).since == nil)
        let count = self.count(["a", "b", "c", "a", "b"])
        #expect(count.since == self.now)
        #expect(count.until == self.now.addingTimeInterval(30))
        #expect(self.count(["a", "b", "c", "a", "b", "c"]).until == self.now.addingTimeInterval(60))
    }

    @Test func oneBadMessageIsNotTheModem() {
        #expect(self.count([String](repeating: "a", count: 100)).since == nil)
    }

    @Test func oneThatGoesThroughEndsIt() {
        var count = self.count(["a", "b", "c", "a", "b"])
        count.worked()
        #expect(count == RefusalCount())
    }
}
