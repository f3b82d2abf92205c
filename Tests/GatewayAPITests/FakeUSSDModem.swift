// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import PosixMutex

/// A modem whose USSD answers a test sets.
final class FakeUSSDModem: USSDModem {
    private struct State {
        var query: BalanceQuery?
        var answer: Result<USSDAnswer, USSDError> = .success(FakeUSSDModem.answer("Your balance is 24,84 EUR."))
        var requests: [String] = []
        var open: (session: USSDSession, awaitsReply: Bool)?
        var shown: [ModemBalance?] = []
    }

    let id: String
    private let state = Mutex(State())

    init(id: String) {
        self.id = id
    }

    static func answer(_ text: String, _ state: USSDState = .done) -> USSDAnswer {
        USSDAnswer(session: "s1", state: state, text: USSDText(text: text, encoding: .gsm7), dataCoding: 15)
    }

    var balanceQuery: BalanceQuery? { self.state.withLock { $0.query } }
    /// What was asked: `open *100# alice client`, `answer s1 1`, `cancel s1`.
    var requests: [String] { self.state.withLock { $0.requests } }
    var shown: [ModemBalance?] { self.state.withLock { $0.shown } }

    func set(_ answer: Result<USSDAnswer, USSDError>) { self.state.withLock { $0.answer = answer } }
    func set(_ query: BalanceQuery) { self.state.withLock { $0.query = query } }
    func set(open session: USSDSession?, awaitsReply: Bool = true) {
        self.state.withLock { state in state.open = session.map { ($0, awaitsReply) } }
    }

    private func ask(_ request: String) throws(USSDError) -> USSDAnswer {
        let answer = self.state.withLock { state in
            state.requests.append(request)
            return state.answer
        }
        return try answer.get()
    }

    func openUSSD(
        code: String, timeout: Duration?, initiator: USSDSession.Initiator, who: String
    ) async throws(USSDError) -> USSDAnswer {
        let time = timeout.map { " \($0.components.seconds)" } ?? ""
        return try self.ask("open \(code) \(who) \(initiator.rawValue)\(time)")
    }

    func answerUSSD(session: String, text: String, timeout: Duration?) async throws(USSDError) -> USSDAnswer {
        try self.ask("answer \(session) \(text)")
    }

    func cancelUSSD(session: String) async throws(USSDError) {
        _ = try self.ask("cancel \(session)")
    }

    func openUSSDSession() async -> (session: USSDSession, awaitsReply: Bool)? { self.state.withLock { $0.open } }

    func show(balance: ModemBalance?) async { self.state.withLock { $0.shown.append(balance) } }
}
