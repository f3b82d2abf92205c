// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayAPI
import Testing

@Suite struct ModemChangeFilterTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func status(
        rssi: Int?, state: ModemState = .ready, registration: Registration = .home
    ) -> ModemStatus {
        var status = ModemStatus(id: "ec25-1", state: state, since: Self.start)
        status.network.registration = registration
        status.signal.rssi = rssi
        return status
    }

    private static func seconds(_ seconds: TimeInterval) -> Date { Self.start.addingTimeInterval(seconds) }

    private typealias Decision = ModemChangeFilter.Decision

    @Test func firstStatusIsAState() {
        var filter = ModemChangeFilter()
        #expect(filter.changed(Self.status(rssi: -80), at: Self.start) == Decision(state: true))
        #expect(filter.changed(Self.status(rssi: -80), at: Self.start) == Decision())
    }

    @Test func stateGoesOutAtOnceHoweverOften() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -80, state: .degraded), at: Self.start) == Decision(state: true))
        #expect(
            filter.changed(Self.status(rssi: -80, state: .degraded, registration: .roaming), at: Self.start)
                == Decision(state: true))
    }

    @Test func smallMoveWaitsForItsTurn() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -82), at: Self.seconds(1)) == Decision(again: 4))
        #expect(filter.changed(Self.status(rssi: -83), at: Self.seconds(2)) == Decision())
        #expect(filter.held(at: Self.seconds(5)) == Decision(signal: true))
        #expect(filter.held(at: Self.seconds(6)) == Decision())
        #expect(filter.changed(Self.status(rssi: -81), at: Self.seconds(11)) == Decision(signal: true))
    }

    @Test func largeMoveGoesOutAtOnce() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -85), at: Self.seconds(1)) == Decision(signal: true))
        #expect(filter.changed(Self.status(rssi: nil), at: Self.seconds(1)) == Decision(signal: true))
    }

    @Test func moveThatIsUndoneIsNotTold() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -82), at: Self.seconds(1)) == Decision(again: 4))
        #expect(filter.changed(Self.status(rssi: -80), at: Self.seconds(2)) == Decision())
        #expect(filter.held(at: Self.seconds(5)) == Decision())
    }

    @Test func eventMeanwhilePutsTheHeldOneOff() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -82), at: Self.seconds(1)) == Decision(again: 4))
        #expect(filter.changed(Self.status(rssi: -90), at: Self.seconds(3)) == Decision(signal: true))
        #expect(filter.changed(Self.status(rssi: -91), at: Self.seconds(4)) == Decision())
        #expect(filter.held(at: Self.seconds(5)) == Decision(again: 3))
        #expect(filter.held(at: Self.seconds(8)) == Decision(signal: true))
    }

    @Test func clockSetBackDoesNotSilence() {
        var filter = ModemChangeFilter()
        _ = filter.changed(Self.status(rssi: -80), at: Self.start)
        #expect(filter.changed(Self.status(rssi: -81), at: Self.seconds(-3600)) == Decision(signal: true))
    }
}
