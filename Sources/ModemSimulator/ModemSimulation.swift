// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc
package import Serial

/// Simulated modems on pseudo-terminals, joined by a simulated network, with a socket to drive them.
///
/// `modemgate serve --simulate` and tests run it in their own process, `modemgate sim run` as a process of its own.
/// Answers come at once unless a configuration asks for delays.
package final class ModemSimulation: Sendable {
    package struct Port: Sendable, Equatable, Codable {
        package var id: String
        /// The link to open, `<directory>/<id>.tty`; it stays the same over unplug and replug.
        package var path: String
    }

    /// Modems, messages, faults and the log.
    package let network: SimulatedNetwork
    package let ports: [Port]
    /// `<directory>/sim.sock`.
    package let socketPath: String
    private let modems: [SimulatedModemConfiguration]
    private let directory: String
    private let control: ControlSocket

    /// Nothing exists before ``start()``.
    ///
    /// - Parameters:
    ///   - directory: made with mode 0700 when it does not exist.
    ///   - clock: time of delays and time-outs.
    ///   - now: seconds since 1970 in UTC, for time stamps of messages and the modems' clocks.
    /// - Throws: ``SimulationError`` when an id or number cannot be used or comes twice.
    package init(
        modems: [SimulatedModemConfiguration], directory: String, ioThread: IOThread,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Int64 = ModemSimulation.systemTime
    ) throws(SimulationError) {
        try Self.check(modems)
        let network = SimulatedNetwork(
            modems: modems, directory: directory, ioThread: ioThread, clock: clock, now: now)
        self.network = network
        self.modems = modems
        self.directory = directory
        self.ports = modems.map { Port(id: $0.id, path: "\(directory)/\($0.id).tty") }
        self.socketPath = "\(directory)/sim.sock"
        self.control = ControlSocket(path: self.socketPath) { request in await network.answer(request) }
    }

    /// Plugs the modems in, without banners, and opens the socket.
    package func start() async throws {
        guard mkdir(self.directory, 0o700) == 0 || errno == EEXIST else {
            let reason = String(cString: strerror(errno))
            throw SimulationError(code: .socket, message: "\(self.directory) cannot be made: \(reason).")
        }
        // The socket first: it shows whether another simulation runs in this directory.
        try self.control.start()
        do {
            for modem in self.modems { try await self.network.plug(modem.id, showsBanners: false) }
        } catch {
            await self.stop()
            throw error
        }
    }

    /// Hangs up every tty and removes links and socket.
    package func stop() async {
        self.control.stop()
        await self.network.stop()
    }

    /// Seconds since 1970 by the system's clock.
    package static func systemTime() -> Int64 {
        Int64(time(nil))
    }

    private static func check(_ modems: [SimulatedModemConfiguration]) throws(SimulationError) {
        guard !modems.isEmpty else { throw SimulationError(code: .badRequest, message: "Name at least one modem.") }
        for (index, modem) in modems.enumerated() {
            let isName = modem.id.utf8.allSatisfy {
                ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
            guard isName, (1...32).contains(modem.id.utf8.count) else {
                throw SimulationError(
                    code: .badRequest,
                    message: "'\(modem.id)' cannot name a modem: 1 to 32 letters, digits, '-' and '_'.")
            }
            let digits = modem.number.dropFirst()
            guard modem.number.hasPrefix("+"), (4...15).contains(digits.count), digits.allSatisfy(\.isDecimalDigit)
            else {
                throw SimulationError(
                    code: .badRequest,
                    message: "'\(modem.number)' is no number of a SIM: '+' and 4 to 15 digits, such as +33639980001.")
            }
            for other in modems[..<index] where other.id == modem.id || other.number == modem.number {
                throw SimulationError(
                    code: .badRequest, message: "Modem \(modem.id) (\(modem.number)) is there twice.")
            }
        }
    }
}
