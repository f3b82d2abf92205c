// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import ModemgateConfiguration

/// Options of every command that has to do with a daemon.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp(
            "Directory of database and socket.",
            discussion: "Default: MODEMGATE_DATA_DIR, data_dir of the configuration, else /var/lib/modemgate for root "
                + "and ~/.local/state/modemgate for others.",
            valueName: "directory"),
        completion: .directory)
    var dataDirectory: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Configuration file.",
            discussion: "Default: MODEMGATE_CONFIG, ~/.config/modemgate/modemgate.yaml, /etc/modemgate/modemgate.yaml.",
            valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var configurationFile: String?

    @Flag(name: .customLong("json"), help: "Print JSON as the API answers it.")
    var json = false

    /// Reads file, environment and options.
    ///
    /// - Parameter overrides: of the command's own options.
    /// - Throws: `CommandFailure` with every problem, status 78.
    func load(
        overrides: [ConfigurationOverride] = [], readingPINs: Bool = true
    ) throws(CommandFailure) -> LoadedConfiguration {
        var overrides = overrides
        if let directory = self.dataDirectory {
            overrides.append(ConfigurationOverride(flag: "--data-dir", key: "data_dir", text: directory))
        }
        do throws(ConfigurationError) {
            return try GatewayConfiguration.load(
                file: self.configurationFile, environment: ProcessInfo.processInfo.environment, overrides: overrides,
                readingPINs: readingPINs)
        } catch {
            throw CommandFailure(.configuration, "the configuration is wrong.\n\(error)")
        }
    }

    /// Where the daemon's socket is. A named directory needs no configuration at all.
    func dataDirectoryPath() throws(CommandFailure) -> String {
        if self.configurationFile == nil {
            let named = self.dataDirectory ?? ProcessInfo.processInfo.environment["MODEMGATE_DATA_DIR"]
            if let named, named.hasPrefix("/") { return named }
        }
        return try self.load(readingPINs: false).configuration.dataDirectory
    }

    func daemon() throws(CommandFailure) -> DaemonClient {
        DaemonClient(dataDirectory: try self.dataDirectoryPath())
    }
}
