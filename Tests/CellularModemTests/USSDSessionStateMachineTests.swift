// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import Testing

@Suite struct USSDSessionStateMachineTests {
    private static let at = Date(timeIntervalSince1970: 1_795_266_000)
    private static let mine = USSDSession(id: "mine", initiator: .client, who: "alice", startedAt: at)
    private static let theirs = USSDSession(id: "theirs", initiator: .network, who: nil, startedAt: at)
    private static let text = USSDText(text: "Hello", encoding: .gsm7)

    private static func report(_ status: USSDReport.Status) -> USSDReport {
        USSDReport(status: status, string: nil, dataCoding: 15)
    }

    private func receive(
        _ machine: inout USSDSessionStateMachine, _ status: USSDReport.Status, _ text: USSDText? = Self.text
    ) -> [USSDSessionStateMachine.Action] {
        machine.received(Self.report(status), text: text, orBegin: Self.theirs)
    }

    private static let answered = USSDAnswer(session: "mine", state: .done, text: text, dataCoding: 15)

    private static func told(_ session: USSDSession?, _ state: USSDState, _ text: USSDText? = Self.text)
        -> USSDSessionStateMachine.Action
    {
        let coding = state == .ended && text == nil ? nil : 15
        return .publish(USSDEvent(session: session, state: state, text: text, dataCoding: coding))
    }

    private static let statuses: [USSDReport.Status] = [
        .noFurtherAction, .terminatedByNetwork, .otherClientResponded, .notSupported, .networkTimedOut, .unknown(7),
    ]

    @Test func answerEndsTheSessionAndIsTold() throws {
        var machine = USSDSessionStateMachine()
        let exchange = try machine.begin(Self.mine)
        #expect(machine.isAsking(exchange))
        #expect(
            self.receive(&machine, .noFurtherAction)
                == [.answer(exchange, Self.answered), Self.told(Self.mine, .done), .tidyUp(Self.mine)])
        #expect(machine.isEnding)
        machine.tidied(Self.mine)
        #expect(!machine.isEnding)
        _ = try machine.begin(Self.mine)
    }

    @Test(arguments: [
        (USSDReport.Status.otherClientResponded, USSDError.Code.endedByNetwork), (.notSupported, .notSupported),
        (.networkTimedOut, .networkTimedOut), (.terminatedByNetwork, .endedByNetwork), (.unknown(7), .endedByNetwork),
    ])
    func endWithoutATextIsAnError(status: USSDReport.Status, code: USSDError.Code) throws {
        var machine = USSDSessionStateMachine()
        let exchange = try machine.begin(Self.mine)
        let actions = self.receive(&machine, status, nil)
        guard case .fail(exchange, let error)? = actions.first else { throw Unexpected() }
        #expect(error.code == code)
        #expect(actions.last == .tidyUp(Self.mine))
    }

    @Test func textWithTheNetworksReleaseIsTheAnswer() throws {
        var machine = USSDSessionStateMachine()
        let exchange = try machine.begin(Self.mine)
        #expect(self.receive(&machine, .terminatedByNetwork).first == .answer(exchange, Self.answered))
    }

    @Test(arguments: statuses) func whatComesUnaskedBelongsToNoSession(status: USSDReport.Status) {
        var machine = USSDSessionStateMachine()
        #expect(self.receive(&machine, status) == [Self.told(nil, .done)])
        // The end of something that has ended already.
        #expect(self.receive(&machine, status, nil) == [])
        #expect(machine.open == nil)
    }

    @Test func questionOfTheNetworkOpensASession() throws {
        var machine = USSDSessionStateMachine()
        let actions = self.receive(&machine, .furtherActionRequired)
        #expect(actions.last == Self.told(Self.theirs, .awaitingReply))
        #expect(machine.open?.awaitsReply == true)
        let busy = #expect(throws: USSDError.self) { _ = try machine.begin(Self.mine) }
        #expect(busy?.session == Self.theirs)
        let exchange = try machine.reply(in: "theirs")
        #expect(machine.isAsking(exchange))
    }

    @Test(arguments: statuses) func endWhileAReplyIsAwaited(status: USSDReport.Status) throws {
        var machine = USSDSessionStateMachine()
        _ = try machine.begin(Self.mine)
        _ = self.receive(&machine, .furtherActionRequired)
        #expect(
            self.receive(&machine, status, nil) == [
                .publish(USSDEvent(session: Self.mine, state: .ended, text: nil, dataCoding: 15)), .tidyUp(Self.mine),
            ])
        #expect(throws: USSDError.self) { _ = try machine.reply(in: "mine") }
    }

    @Test func lateWordOfACancelledSessionAnswersNobody() throws {
        var machine = USSDSessionStateMachine()
        let exchange = try machine.begin(Self.mine)
        let actions = machine.deadlineReached(exchange)
        #expect(actions.last == .cancelAtModem(Self.mine))
        #expect(throws: USSDError.self) { _ = try machine.begin(Self.theirs) }
        #expect(self.receive(&machine, .noFurtherAction) == [Self.told(Self.mine, .done)])
        #expect(self.receive(&machine, .terminatedByNetwork, nil) == [])
        machine.tidied(Self.mine)
        let next = try machine.begin(Self.theirs)
        #expect(next != exchange)
    }

    @Test func resultsAndDeadlinesOfAnEarlierExchangeMeanNothing() throws {
        var machine = USSDSessionStateMachine()
        let first = try machine.begin(Self.mine)
        _ = self.receive(&machine, .furtherActionRequired)
        let second = try machine.reply(in: "mine")
        #expect(machine.commandFailed(first, USSDError(.refused, "No.")) == [])
        #expect(machine.deadlineReached(first) == [])
        #expect(
            machine.commandFailed(second, USSDError(.refused, "No."))
                == [.fail(second, USSDError(.refused, "No.")), .cancelAtModem(Self.mine)])
        #expect(machine.deadlineReached(second) == [])
    }

    @Test(arguments: ["other", ""]) func strangersCannotReplyOrCancel(id: String) throws {
        var machine = USSDSessionStateMachine()
        #expect(throws: USSDError.self) { _ = try machine.reply(in: id) }
        #expect(throws: USSDError.self) { _ = try machine.cancel(id) }
        _ = try machine.begin(Self.mine)
        _ = self.receive(&machine, .furtherActionRequired)
        #expect(throws: USSDError.self) { _ = try machine.reply(in: id) }
        #expect(throws: USSDError.self) { _ = try machine.cancel(id) }
        #expect(machine.open?.session == Self.mine)
    }

    @Test func lossOfThePortEndsEveryState() throws {
        var machine = USSDSessionStateMachine()
        #expect(machine.lost("Gone.") == [])
        let exchange = try machine.begin(Self.mine)
        #expect(machine.lost("Gone.") == [.fail(exchange, USSDError(.portClosed, "Gone."))])
        _ = try machine.begin(Self.mine)
        _ = self.receive(&machine, .furtherActionRequired)
        #expect(machine.lost("Gone.") == [.publish(USSDEvent(session: Self.mine, state: .ended, text: nil))])
        _ = try machine.begin(Self.mine)
        _ = try machine.cancel("mine")
        #expect(machine.lost("Gone.") == [])
        let next = try machine.begin(Self.theirs)
        // The end of the tidying up that the loss has overtaken.
        machine.tidied(Self.mine)
        #expect(machine.isAsking(next))
    }
}

private struct Unexpected: Error {}
