// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Serial

/// A simulated modem with its tty: carries out what its state machine decides. Confined to its ``SimulatedNetwork``.
final class SimulatedModem {
    var machine: SimulatedModemStateMachine
    /// `<directory>/<id>.tty`.
    let link: String
    var port: PseudoTerminal?
    /// Counts plugs: events of an earlier tty are none of this one.
    var generation = 0
    var timers: [ModemTimer: RunningTimer] = [:]

    struct RunningTimer {
        var token: Int
        var task: Task<Void, Never>
    }

    init(_ configuration: SimulatedModemConfiguration, link: String) {
        self.machine = SimulatedModemStateMachine(configuration)
        self.link = link
    }

    func cancelTimers() {
        for timer in self.timers.values { timer.task.cancel() }
        self.timers = [:]
    }
}

/// Brings what a tty says to the network, on the thread it arrives on.
final class SimulatedModemReceiver: BytePortReceiver {
    private let network: SimulatedNetwork
    private let modem: String
    private let generation: Int

    init(network: SimulatedNetwork, modem: String, generation: Int) {
        self.network = network
        self.modem = modem
        self.generation = generation
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        let copy = Array(bytes)
        self.network.assumeIsolated { $0.received(copy, modem: self.modem, generation: self.generation) }
    }

    func closed(_ reason: PortClosure) {
        self.network.assumeIsolated { $0.portClosed(modem: self.modem, generation: self.generation) }
    }
}
