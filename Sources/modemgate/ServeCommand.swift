// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import GatewayAPI
import Logging
import ModemgateConfiguration

/// `modemgate serve`: the daemon, in the foreground.
struct ServeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway until Ctrl-C or SIGTERM.",
        discussion: "Logs go to standard error, the address and what to try to standard output.")

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Add a simulated EC25 and SIM7600, joined by a simulated network.")
    var simulate = false

    @Option(help: ArgumentHelp("Address of the API; port 0 lets the system choose.", valueName: "host:port"))
    var listen: String?

    @Option(
        name: .customLong("modem"),
        help: ArgumentHelp(
            "A modem on a given tty, such as sim7600:/dev/ttyUSB2. May be repeated; replaces those of the configuration.",
            valueName: "model:tty"))
    var modems: [String] = []

    @Option(
        name: .customLong("at-speed"),
        help: ArgumentHelp(
            "For tests with simulated modems: deadlines of AT commands pass so many times faster, 1 to 1000.",
            valueName: "factor", visibility: .hidden))
    var commandSpeed = 1

    func validate() throws {
        guard (1...1000).contains(self.commandSpeed) else {
            throw ValidationError("--at-speed must be 1 to 1000; real modems need 1.")
        }
    }

    func execute() async throws {
        var overrides: [ConfigurationOverride] = []
        if let listen { overrides.append(ConfigurationOverride(flag: "--listen", key: "http.listen", text: listen)) }
        if !self.modems.isEmpty { overrides.append(ConfigurationOverride(flag: "--modem", modems: self.modems)) }
        let loaded = try self.options.load(overrides: overrides)
        for warning in loaded.warnings { Console.error("modemgate: warning: \(warning)") }
        let log = loaded.configuration.log
        let daemon = Daemon(
            configuration: loaded.configuration, simulates: self.simulate, commandSpeed: self.commandSpeed,
            logger: Self.logger(log),
            onListening: { addresses, simulation in
                Console.print(
                    self.options.json
                        ? CompactJSON.text(ServeAnswer(addresses, simulation)) : Self.greeting(addresses, simulation))
            })
        do {
            try await daemon.run()
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.failure, "\(error)")
        }
    }

    private static func logger(_ log: GatewayConfiguration.Log) -> Logger {
        var logger = Logger(label: "modemgate", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = Logger.Level(rawValue: log.level.rawValue) ?? .info
        return logger
    }

    private static func greeting(_ addresses: ListeningAddresses, _ simulation: SimulationService?) -> String {
        var lines = ["modemgate \(Version.current) listens on \(addresses.url)"]
        if let simulation {
            let modems = simulation.modems
            lines += modems.map { "simulated modem \($0.id) has the number \($0.number)" }
            let url = addresses.url
            if let from = modems.first, let to = modems.last {
                lines += [
                    "", "Try, in another terminal:", "  curl -s \(url)/api/modems",
                    "  curl -s \(url)/api/sms -H 'Content-Type: application/json' "
                        + "-d '{\"modem\":\"\(from.id)\",\"to\":\"\(to.number)\",\"text\":\"Hello\"}'",
                    "  curl -s '\(url)/api/sms?direction=in'",
                ]
            }
            lines += ["", "Ctrl-C stops it."]
        }
        return lines.joined(separator: "\n")
    }
}

/// What `serve --json` prints when it listens.
private struct ServeAnswer: Encodable {
    struct Modem: Encodable { var id: String, number: String }

    var version = Version.current
    var url: String
    var socket: String
    /// Empty without `--simulate`.
    var simulated: [Modem]

    init(_ addresses: ListeningAddresses, _ simulation: SimulationService?) {
        self.url = addresses.url
        self.socket = addresses.unixSocketPath
        self.simulated = (simulation?.modems ?? []).map { Modem(id: $0.id, number: $0.number) }
    }
}
