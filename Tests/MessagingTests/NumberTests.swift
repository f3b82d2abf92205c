// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import Messaging
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NumberTests {
    typealias Plan = MessagingConfiguration.NumberingPlan

    private static let france = Plan(callingCode: "33")
    private static let northAmerica = Plan(callingCode: "1", trunkPrefix: "1", internationalPrefix: "011")
    private static let spain = Plan(callingCode: "34", trunkPrefix: "")
    private static let russia = Plan(callingCode: "7", trunkPrefix: "8", internationalPrefix: "810")

    private func peer(_ number: String, _ plan: Plan?) async throws -> String {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()]) { $0.numberingPlan = plan }
        let message = try await gateway.send(to: number)
        try gateway.store.close()
        return message.peer
    }

    @Test(arguments: [
        "+33639980001", "0639980001", "118", "36180", "*100#", "+123", "12345678901234567890", "+123456789012345",
    ])
    func withoutACountryItIsSentToAsItIsWritten(number: String) async throws {
        #expect(try await self.peer(number, nil) == number)
    }

    @Test(arguments: [
        "+33 6 39 98 00 01", "+33.6.39.98.00.01", "+33-6-39-98-00-01", "+33 (0)6 39 98 00 01", "+33(6)39980001",
        "+33\u{A0}6\u{202F}39 98 00 01", " +33 639 98/00/01 ", "+33\u{2011}639980001",
    ])
    func whatAPersonWritesBetweenTheDigitsIsLeftOut(number: String) async throws {
        #expect(try await self.peer(number, nil) == "+33639980001")
    }

    struct National: Sendable, CustomTestStringConvertible {
        var written: String
        var plan: Plan
        var peer: String
        var testDescription: String { "\(self.plan.callingCode): \(self.written)" }

        init(_ written: String, _ plan: Plan, _ peer: String) {
            (self.written, self.plan, self.peer) = (written, plan, peer)
        }
    }

    static let national = [
        National("06 39 98 00 01", france, "+33639980001"),
        National("(0)639980001", france, "+33639980001"),
        National("0033 6 39 98 00 01", france, "+33639980001"),
        National("0033 (0)6 39 98 00 01", france, "+33639980001"),
        National("+49 1579 0000000", france, "+4915790000000"),
        // Neither prefix: it could be a number of any country.
        National("639980001", france, "639980001"),
        National("36180", france, "36180"),
        National("118218", france, "118218"),
        National("*123#", france, "*123#"),
        National("#31#0639980001", france, "#31#0639980001"),
        National("(202) 555-0143", northAmerica, "+12025550143"),
        National("1 202 555 0143", northAmerica, "+12025550143"),
        National("011 33 6 39 98 00 01", northAmerica, "+33639980001"),
        National("611", northAmerica, "611"),
        National("612 34 56 78", spain, "+34612345678"),
        National("8 (912) 345-67-89", russia, "+79123456789"),
        National("8 10 33 6 39 98 00 01", russia, "+33639980001"),
    ]

    @Test(arguments: national) func nationalNumberBecomesInternational(row: National) async throws {
        #expect(try await self.peer(row.written, row.plan) == row.peer)
    }

    @Test(arguments: [
        "", "+", "12", "+12", "+33639980001x", "123456789012345678901", "+1234567890123456", "+100#", "++33639980001",
        "33639980001+", "\u{0663}\u{0663}\u{0663}\u{0663}", "+0639980001", "0000000000", "003363998000112345",
        "+33639980001\r\nAT", "+33;ATD+900", "+33639980001\u{0}", "\u{202E}+33639980001", "()- ./",
        String(repeating: "9", count: 100_000), "Bank", "MYBRAND", "+33 CALL ME", "Bäckerei",
    ])
    func whatIsNoNumberIsRefusedWithASentence(number: String) async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()]) { $0.numberingPlan = Self.france }
        let request = OutgoingRequest(recipients: ["+33639980001", number], text: "x")
        let refusal = await #expect(throws: MessagingError.self) { _ = try await gateway.messaging.accept(request) }
        #expect(refusal?.code == .invalidNumber)
        #expect((refusal?.message.count ?? .max) < 300)
        #expect(refusal?.message.unicodeScalars.allSatisfy { $0.value >= 32 } == true)
        #expect(try await gateway.store.messages().items.isEmpty)
        try gateway.store.close()
    }

    @Test func aNameIsToldThatItIsOne() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()])
        let request = OutgoingRequest(recipients: ["Bank"], text: "x")
        let refusal = await #expect(throws: MessagingError.self) { _ = try await gateway.messaging.accept(request) }
        #expect(refusal?.message.contains("has letters") == true)
        try gateway.store.close()
    }

    @Test func oneNumberInManySpellingsGetsItOnce() async throws {
        let gateway = try Gateway(try TemporaryDirectory(), modems: [FakeModem()]) { $0.numberingPlan = Self.france }
        let request = OutgoingRequest(
            recipients: ["+33639980001", "06 39 98 00 01", "+33639980002", "0033639980001"], text: "Hello")
        let acceptance = try await gateway.messaging.accepting(request)
        #expect(acceptance.messages.map(\.peer) == ["+33639980001", "+33639980002"])
        #expect(acceptance.repeated == ["+33639980001"])
        #expect(acceptance.cost.recipients == 2)
        try gateway.store.close()
    }
}
