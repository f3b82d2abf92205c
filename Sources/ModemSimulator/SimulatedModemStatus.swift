// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One simulated modem as `sim status` shows it.
package struct SimulatedModemStatus: Sendable, Equatable, Codable {
    package var id: String
    package var model: SimulatedModemModel
    package var number: String
    package var imei: String
    /// The link other programs open.
    package var tty: String
    package var isPlugged: Bool
    package var isRegistered: Bool
    /// `<code>` of `+CPIN`, or `absent`.
    package var sim: String
    /// Slots in use per memory.
    package var stored: [String: Int]
    /// Messages and reports the network holds for it.
    package var waiting: Int
    /// `AT+CNMA` failed; nothing is delivered until `AT+CNMI` is set again.
    package var isSilenced: Bool
    package var faults: [SimulatedFault]

    init(_ modem: SimulatedModem, waiting: Int) {
        let machine = modem.machine
        self.id = machine.configuration.id
        self.model = machine.model
        self.number = machine.configuration.number
        self.imei = machine.configuration.imei
        self.tty = modem.link
        self.isPlugged = modem.port != nil
        self.isRegistered = machine.power == .on && machine.isRegistered
        self.sim = machine.faults.has(.simRemoved) ? "absent" : machine.pinCode
        self.stored = [:]
        for name in MemoryName.allCases { self.stored[name.rawValue] = machine.service.memory(name).used }
        self.waiting = waiting
        self.isSilenced = machine.service.isSilenced
        self.faults = machine.faults.faults
    }
}

/// What a simulation cannot do.
package struct SimulationError: Error, Sendable, Equatable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        let name: String
        package static let unknownModem = Code(name: "unknownModem")
        /// A value of the request or configuration makes no sense.
        package static let badRequest = Code(name: "badRequest")
        /// The control socket cannot be made or reached.
        package static let socket = Code(name: "socket")
    }

    package let code: Code
    /// What is wrong and what to do.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
