// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Testing

@Suite struct ModemStateMachineTests {
    /// A machine that has come as far as asking for the SIM.
    private func atSIM(hasPIN: Bool = false) -> ModemStateMachine {
        var machine = ModemStateMachine(hasPIN: hasPIN)
        #expect(machine.portOpened() == .probe)
        #expect(machine.identified() == .checkSIM)
        return machine
    }

    private func serving(problems: [String] = []) -> ModemStateMachine {
        var machine = self.atSIM()
        #expect(machine.simReported(.ready, remainingTries: nil) == .setUp)
        #expect(machine.setUpFinished(problems: problems) == .none)
        #expect(machine.registrationReported(.home) == .serve)
        return machine
    }

    @Test func goesFromPluggedToReady() {
        var machine = ModemStateMachine(hasPIN: false)
        #expect(machine.modemState == .plugged)
        _ = machine.portOpened()
        #expect(machine.modemState == .probing)
        _ = machine.identified()
        #expect(machine.modemState == .sim)
        _ = machine.simReported(.ready, remainingTries: nil)
        #expect(machine.modemState == .probing)
        #expect(!machine.isSetUp)
        _ = machine.setUpFinished(problems: [])
        #expect(machine.modemState == .registering)
        #expect(machine.isSetUp)
        _ = machine.registrationReported(.roaming)
        #expect(machine.modemState == .ready)
        #expect(machine.reason == nil)
    }

    @Test func refusedSettingMakesItDegradedAndServing() {
        let machine = self.serving(problems: ["No announcements."])
        #expect(machine.modemState == .degraded)
        #expect(machine.reason == "No announcements.")
        #expect(machine.isServing)
    }

    @Test func pinIsEnteredOnceWithThreeTries() {
        var machine = self.atSIM(hasPIN: true)
        #expect(machine.simReported(.pin, remainingTries: 3) == .enterPIN)
        #expect(machine.simReported(.pin, remainingTries: 3) == .none)
        #expect(machine.reason?.contains("although the configured one was entered") == true)
    }

    @Test(arguments: [nil, 0, 1, 2, 10])
    func pinIsNotEnteredWithoutThreeTries(tries: Int?) {
        var machine = self.atSIM(hasPIN: true)
        #expect(machine.simReported(.pin, remainingTries: tries) == .none)
        #expect(machine.modemState == .sim)
    }

    @Test func pinIsNotEnteredAgainAfterReplug() {
        var machine = self.atSIM(hasPIN: true)
        #expect(machine.simReported(.pin, remainingTries: 3) == .enterPIN)
        #expect(machine.portClosed("gone") == .suspend)
        #expect(machine.portOpened() == .probe)
        #expect(machine.identified() == .checkSIM)
        #expect(machine.simReported(.pin, remainingTries: 3) == .none)
    }

    @Test func pinIsNotEnteredWhenNoneIsConfigured() {
        var machine = self.atSIM()
        #expect(machine.simReported(.pin, remainingTries: 3) == .none)
        #expect(machine.reason?.contains("set `pin`") == true)
    }

    @Test(arguments: [SIMState.absent, .starting, .puk, .locked, .failed, .unknown])
    func waitsForTheSIM(state: SIMState) {
        var machine = self.atSIM(hasPIN: true)
        #expect(machine.simReported(state, remainingTries: nil) == .none)
        #expect(machine.modemState == .sim)
        #expect(machine.reason != nil)
        #expect(machine.simReported(.ready, remainingTries: nil) == .setUp)
    }

    @Test func removedSIMSuspendsService() {
        var machine = self.serving()
        #expect(machine.simReported(.absent, remainingTries: nil) == .suspend)
        #expect(machine.modemState == .sim)
        #expect(!machine.isServing)
        #expect(machine.simReported(.ready, remainingTries: nil) == .setUp)
    }

    @Test func lostNetworkSuspendsAndReturns() {
        var machine = self.serving()
        #expect(machine.registrationReported(.searching) == .suspend)
        #expect(machine.modemState == .registering)
        #expect(machine.isSetUp)
        #expect(machine.registrationReported(.home) == .serve)
    }

    @Test func threeMissedAnswersCloseThePort() {
        var machine = self.serving()
        #expect(machine.unanswered() == .none)
        #expect(machine.unanswered() == .none)
        #expect(machine.unanswered() == .closePort)
        #expect(machine.modemState == .unresponsive)
        #expect(machine.portClosed("closed by us") == .suspend)
        #expect(machine.modemState == .unresponsive)
        #expect(machine.portOpened() == .probe)
    }

    @Test func anAnswerForgivesSilence() {
        var machine = self.serving()
        _ = machine.unanswered()
        _ = machine.unanswered()
        machine.answered()
        #expect(machine.unanswered() == .none)
        #expect(machine.modemState == .ready)
    }

    @Test func silenceWhileProbingIsEnoughOnce() {
        var machine = ModemStateMachine(hasPIN: false)
        _ = machine.portOpened()
        #expect(machine.unanswered() == .closePort)
    }

    @Test func restartIsProbedAnew() {
        var machine = self.serving()
        #expect(machine.restarted() == .probe)
        #expect(machine.modemState == .probing)
        #expect(!machine.isServing)
        #expect(machine.identified() == .checkSIM)
    }

    @Test func unplugIsTold() {
        var machine = self.serving()
        #expect(machine.portClosed("It was unplugged.") == .suspend)
        #expect(machine.modemState == .gone)
        #expect(machine.reason == "It was unplugged.")
        #expect(machine.registrationReported(.home) == .none)
        #expect(machine.simReported(.ready, remainingTries: nil) == .none)
        #expect(machine.setUpFinished(problems: []) == .none)
        #expect(machine.identified() == .none)
        #expect(machine.restarted() == .none)
    }

    @Test func brokenOffStepIsTakenUpAgain() {
        var machine = ModemStateMachine(hasPIN: false)
        #expect(machine.unfinished == .none)
        _ = machine.portOpened()
        #expect(machine.unfinished == .probe)
        _ = machine.identified()
        #expect(machine.unfinished == .checkSIM)
        _ = machine.simReported(.ready, remainingTries: nil)
        #expect(machine.unfinished == .setUp)
    }
}
