// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Testing

@testable import Messaging

struct ErrorClassTests {
    @Test(
        arguments: [
            2, 22, 38, 41, 42, 47, 126, 192, 194, 208, 211, 300, 301, 302, 310, 311, 313, 314, 320, 322, 330,
            331, 512, 515, 531,
        ])
    func temporary(number: Int) {
        #expect(CMSErrorClass(number) == .temporary)
    }

    @Test(arguments: [
        1, 8, 10, 21, 27, 28, 29, 30, 50, 69, 81, 95, 96, 97, 98, 99, 111, 127, 128, 195, 197, 255, 303, 304, 305, 513,
        514, 529,
    ])
    func final(number: Int) {
        #expect(CMSErrorClass(number) == .final)
    }

    @Test(arguments: [332, 350, 500, 340, 999, -1, .max, .min]) func uncertain(number: Int) {
        #expect(CMSErrorClass(number) == .uncertain)
    }

    @Test func delaysDoubleUpToTheLongest() {
        let policy = RetryPolicy()
        let delays = (1...8).map { policy.delay(attempt: $0, chance: 0.5) }
        #expect(delays == [30, 60, 120, 240, 480, 900, 900, 900].map { .seconds($0) })
        #expect(policy.delay(attempt: .max, chance: 0.5) == .seconds(900))
    }

    @Test func chanceMovesTheDelayWithinItsBounds() {
        let policy = RetryPolicy()
        #expect(policy.delay(attempt: 1, chance: 0) == .seconds(24))
        #expect(policy.delay(attempt: 1, chance: 1) == .seconds(36))
        #expect(policy.delay(attempt: 20, chance: 1) <= policy.bound)
    }

    @Test func lastTryIsNotRetried() {
        let policy = RetryPolicy()
        let error = SubmitError(outcome: .notSent, cmsError: 38, message: "network out of order")
        #expect(policy.decide(error, attempt: 4, chance: 0.5) == .retry(after: .seconds(240)))
        #expect(policy.decide(error, attempt: 5, chance: 0.5) == .failed)
    }

    @Test func unknownOutcomeIsNeverRetried() {
        let error = SubmitError(outcome: .unknown, cmsError: 38, message: "no answer")
        #expect(RetryPolicy().decide(error, attempt: 1, chance: 0.5) == .uncertain)
    }

    @Test func modemThatNeverTookItIsRetried() {
        let error = SubmitError(outcome: .notSent, message: "the port is gone")
        #expect(RetryPolicy().decide(error, attempt: 1, chance: 0.5) == .retry(after: .seconds(30)))
    }
}
