// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import ModemSimulator
internal import Serial

/// `modemgate sim run`: modems that outlive the daemon.
struct SimRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs simulated modems until Ctrl-C and prints their ttys.")

    @Option(help: "Directory for the links to the ttys and for sim.sock; it is made when missing.")
    var dir: String

    @Option(
        name: .customLong("modem"),
        help: "A modem as MODEL:NUMBER or ID=MODEL:NUMBER, such as ec25:+33639980001. May be repeated.")
    var modems: [SimModemArgument] = []

    @Flag(help: "Delays as on the air: 3 s a message, 75 s for AT+COPS=?.")
    var realistic = false

    @Option(help: "Milliseconds from plug to RDY.")
    var bootDelay: Int = 0

    @Option(help: "Milliseconds a +CMT or +CDS waits for AT+CNMA.")
    var acknowledgementTimeout: Int = 15_000

    @Option(help: "PIN the SIMs ask for.")
    var pin: String?

    @Flag(help: "Print the ttys as one line of JSON.")
    var json = false

    func run() async throws {
        let thread = try IOThread(name: "sim")
        let simulation = try ModemSimulation(
            modems: self.configurations(), directory: self.dir, ioThread: thread)
        try await simulation.start()
        try self.announce(simulation)
        await SimRunCommand.untilInterrupted()
        await simulation.stop()
        thread.shutdown()
        await thread.waitUntilStopped()
    }

    private func configurations() -> [SimulatedModemConfiguration] {
        let wanted =
            self.modems.isEmpty
            ? [
                SimModemArgument(id: nil, model: .ec25, number: "+33639980001"),
                SimModemArgument(id: nil, model: .sim7600, number: "+33639980002"),
            ] : self.modems
        var counts: [SimulatedModemModel: Int] = [:]
        return wanted.map { argument in
            counts[argument.model, default: 0] += 1
            let id = argument.id ?? "\(argument.model.rawValue)-\(counts[argument.model] ?? 1)"
            var modem = SimulatedModemConfiguration(
                id: id, model: argument.model, number: argument.number, pin: self.pin)
            modem.bootDelay = .milliseconds(max(0, self.bootDelay))
            modem.acknowledgementTimeout = .milliseconds(max(1, self.acknowledgementTimeout))
            modem.isRealistic = self.realistic
            return modem
        }
    }

    /// Flushed at once, as a test waits for it at the other end of a pipe.
    private func announce(_ simulation: ModemSimulation) throws {
        if self.json {
            try SimOutput.print(simulation.ports)
        } else {
            for port in simulation.ports { print("\(port.id)  \(port.path)") }
            print("control: \(simulation.socketPath)")
        }
        fflush(nil)
    }

    /// Returns at SIGINT or SIGTERM.
    private static func untilInterrupted() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}

/// `ID=MODEL:NUMBER`, the id may be left out.
struct SimModemArgument: ExpressibleByArgument, Sendable {
    var id: String?
    var model: SimulatedModemModel
    var number: String

    init(id: String?, model: SimulatedModemModel, number: String) {
        self.id = id
        self.model = model
        self.number = number
    }

    init?(argument: String) {
        var rest = argument[...]
        if let sign = rest.firstIndex(of: "=") {
            self.id = String(rest[..<sign])
            rest = rest[rest.index(after: sign)...]
        }
        guard let colon = rest.firstIndex(of: ":"),
            let model = SimulatedModemModel(rawValue: rest[..<colon].lowercased())
        else { return nil }
        self.model = model
        self.number = String(rest[rest.index(after: colon)...])
    }
}

enum SimOutput {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Sends a request that has nothing to show but that it was done.
    static func confirm(_ options: SimClientOptions, _ request: SimulationRequest) throws {
        _ = try options.connect().send(request)
        Swift.print(options.json ? "{\"ok\":true}" : "done")
    }
}
