// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import Logging
import ModemSimulator
import Serial

/// A `CellularModem` on the pty of a simulated one, for the time of a test.
struct SimulatedSession {
    let modem: CellularModem
    let simulation: ModemSimulation
    var network: SimulatedNetwork { self.simulation.network }
    /// Number of the simulated SIM.
    static let number = "+33639980001"

    /// Runs `body` beside the modem's session; both end with it.
    static func run<T: Sendable>(
        _ model: SimulatedModemModel, pin: String? = nil, simPIN: String? = nil, poll: Duration = .seconds(3600),
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: @escaping @Sendable (SimulatedSession) async throws -> T
    ) async throws -> T {
        let directory = FileManager.default.temporaryDirectory.appending(path: "modemgate-\(UUID().uuidString)").path
        let thread = try IOThread(name: "test")
        let simulation = try ModemSimulation(
            modems: [
                SimulatedModemConfiguration(id: "sim", model: model, number: Self.number, pin: simPIN)
            ], directory: directory, ioThread: thread)
        try await simulation.start()
        let path = simulation.ports[0].path
        var timing = ModemTiming()
        timing.reopen = .milliseconds(1) ... .milliseconds(5)
        timing.poll = poll
        timing.impatientPoll = .milliseconds(20)
        let modem = CellularModem(
            configuration: ModemConfiguration(
                id: "m1", profile: nil, pin: pin, portPath: path, timing: timing,
                openPort: { thread in try TTYPort(path: path, on: thread) }),
            thread: thread, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let session = Self(modem: modem, simulation: simulation)
        let running = Task { await modem.run() }
        let result = await Result { try await body(session) }
        running.cancel()
        await running.value
        await simulation.stop()
        thread.shutdown()
        await thread.waitUntilStopped()
        try? FileManager.default.removeItem(atPath: directory)
        return try result.get()
    }

    /// Returns the first status that fits. One waiter at a time.
    func status(where fits: (ModemStatus) -> Bool) async -> ModemStatus {
        let now = await self.modem.status
        if fits(now) { return now }
        for await status in self.modem.statusChanges where fits(status) { return status }
        return await self.modem.status
    }

    func incoming() async -> IncomingPDU? {
        for await pdu in self.modem.incoming { return pdu }
        return nil
    }
}

extension SimulatedSession {
    /// Asks the network as a client does.
    func ussd(_ code: String) async throws -> USSDAnswer {
        try await self.modem.openUSSD(code: code, who: "local")
    }

    /// The first event of USSD from now on. One waiter at a time.
    func ussdEvent() async -> USSDEvent? {
        for await event in self.modem.ussdEvents { return event }
        return nil
    }

    /// Returns when the network has heard this code or reply.
    func heard(ussd text: String) async {
        let entries = await self.network.observe()
        if await self.network.log().contains(where: { $0.kind == .ussd && $0.text == text }) { return }
        for await entry in entries where entry.kind == .ussd && entry.text == text { return }
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
