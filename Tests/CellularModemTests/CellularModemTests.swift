// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import ModemSimulator
import SMSPDU
import Testing

/// The modem actor against simulated modems on real ptys.
@Suite(.timeLimit(.minutes(2))) struct CellularModemTests {
    private static func submit(to number: String, text: String = "Hello") throws -> EncodedPDU {
        let segments = try MessageSegmenter().segment(text, reference: 1)
        return try ShortMessagePDU(
            serviceCentre: nil,
            tpdu: .submit(
                SMSSubmit(
                    destination: Address(number), dataCoding: segments.dataCoding, statusReportRequest: true,
                    userData: segments.parts[0]))
        ).encoded()
    }

    /// What a registered modem may leave unknown, with the reason.
    private static let excusedFields: [SimulatedModemModel: Set<String>] = [
        // nil as long as nothing is wrong; nil until it is asked for.
        .ec25: ["reason", "balance"],
        .sim7600: ["reason", "balance"],
    ]

    @Test(arguments: SimulatedModemModel.allCases)
    func registeredModemLeavesNothingUnknown(model: SimulatedModemModel) async throws {
        try await SimulatedSession.run(model) { session in
            let status = await session.status { $0.state == .ready }
            #expect(status.sim.number == SimulatedSession.number)
            #expect(status.imei?.count == 15)
            var unknown: Set<String> = []
            for part in [
                Mirror(reflecting: status), Mirror(reflecting: status.sim), Mirror(reflecting: status.network),
                Mirror(reflecting: status.signal),
            ] {
                for case let (label?, value) in part.children where "\(value)" == "nil" { unknown.insert(label) }
            }
            #expect(unknown == Self.excusedFields[model])
            #expect(status.network.registration == .home)
        }
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func receivedMessageIsHandedOverAndReleased(model: SimulatedModemModel) async throws {
        try await SimulatedSession.run(model) { session in
            _ = await session.status { $0.state == .ready }
            _ = try await session.network.deliver(text: "Good morning", from: "+33639980077", to: "sim")
            let incoming = try #require(await session.incoming())
            #expect(incoming.kind == .message)
            let decoded = try ShortMessagePDU.decode(incoming.pdu, direction: .mobileTerminated)
            guard case .deliver(let deliver) = decoded.pdu.tpdu else { throw Unexpected() }
            #expect(deliver.userData.text == "Good morning")
            try await session.modem.release(incoming)
            let used = await session.network.log().filter { $0.kind == .deleted }
            #expect(used.count == 1)
        }
    }

    @Test func messagesThatCameBeforeTheDaemonAreSwept() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            _ = try await session.network.deliver(text: "one", from: "+33639980077", to: "sim")
            let first = try #require(await session.incoming())
            // The port hangs up before the message was released; it is still in the modem and comes again.
            try await session.network.unplug("sim")
            _ = await session.status { $0.state == .gone }
            try await session.network.plug("sim")
            let again = try #require(await session.incoming())
            #expect(again.pdu == first.pdu)
            try await session.modem.release(again)
        }
    }

    /// Message one is handed over twice, once in each life of the port. Released by the second, its slot is used again;
    /// the release that belongs to the first must leave the newcomer alone.
    @Test func releaseOfALifeBeforeDeletesNothing() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            _ = try await session.network.deliver(text: "one", from: "+33639980077", to: "sim")
            let first = try #require(await session.incoming())
            try await session.network.unplug("sim")
            _ = await session.status { $0.state == .gone }
            try await session.network.plug("sim")
            let again = try #require(await session.incoming())
            #expect(again.place == first.place)
            try await session.modem.release(again)
            _ = try await session.network.deliver(text: "two", from: "+33639980077", to: "sim")
            try await session.modem.release(first)
            let second = try #require(await session.incoming())
            #expect(second.place == first.place)
            let deletions = await session.network.log().filter { $0.kind == .deleted }
            #expect(deletions.count == 1)
        }
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func submittedMessageHasAReferenceAndAReport(model: SimulatedModemModel) async throws {
        try await SimulatedSession.run(model) { session in
            _ = await session.status { $0.state == .ready }
            let pdu = try Self.submit(to: "+33639980099")
            let reference = try await session.modem.submit(pdu: pdu.hex, length: pdu.length)
            let report = try #require(await session.incoming())
            #expect(report.kind == .statusReport)
            #expect(report.place == .direct(mustAcknowledge: false))
            let decoded = try ShortMessagePDU.decode(report.pdu, direction: .mobileTerminated)
            guard case .statusReport(let status) = decoded.pdu.tpdu else { throw Unexpected() }
            #expect(status.messageReference == reference)
        }
    }

    @Test func refusedMessageSaysTheNetworksCause() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.arm(SimulatedFault(.cmsError, command: "+CMGS", code: 38), modem: "sim")
            let pdu = try Self.submit(to: "+33639980099")
            let error = await #expect(throws: SubmitError.self) {
                _ = try await session.modem.submit(pdu: pdu.hex, length: pdu.length)
            }
            #expect(error?.outcome == .notSent)
            #expect(error?.cmsError == 38)
            #expect(error?.message == "The network refused the message: network out of order (RP cause 38).")
        }
    }

    @Test func unplugAfterThePDULeavesTheOutcomeOpen() async throws {
        try await SimulatedSession.run(.ec25) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.arm(SimulatedFault(.unplugAfter, command: "+CMGS"), modem: "sim")
            let pdu = try Self.submit(to: "+33639980099")
            let error = await #expect(throws: SubmitError.self) {
                _ = try await session.modem.submit(pdu: pdu.hex, length: pdu.length)
            }
            #expect(error?.outcome == .unknown)
        }
    }

    @Test func unpluggedModemIsReadyAgainAfterReplug() async throws {
        try await SimulatedSession.run(.sim7600) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.unplug("sim")
            let gone = await session.status { $0.state == .gone }
            #expect(gone.reason != nil)
            #expect(gone.signal.rssi == nil)
            try await session.network.plug("sim")
            let back = await session.status { $0.state == .ready }
            #expect(back.signal.rssi != nil)
        }
    }

    @Test func missingSIMIsSaidAndFound() async throws {
        try await SimulatedSession.run(.ec25, poll: .milliseconds(20)) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.arm(SimulatedFault(.simRemoved), modem: "sim")
            let without = await session.status { $0.state == .sim && $0.sim.state == .absent }
            #expect(without.reason?.contains("No SIM") == true)
            try await session.network.clearFaults(modem: "sim")
            _ = await session.status { $0.state == .ready }
        }
    }

    @Test func configuredPINIsEnteredOnce() async throws {
        try await SimulatedSession.run(.sim7600, pin: "4711", simPIN: "4711") { session in
            let status = await session.status { $0.state == .ready }
            #expect(status.sim.state == .ready)
        }
    }

    @Test func wrongPINIsNotTriedAgain() async throws {
        try await SimulatedSession.run(.ec25, pin: "0000", simPIN: "4711") { session in
            let status = await session.status { $0.reason?.contains("although the configured one") == true }
            #expect(status.sim.state == .pin)
            // Two more rounds of asking, then count: one try is gone, not three.
            for _ in 0..<2 { _ = try await session.modem.console("AT+CPIN?", confirmed: false) }
            let answer = try await session.modem.console("AT+QPINC?", confirmed: false)
            #expect(PINState.remainingTries(answer.lines) == 2)
        }
    }

    @Test func lostNetworkSuspendsAndIsFoundAgain() async throws {
        try await SimulatedSession.run(.ec25, poll: .milliseconds(20)) { session in
            _ = await session.status { $0.state == .ready }
            try await session.network.arm(SimulatedFault(.noNetwork), modem: "sim")
            let lost = await session.status { $0.state == .registering }
            #expect(lost.network.operator == nil || lost.reason != nil)
            try await session.network.clearFaults(modem: "sim")
            _ = await session.status { $0.state == .ready }
        }
    }

    @Test func lostAnnouncementIsFoundBySweep() async throws {
        try await SimulatedSession.run(.ec25, poll: .milliseconds(2)) { session in
            _ = await session.status { $0.state == .ready }
            // Somebody else changed the setting behind our back: nothing is announced any more.
            _ = try await session.modem.query("AT+CNMI=0,0,0,0,0")
            _ = try await session.network.deliver(text: "quiet", from: "+33639980077", to: "sim")
            let incoming = try #require(await session.incoming())
            try await session.modem.release(incoming)
        }
    }
}

private struct Unexpected: Error {}
