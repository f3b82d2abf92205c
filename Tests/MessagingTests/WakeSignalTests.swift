// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import TestSupport
import Testing

@testable import Messaging

@Suite(.timeLimit(.minutes(1)))
struct WakeSignalTests {
    @Test func signalBeforeTheWaitIsKeptOnce() async {
        let signal = WakeSignal()
        let clock = TestClock()
        signal.signal()
        signal.signal()
        await signal.wait()
        async let second: Void = signal.wait(for: .seconds(1), clock: clock)
        await clock.waitForSleepers(count: 1)
        clock.advance(by: .seconds(1))
        await second
    }

    @Test func cancelledWaitReturnsAndKeepsLaterSignals() async {
        let signal = WakeSignal()
        let waiting = Task { await signal.wait() }
        waiting.cancel()
        await waiting.value
        signal.signal()
        await signal.wait()
    }

    @Test func timeEndsTheWait() async {
        let signal = WakeSignal()
        let clock = TestClock()
        async let wait: Void = signal.wait(for: .seconds(5), clock: clock)
        await clock.waitForSleepers(count: 1)
        clock.advance(by: .seconds(5))
        await wait
        signal.signal()
        await signal.wait()
    }
}
