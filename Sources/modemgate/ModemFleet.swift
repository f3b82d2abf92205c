// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import GatewayAPI
import ServiceLifecycle

/// The gateway's modems, in the order of the configuration: run, asked and watched.
struct ModemFleet: ModemDirectory {
    let members: [CellularModem]

    func modems() async -> [ModemStatus] {
        self.members.map(\.latestStatus)
    }

    func modem(id: String) async -> ModemStatus? {
        self.members.first { $0.id == id }?.latestStatus
    }

    /// The SIM's own number, when the modem has told it.
    func ownNumber(of id: String) -> String? {
        self.members.first { $0.id == id }?.latestStatus.sim.number
    }

    /// The SIM's ICCID, when the modem has told it.
    func sim(of id: String) -> String? {
        self.members.first { $0.id == id }?.latestStatus.sim.iccid
    }

    func ussdModem(id: String) async -> (any USSDModem)? {
        self.members.first { $0.id == id }
    }

    func console(id: String, command: String, confirmed: Bool, who: String) async throws -> ATResponse {
        guard let modem = self.members.first(where: { $0.id == id }) else {
            throw ConsoleError(.portClosed, "There is no modem \(id): `modemgate modems` lists them.")
        }
        return try await modem.console(command, confirmed: confirmed)
    }
}

/// Keeps every modem's session up until the daemon stops.
struct ModemSessions: Service {
    let fleet: ModemFleet

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for modem in self.fleet.members { group.addTask { await modem.run() } }
            }
        }
    }
}

/// Brings what changes about the modems to the journal and the clients.
struct ModemWatch: Service {
    let fleet: ModemFleet
    let hub: EventHub

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for modem in self.fleet.members {
                    group.addTask {
                        for await status in modem.statusChanges { await self.hub.modemChanged(status) }
                    }
                    group.addTask {
                        for await event in modem.ussdEvents { await self.hub.ussdReceived(event, modem: modem.id) }
                    }
                }
            }
        }
    }
}
