// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import Logging
import Messaging
import ModemSimulator
import Serial
import Testing

/// Messages that lay in the modem before the gateway came, over a real pty.
@Suite(.timeLimit(.minutes(2)))
struct SIMImportTests {
    /// More than a SIM holds: the network keeps the rest until there is room.
    private static let count = 60

    @Test(arguments: SimulatedModemModel.allCases)
    func fullStorageIsImportedOnceOverARestart(model: SimulatedModemModel) async throws {
        let directory = try TemporaryDirectory()
        let thread = try IOThread(name: "test")
        let simulation = try ModemSimulation(
            modems: [SimulatedModemConfiguration(id: "sim", model: model, number: "+33639980001")],
            directory: directory.path + "/sim", ioThread: thread)
        try await simulation.start()
        for number in 0..<Self.count {
            _ = try await simulation.network.deliver(text: "old \(number)", from: "+33639980077", to: "sim")
        }
        let time = WallTime()
        // Ended in the middle: some are stored and deleted, one may be stored and not deleted.
        try await self.run(directory, simulation, thread, time, untilDeleted: 20)
        let texts = try await self.run(directory, simulation, thread, time, untilDeleted: Self.count)
        #expect(texts.count == Self.count)
        #expect(Set(texts) == Set((0..<Self.count).map { "old \($0)" }))
        let left = try await self.run(directory, simulation, thread, time, untilDeleted: Self.count)
        #expect(left.count == Self.count)
        await simulation.stop()
        thread.shutdown()
        await thread.waitUntilStopped()
    }

    /// Runs modem and gateway until so many messages were deleted from the modem altogether.
    ///
    /// - Returns: the texts in the store.
    @discardableResult
    private func run(
        _ directory: TemporaryDirectory, _ simulation: ModemSimulation, _ thread: IOThread, _ time: WallTime,
        untilDeleted count: Int
    ) async throws -> [String] {
        let path = simulation.ports[0].path
        var timing = ModemTiming()
        timing.reopen = .milliseconds(1) ... .milliseconds(5)
        let modem = CellularModem(
            configuration: ModemConfiguration(
                id: "ec25-1", profile: nil, pin: nil, portPath: path, timing: timing,
                openPort: { thread in try TTYPort(path: path, on: thread) }),
            thread: thread, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let gateway = try Gateway(directory, modems: [modem], time: time)
        var texts: [String] = []
        let entries = await simulation.network.observe()
        var deleted = await simulation.network.log().count { $0.kind == .deleted }
        let running = Task { await modem.run() }
        try await gateway.run {
            var iterator = entries.makeAsyncIterator()
            while deleted < count, let entry = await iterator.next() { deleted += entry.kind == .deleted ? 1 : 0 }
            texts = try await gateway.store.messages(limit: 500).items.compactMap(\.text)
        }
        running.cancel()
        await running.value
        return texts
    }
}
