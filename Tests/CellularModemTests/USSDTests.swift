// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import ModemSimulator
import TestSupport
import Testing

/// USSD sessions of the modem actor against simulated modems on real ptys.
@Suite(.timeLimit(.minutes(2))) struct USSDTests {
    private static func ready<T: Sendable>(
        _ model: SimulatedModemModel = .ec25, clock: any Clock<Duration> = ContinuousClock(),
        _ body: @escaping @Sendable (SimulatedSession) async throws -> T
    ) async throws -> T {
        try await SimulatedSession.run(model, clock: clock) { session in
            _ = await session.status { $0.state == .ready }
            return try await body(session)
        }
    }

    @Test(
        arguments: SimulatedModemModel.allCases,
        [
            ("*100#", "Your balance is 24,84 EUR.\nValid until 31.12.", .gsm7, 15),
            ("*101#", "Crédit : 24,84 €\nБаланс 😀", .ucs2, 72), ("*194#", "Early answer", .gsm7, 15),
            ("*195#", "", .gsm7, 15),
        ] as [(String, String, USSDText.Encoding, Int)])
    func answer(model: SimulatedModemModel, row: (String, String, USSDText.Encoding, Int)) async throws {
        try await Self.ready(model) { session in
            // Twice: the modem is as before after a session.
            for _ in 0..<2 {
                let answer = try await session.modem.openUSSD(code: row.0, who: "local")
                #expect(answer.state == .done)
                #expect(answer.text.text == row.1)
                #expect(row.1.isEmpty || answer.text.encoding == row.2)
                #expect(answer.dataCoding == row.3)
            }
            #expect(await session.modem.openUSSDSession() == nil)
        }
    }

    @Test(arguments: [
        (SimulatedModemModel.ec25, "Solde à ce jour : 5,10 EUR"), (.sim7600, "Solde ? ce jour : 5,10 EUR"),
    ])
    func accentsAreKeptWhereTheModelSpeaksUCS2(model: SimulatedModemModel, text: String) async throws {
        try await Self.ready(model) { session in
            let answer = try await session.ussd("*102#")
            #expect(answer.text.text == text)
        }
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func menuIsFollowedToItsEnd(model: SimulatedModemModel) async throws {
        try await Self.ready(model) { session in
            let menu = try await session.modem.openUSSD(code: "*123#", who: "local")
            #expect(menu.state == .awaitingReply)
            #expect(menu.text.text == "Menu\n1 Balance\n2 Offers\n\n0 Exit")
            let offers = try await session.modem.answerUSSD(session: menu.session, text: "2")
            #expect(offers.state == .awaitingReply)
            #expect(offers.session == menu.session)
            let end = try await session.modem.answerUSSD(session: menu.session, text: "1")
            #expect(end.state == .done)
            #expect(end.text.text == "10 GB for 5 EUR.")
            let error = await #expect(throws: USSDError.self) {
                _ = try await session.modem.answerUSSD(session: menu.session, text: "1")
            }
            #expect(error?.code == .noSession)
        }
    }

    @Test func characterSetIsTheSessionsAndThenTheGatewaysAgain() async throws {
        try await Self.ready { session in
            let menu = try await session.modem.openUSSD(code: "*123#", who: "local")
            #expect(try await session.modem.query("AT+CSCS?").lines == ["+CSCS: \"UCS2\""])
            _ = try await session.modem.answerUSSD(session: menu.session, text: "0")
            // Begins when the last one is tidied up.
            let next = try await session.modem.openUSSD(code: "*123#", who: "local")
            try await session.modem.cancelUSSD(session: next.session)
            _ = try await session.modem.openUSSD(code: "*100#", who: "local")
            let error = await #expect(throws: USSDError.self) {
                _ = try await session.modem.openUSSD(code: "*193#", who: "local")
            }
            #expect(error?.code == .endedByNetwork)
            #expect(await session.status { $0.state == .ready }.network.operator != nil)
        }
    }

    @Test(
        arguments: SimulatedModemModel.allCases,
        [
            ("*191#", .notSupported), ("*192#", .networkTimedOut), ("*193#", .endedByNetwork), ("*197#", .refused),
            ("*100#\r", .invalidText), ("", .invalidText), ("**05*1*2*2#", .invalidText),
        ] as [(String, USSDError.Code)])
    func errorsAreClear(model: SimulatedModemModel, row: (String, USSDError.Code)) async throws {
        try await Self.ready(model) { session in
            let error = await #expect(throws: USSDError.self) {
                _ = try await session.modem.openUSSD(code: row.0, who: "local")
            }
            #expect(error?.code == row.1)
            #expect(error?.message.hasSuffix(".") == true)
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func silenceEndsWithTheTimeout(model: SimulatedModemModel) async throws {
        let clock = TestClock()
        try await Self.ready(model, clock: clock) { session in
            let waiting = Task { try await session.modem.openUSSD(code: "*190#", timeout: .seconds(20), who: "local") }
            await session.heard(ussd: "*190#")
            clock.advance(by: .seconds(20))
            let error = await #expect(throws: USSDError.self) { _ = try await waiting.value }
            #expect(error?.code == .timedOut)
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }

    @Test func lostAnswerOfTheCommandDoesNotLoseTheNetworks() async throws {
        try await Self.ready { session in
            try await session.network.arm(SimulatedFault(.lostAnswer, command: "+CUSD"), modem: "sim")
            let answer = try await session.modem.openUSSD(code: "*100#", who: "local")
            #expect(answer.state == .done)
        }
    }

    @Test func messagesPassWhileTheNetworkIsSilent() async throws {
        try await Self.ready { session in
            let waiting = Task { try await session.modem.openUSSD(code: "*190#", who: "alice") }
            await session.heard(ussd: "*190#")
            _ = try await session.network.deliver(text: "meanwhile", from: "+33639980077", to: "sim")
            let incoming = try #require(await session.incoming())
            try await session.modem.release(incoming)
            let busy = await #expect(throws: USSDError.self) {
                _ = try await session.modem.openUSSD(code: "*100#", who: "bob")
            }
            #expect(busy?.code == .busy)
            #expect(busy?.session?.who == "alice")
            let open = try #require(await session.modem.openUSSDSession())
            #expect(!open.awaitsReply)
            let early = await #expect(throws: USSDError.self) {
                _ = try await session.modem.answerUSSD(session: open.session.id, text: "1")
            }
            #expect(early?.code == .noSession)
            try await session.modem.cancelUSSD(session: open.session.id)
            let error = await #expect(throws: USSDError.self) { _ = try await waiting.value }
            #expect(error?.code == .cancelled)
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }

    @Test func clientThatLeftEndsItsSession() async throws {
        try await Self.ready { session in
            let waiting = Task { try await session.modem.openUSSD(code: "*190#", who: "local") }
            await session.heard(ussd: "*190#")
            waiting.cancel()
            let error = await #expect(throws: USSDError.self) { _ = try await waiting.value }
            #expect(error?.code == .cancelled)
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }

    @Test(arguments: SimulatedModemModel.allCases)
    func networksOwnNotificationIsAnEvent(model: SimulatedModemModel) async throws {
        try await Self.ready(model) { session in
            try await session.network.notifyUSSD("Your credit is low.\r\n\r\nTop up.", modem: "sim")
            let event = try #require(await session.ussdEvent())
            #expect(event.session == nil)
            #expect(event.state == .done)
            #expect(event.text == USSDText(text: "Your credit is low.\n\nTop up.", encoding: .gsm7))
            try await session.network.notifyUSSD("Crédit épuisé", ucs2: true, modem: "sim")
            #expect(await session.ussdEvent()?.text == USSDText(text: "Crédit épuisé", encoding: .ucs2))
        }
    }

    @Test func networksQuestionCanBeAnswered() async throws {
        try await Self.ready { session in
            try await session.network.scriptUSSD("network/1", text: "Renewed.", modem: "sim")
            try await session.network.notifyUSSD("Renew? 1 yes", asks: true, modem: "sim")
            let question = try #require(await session.ussdEvent())
            #expect(question.state == .awaitingReply)
            let id = try #require(question.session?.id)
            #expect(question.session?.initiator == .network)
            let answer = try await session.modem.answerUSSD(session: id, text: "1")
            #expect(answer.text.text == "Renewed.")
            #expect(await session.ussdEvent()?.text?.text == "Renewed.")
        }
    }

    @Test func networkReleasesASessionThatWaits() async throws {
        try await Self.ready { session in
            let menu = try await session.modem.openUSSD(code: "*123#", who: "local")
            #expect(await session.ussdEvent()?.state == .awaitingReply)
            try await session.network.releaseUSSD(modem: "sim")
            let event = try #require(await session.ussdEvent())
            #expect(event.state == .ended)
            #expect(event.session?.id == menu.session)
            let error = await #expect(throws: USSDError.self) {
                _ = try await session.modem.answerUSSD(session: menu.session, text: "1")
            }
            #expect(error?.code == .noSession)
        }
    }

    @Test func questionNobodyRepliesToIsEnded() async throws {
        let clock = TestClock()
        try await Self.ready(clock: clock) { session in
            _ = try await session.modem.openUSSD(code: "*123#", who: "local")
            #expect(await session.ussdEvent()?.state == .awaitingReply)
            clock.advance(by: .seconds(180))
            #expect(await session.ussdEvent()?.state == .ended)
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }

    @Test func unplugEndsTheWait() async throws {
        try await Self.ready { session in
            let waiting = Task { try await session.modem.openUSSD(code: "*190#", who: "local") }
            await session.heard(ussd: "*190#")
            try await session.network.unplug("sim")
            let error = await #expect(throws: USSDError.self) { _ = try await waiting.value }
            #expect(error?.code == .portClosed)
            _ = await session.status { $0.state == .gone }
            let gone = await #expect(throws: USSDError.self) {
                _ = try await session.modem.openUSSD(code: "*100#", who: "local")
            }
            #expect(gone?.code == .notInService)
            try await session.network.plug("sim")
            _ = await session.status { $0.state == .ready }
            let next = try await session.ussd("*100#")
            #expect(next.state == .done)
        }
    }
}
