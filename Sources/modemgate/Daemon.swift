// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayAPI
import GatewayStore
import Logging
import Messaging
import ModemSimulator
import ModemgateConfiguration
import Serial
import ServiceLifecycle
import UnixSignals
import Webhooks

/// The gateway in its boot order, on one page. Shutdown runs it backwards: the API takes nothing new, messages under
/// way are finished, the modems let go of their ports.
struct Daemon {
    let configuration: GatewayConfiguration
    let simulates: Bool
    /// 1, or how many times faster the modems' deadlines pass.
    let commandSpeed: Int
    let logger: Logger
    let onListening: @Sendable (ListeningAddresses, SimulationService?) async -> Void

    func run() async throws {
        let directory = self.configuration.dataDirectory
        try self.checkSocketPath()
        try StateDirectory.prepare(directory)
        let store = try GatewayStore(path: self.configuration.databasePath)
        let thread = try IOThread(name: "modems")
        let simulation = self.simulates ? try SimulationService(directory: directory + "/sim", thread: thread) : nil
        try await simulation?.start()
        let fleet = ModemFleet(members: try self.modems(simulation, thread: thread))
        let messaging = Messaging(
            store: store, modems: fleet.members,
            configuration: MessagingConfiguration(self.configuration),
            logger: self.logger, ownNumber: fleet.ownNumber, sim: fleet.sim)
        let webhooks = WebhookDeliveries(
            store: store, configuration: WebhooksConfiguration(self.configuration.webhooks), version: Version.current,
            logger: self.logger, render: WebhookBody.render)
        let onListening = self.onListening
        let server = GatewayServer(
            configuration: GatewayAPIConfiguration(self.configuration), modems: fleet, messaging: messaging,
            store: store,
            version: Version.current, logger: self.logger, webhooks: webhooks,
            onListening: { await onListening($0, simulation) })
        let services: [any Service] =
            [simulation].compactMap { $0 } + [
                ModemSessions(fleet: fleet), ModemWatch(fleet: fleet, hub: server.events),
                BalanceWatch(modems: fleet.members, directory: fleet, store: store, logger: self.logger), messaging,
                webhooks,
                server,
            ]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: self.logger))
        do {
            try await group.run()
        } catch {
            await Self.end(thread, store)
            throw error
        }
        await Self.end(thread, store)
    }

    /// `sockaddr_un.sun_path` holds 108 bytes with the zero behind them, unix(7).
    private func checkSocketPath() throws(CommandFailure) {
        let length = self.configuration.socketPath.utf8.count
        guard length > 107 else { return }
        throw CommandFailure(
            .configuration,
            "The path of the data directory is \(length - 107) bytes too long for the Unix socket in it "
                + "(\(self.configuration.socketPath), at most 107): set data_dir to a shorter one.")
    }

    private static func end(_ thread: IOThread, _ store: GatewayStore) async {
        thread.shutdown()
        await thread.waitUntilStopped()
        try? store.close()
    }

    private func modems(_ simulation: SimulationService?, thread: IOThread) throws(CommandFailure) -> [CellularModem] {
        let simulated = (simulation?.modems ?? []).map { modem in
            GatewayConfiguration.Modem(id: modem.id, model: modem.model, tty: modem.tty)
        }
        if let taken = self.configuration.modems.first(where: { modem in simulated.contains { $0.id == modem.id } }) {
            throw CommandFailure(
                .configuration,
                "A simulated modem is called \(taken.id) too: give yours another `id`, or leave --simulate out.")
        }
        let clock: any Clock<Duration> =
            self.commandSpeed == 1 ? ContinuousClock() : AcceleratedClock(speed: self.commandSpeed)
        var modems: [CellularModem] = []
        for modem in simulated + self.configuration.modems {
            do throws(BalanceQueryError) {
                let configuration = try ModemConfiguration(modem, ussdTimeout: self.configuration.ussd.timeout)
                modems.append(
                    CellularModem(configuration: configuration, thread: thread, clock: clock, logger: self.logger))
            } catch {
                throw CommandFailure(
                    .configuration, "balance.\(error.field.rawValue) of the modem \(modem.id): \(error.message)")
            }
        }
        return modems
    }
}

/// The simulated modems of `serve --simulate`.
struct SimulationService: Service {
    private let simulation: ModemSimulation

    /// The two modems of a newcomer's first try.
    static let demonstration = [
        SimulatedModemConfiguration(id: "ec25-1", model: .ec25, number: "+33639980001"),
        SimulatedModemConfiguration(id: "sim7600-1", model: .sim7600, number: "+33639980002"),
    ]

    init(directory: String, thread: IOThread) throws {
        self.simulation = try ModemSimulation(modems: Self.demonstration, directory: directory, ioThread: thread)
    }

    var modems: [(id: String, model: String, number: String, tty: String)] {
        zip(Self.demonstration, self.simulation.ports).map { modem, port in
            (modem.id, modem.model.rawValue, modem.number, port.path)
        }
    }

    func start() async throws {
        try await self.simulation.start()
    }

    func run() async throws {
        try? await gracefulShutdown()
        await self.simulation.stop()
    }
}
