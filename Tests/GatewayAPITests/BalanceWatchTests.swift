// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayAPI
import GatewayStore
import Logging
import PosixMutex
import Testing

@Suite struct BalanceWatchTests {
    private static let start = Date(timeIntervalSince1970: 1_767_225_600)

    /// A store of its own, a modem in service, and time that a test moves.
    private final class Bench: Sendable {
        let modems = FakeModems()
        let now = Mutex(BalanceWatchTests.start)
        let directory: String
        let store: GatewayStore
        let query: BalanceQuery
        var modem: FakeUSSDModem { self.modems.ussd }

        init(steps: [String] = []) throws {
            self.directory = try TestGateway.makeDirectory()
            self.store = try GatewayStore(path: self.directory + "/modemgate.db")
            self.query = try BalanceQuery(code: "*100#", steps: steps, every: .seconds(7200), pattern: "is ([0-9,]+)")
            self.insert(sim: "8933150319070000018")
        }

        deinit {
            try? self.store.close()
            try? FileManager.default.removeItem(atPath: self.directory)
        }

        func insert(sim: String?, state: ModemState = .ready) {
            var status = ModemStatus(id: "ec25-1", state: state, since: BalanceWatchTests.start)
            status.sim.iccid = sim
            self.modems.set([status])
        }

        func pass(_ seconds: TimeInterval) { self.now.withLock { $0 += seconds } }

        /// Another watch each time, as after a restart: all it knows is in the store.
        func turn() async throws -> TimeInterval {
            let watch = BalanceWatch(
                modems: [self.modem], directory: self.modems, store: self.store,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { self.now.withLock { $0 } })
            return try await watch.turn(self.modem, self.query)
        }
    }

    @Test func isAskedOnScheduleAndNotAgainByARestart() async throws {
        let bench = try Bench()
        _ = try await bench.turn()
        #expect(bench.modem.requests == ["open *100# balance schedule"])
        #expect(bench.modem.shown.last??.amount == "24,84")
        bench.pass(7100)
        #expect(try await bench.turn() == 100)
        #expect(bench.modem.requests.count == 1)
        bench.pass(100)
        _ = try await bench.turn()
        #expect(bench.modem.requests.count == 2)
    }

    @Test func failureIsKeptAndTriedAgainInAnHour() async throws {
        let bench = try Bench()
        _ = try await bench.turn()
        bench.pass(7200)
        bench.modem.set(.failure(USSDError(.timedOut, "No answer.")))
        _ = try await bench.turn()
        let record = try #require(try await bench.store.balance(modem: "ec25-1"))
        #expect(record.problem == "No answer.")
        #expect(record.amount?.amount == "24,84")
        #expect(bench.modem.shown.last??.amount == "24,84")
        bench.pass(3599)
        _ = try await bench.turn()
        #expect(bench.modem.requests.count == 2)
        bench.pass(1)
        _ = try await bench.turn()
        #expect(bench.modem.requests.count == 3)
    }

    @Test func answerThatDoesNotFitSaysSo() async throws {
        let bench = try Bench()
        bench.modem.set(.success(FakeUSSDModem.answer("Sorry.")))
        _ = try await bench.turn()
        let record = try #require(try await bench.store.balance(modem: "ec25-1"))
        #expect(record.problem == "The network's answer does not fit the pattern: Sorry.")
        #expect(record.amount == nil)
    }

    @Test func stepsLeadToTheBalanceAndAMenuIsClosed() async throws {
        let bench = try Bench(steps: ["2", "1"])
        bench.modem.set(.success(FakeUSSDModem.answer("It is 5,00. 0 back", .awaitingReply)))
        _ = try await bench.turn()
        #expect(bench.modem.requests == ["open *100# balance schedule", "answer s1 2", "answer s1 1", "cancel s1"])
        #expect(bench.modem.shown.last??.amount == "5,00")
    }

    @Test func openSessionIsNotDisturbed() async throws {
        let bench = try Bench()
        bench.modem.set(open: USSDSession(id: "s2", initiator: .client, who: "alice", startedAt: Self.start))
        #expect(try await bench.turn() == 30)
        #expect(bench.modem.requests.isEmpty)
        bench.modem.set(open: nil)
        // Somebody was faster: it counts as not asked.
        bench.modem.set(.failure(USSDError(.busy, "Open.")))
        _ = try await bench.turn()
        bench.modem.set(.success(FakeUSSDModem.answer("It is 7,00.")))
        bench.pass(30)
        _ = try await bench.turn()
        #expect(bench.modem.shown.last??.amount == "7,00")
    }

    @Test func modemOutOfServiceIsNotAsked() async throws {
        let bench = try Bench()
        bench.insert(sim: nil, state: .registering)
        #expect(try await bench.turn() == 30)
        bench.modems.set([])
        #expect(try await bench.turn() == 30)
        #expect(bench.modem.requests.isEmpty)
        #expect(bench.modem.shown.isEmpty)
    }

    @Test func anotherSIMHasAnotherBalance() async throws {
        let bench = try Bench()
        _ = try await bench.turn()
        bench.insert(sim: "8933150319070000026")
        bench.modem.set(.failure(USSDError(.notSupported, "No.")))
        _ = try await bench.turn()
        #expect(bench.modem.requests.count == 2)
        #expect(bench.modem.shown.last == .some(nil))
        #expect(try await bench.store.balance(modem: "ec25-1")?.amount == nil)
    }

    @Test func clockThatWasAheadDoesNotStopTheSchedule() async throws {
        let bench = try Bench()
        bench.pass(1_000_000)
        _ = try await bench.turn()
        bench.pass(-1_000_000)
        _ = try await bench.turn()
        #expect(bench.modem.requests.count == 2)
    }

    @Test func killedGatewayDoesNotAskAgainAtOnce() async throws {
        let bench = try Bench()
        var record = BalanceRecord(modem: "ec25-1", code: "*100#", sim: "8933150319070000018", askedAt: Self.start)
        record.problem = "The gateway stopped before the network had answered."
        try await bench.store.keep(record)
        bench.pass(60)
        #expect(try await bench.turn() == 600)
        #expect(bench.modem.requests.isEmpty)
    }
}
