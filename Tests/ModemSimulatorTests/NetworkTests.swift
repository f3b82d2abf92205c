// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@testable import ModemSimulator

/// The network alone: two SIMs, `a` and `b`, and everybody outside.
@Suite struct NetworkTests {
    static let now: Int64 = 1_795_266_000

    private func network() -> NetworkStateMachine {
        var network = NetworkStateMachine()
        network.add(modem: "a", number: "+33639980001", serviceCentre: "+33639980000")
        network.add(modem: "b", number: "+33639980002", serviceCentre: "+33639980000")
        return network
    }

    private func submission(
        to number: String, _ text: String = "Hello", report: Bool = true, reference: UInt8 = 7
    ) throws -> MessageSubmission {
        let submit = SMSSubmit(
            messageReference: 0, destination: try Address(number), dataCoding: .gsm7, statusReportRequest: report,
            userData: try UserData(text: text, alphabet: .gsm7))
        let encoded = try ShortMessagePDU(serviceCentre: nil, tpdu: .submit(submit)).encoded()
        return MessageSubmission(pdu: encoded.hex, reference: reference)
    }

    private func delivery(_ actions: [NetworkStateMachine.Action]) throws -> (NetworkDelivery, String) {
        guard case .deliver(let delivery, let modem)? = actions.first else {
            throw SimulationError(code: .badRequest, message: "nothing was delivered")
        }
        return (delivery, modem)
    }

    private func tpdu(_ delivery: NetworkDelivery) throws -> TPDU {
        try ShortMessagePDU.decode(delivery.pdu, direction: .mobileTerminated).pdu.tpdu
    }

    @Test(arguments: ["+33639980002", "0639980002", "0033639980002"])
    func messageBetweenSIMsAndItsReport(_ number: String) throws {
        var network = self.network()
        #expect(network.submit(try self.submission(to: number), from: "a", now: Self.now) == .accepted)
        let (message, modem) = try self.delivery(network.takeActions())
        #expect(modem == "b")
        guard case .deliver(let deliver) = try self.tpdu(message) else {
            Issue.record("no SMS-DELIVER")
            return
        }
        #expect(deliver.originator.text == "+33639980001")
        #expect(deliver.userData.text == "Hello")
        #expect(deliver.timestamp?.iso8601 == "2026-11-21T14:00:00+01:00")
        #expect(network.takeActions().isEmpty)

        network.acknowledged(message.id, .accepted, modem: "b", now: Self.now + 5)
        let (report, sender) = try self.delivery(network.takeActions())
        #expect(sender == "a")
        guard case .statusReport(let status) = try self.tpdu(report) else {
            Issue.record("no SMS-STATUS-REPORT")
            return
        }
        #expect(status.messageReference == 7)
        #expect(status.recipient.text == number)
        #expect(status.status.category == .delivered)
        #expect(status.dischargeTime?.iso8601 == "2026-11-21T14:00:05+01:00")
        #expect(
            network.log.entries(after: 0, limit: 100).map(\.kind) == [
                .submitted, .queued, .attempted, .accepted, .queued, .attempted,
            ])
    }

    @Test func withoutARequestThereIsNoReport() throws {
        var network = self.network()
        _ = network.submit(try self.submission(to: "+33639980002", report: false), from: "a", now: Self.now)
        let (message, _) = try self.delivery(network.takeActions())
        network.acknowledged(message.id, .accepted, modem: "b", now: Self.now)
        #expect(network.takeActions().isEmpty)
    }

    @Test(arguments: [
        ("+33639980100", [UInt8(0x00)]), ("+33639989900", [0x43]), ("+33639989901", []),
        ("+33639989902", [0x20, 0x00]), ("+33639989903", [0x65]), ("+33639989906", [0x46]),
    ])
    func outsideNumbersReport(_ number: String, _ statuses: [UInt8]) throws {
        var network = self.network()
        #expect(network.submit(try self.submission(to: number), from: "a", now: Self.now) == .accepted)
        var seen: [UInt8] = []
        while case .deliver(let delivery, _)? = network.takeActions().first {
            if case .statusReport(let report) = try self.tpdu(delivery) { seen.append(report.status.rawValue) }
            network.acknowledged(delivery.id, .accepted, modem: "a", now: Self.now)
        }
        #expect(seen == statuses)
    }

    @Test(arguments: [("+33639989904", 28), ("+33639989905", 38)])
    func outsideNumbersThatAreRefused(_ number: String, _ cause: Int) throws {
        var network = self.network()
        #expect(network.submit(try self.submission(to: number), from: "a", now: Self.now) == .refused(cause))
        #expect(network.takeActions().isEmpty)
        let entry = try #require(network.log.entries(after: 0, limit: 10).first)
        #expect(entry.kind == .refused && entry.cause == cause)
    }

    @Test func echoNumberAnswers() throws {
        var network = self.network()
        _ = network.submit(try self.submission(to: "+33639989907", report: false), from: "a", now: Self.now)
        let (message, modem) = try self.delivery(network.takeActions())
        guard case .deliver(let deliver) = try self.tpdu(message) else {
            Issue.record("no SMS-DELIVER")
            return
        }
        #expect(modem == "a" && deliver.originator.text == "+33639989907" && deliver.userData.text == "Hello")
    }

    @Test func whatIsNoSubmitIsRefused() {
        var network = self.network()
        let broken = MessageSubmission(pdu: "00FF", reference: 1)
        #expect(network.submit(broken, from: "a", now: Self.now) == .refused(304))
    }

    @Test(arguments: [DeliveryOutcome.memoryFull, .unreachable, .unacknowledged])
    func deferredMessageKeepsItsPlaceAndItsNumber(_ outcome: DeliveryOutcome) throws {
        var network = self.network()
        let first = try network.deliver(text: "one", from: "+33639980100", to: "b", now: Self.now)
        let second = try network.deliver(text: "two", from: "+33639980100", to: "b", now: Self.now)
        let (attempt, _) = try self.delivery(network.takeActions())
        #expect([attempt.id] == first)
        network.acknowledged(attempt.id, outcome, modem: "b", now: Self.now)
        #expect(network.takeActions().isEmpty)
        #expect(network.waitingCount("b") == 2)
        network.reachable("b", now: Self.now)
        let (again, _) = try self.delivery(network.takeActions())
        #expect(again == attempt)
        network.acknowledged(again.id, .accepted, modem: "b", now: Self.now)
        #expect([try self.delivery(network.takeActions()).0.id] == second)
        let attempts = network.log.entries(after: 0, limit: 100).compactMap(\.attempt)
        #expect(attempts == [1, 2, 1])
    }

    @Test func acknowledgementOfSomethingElseChangesNothing() throws {
        var network = self.network()
        _ = try network.deliver(text: "one", from: "+33639980100", to: "b", now: Self.now)
        _ = network.takeActions()
        network.acknowledged(99, .accepted, modem: "b", now: Self.now)
        #expect(network.waitingCount("b") == 1)
    }

    @Test func longTextArrivesInPartsThatBelongTogether() throws {
        var network = self.network()
        let text = String(repeating: "0123456789", count: 40)
        let ids = try network.deliver(text: text, from: "Example", to: "b", now: Self.now)
        #expect(ids.count == 3)
        var joined = ""
        while case .deliver(let delivery, _)? = network.takeActions().first {
            if case .deliver(let deliver) = try self.tpdu(delivery) {
                #expect(deliver.originator.text == "Example")
                #expect(deliver.userData.concatenation?.total == 3)
                joined += deliver.userData.text ?? ""
            }
            network.acknowledged(delivery.id, .accepted, modem: "b", now: Self.now)
        }
        #expect(joined == text)
    }

    @Test func anyPDUIsCarriedAsItIs() throws {
        var network = self.network()
        _ = try network.deliver(pdu: "00ffff", to: "b", now: Self.now)
        let (delivery, _) = try self.delivery(network.takeActions())
        #expect(delivery.pdu == "00FFFF" && delivery.length == 2)
        #expect(throws: PDUError.self) { try network.deliver(pdu: "0g", to: "b", now: Self.now) }
    }

    @Test func logIsBoundedAndKeepsCounting() throws {
        var log = NetworkLog()
        for _ in 0..<(NetworkLog.limit + 10) {
            log.append(NetworkLogEntry(kind: .deleted, modem: "a", time: 0))
        }
        #expect(log.entries.count <= NetworkLog.limit)
        #expect(log.entries.last?.sequence == NetworkLog.limit + 10)
        #expect(log.entries(after: NetworkLog.limit + 5, limit: 3).map(\.sequence).first == NetworkLog.limit + 6)
        #expect(log.entries(after: NetworkLog.limit + 100, limit: 3).isEmpty)
        #expect(log.entries(after: 0, limit: 1).first == log.entries.first)
    }

    @Test func queueKeepsItsOrder() {
        var queue = DeliveryQueue()
        func delivery(_ id: Int) -> NetworkDelivery {
            NetworkDelivery(id: id, kind: .statusReport, pdu: "", length: 0)
        }
        for id in 0..<5000 { queue.append(delivery(id)) }
        for id in 0..<3000 { #expect(queue.popFirst()?.id == id) }
        queue.putBack(delivery(2999))
        #expect(queue.count == 2001)
        #expect((0..<2001).allSatisfy { queue.popFirst()?.id == $0 + 2999 })
        #expect(queue.popFirst() == nil)
        queue.putBack(delivery(1))
        #expect(queue.popFirst()?.id == 1)
    }
}
