// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import ModemgateConfiguration

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the configuration, or show what counts.",
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self])
}

struct ConfigCheckCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with file and environment.",
        discussion: "Status 0: the daemon would start with it. 78: every problem is printed, one on a line.")

    @OptionGroup var options: GlobalOptions

    func execute() async throws {
        let environment = ProcessInfo.processInfo.environment
        var overrides: [ConfigurationOverride] = []
        if let directory = self.options.dataDirectory {
            overrides.append(ConfigurationOverride(flag: "--data-dir", key: "data_dir", text: directory))
        }
        var problems: [ConfigurationProblem] = []
        var warnings: [ConfigurationProblem] = []
        let path =
            self.options.configurationFile
            ?? ConfigurationFile.standardPath(environment: environment, isRoot: DataDirectory.isRoot)
        do throws(ConfigurationError) {
            warnings = try GatewayConfiguration.load(file: path, environment: environment, overrides: overrides)
                .warnings
        } catch {
            problems = error.problems
        }
        if self.options.json {
            Console.print(ConfigurationReport(file: path, problems: problems, warnings: warnings).json)
        } else {
            for warning in warnings { Console.error("warning: \(warning)") }
            for problem in problems { Console.error("\(problem)") }
            if problems.isEmpty { Console.print("\(path ?? "no configuration file"): no problems") }
        }
        guard problems.isEmpty else { throw CommandFailure(.configuration) }
    }
}

/// What `config check --json` prints.
struct ConfigurationReport: Encodable {
    struct Entry: Encodable {
        var source: String
        var line: Int?
        var column: Int?
        var key: String?
        var message: String
        var suggestion: String?

        init(_ problem: ConfigurationProblem) {
            switch problem.place {
            case .file(let path, let line, let column):
                self.source = path
                (self.line, self.column) = line == 0 ? (nil, nil) : (line, column)
            case .environment(let name, let line, let column):
                self.source = name
                (self.line, self.column) = (line, column)
            case .flag(let name): self.source = name
            case .builtIn: self.source = "default"
            }
            self.key = problem.key.isEmpty ? nil : problem.key
            self.message = problem.message
            self.suggestion = problem.suggestion
        }
    }

    var file: String?
    var ok: Bool
    var problems: [Entry]
    var warnings: [Entry]

    init(file: String?, problems: [ConfigurationProblem], warnings: [ConfigurationProblem]) {
        self.file = file
        self.ok = problems.isEmpty
        self.problems = problems.map(Entry.init)
        self.warnings = warnings.map(Entry.init)
    }

    var json: String { CompactJSON.text(self) }
}

struct ConfigShowCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print every setting as it counts, and where it was set.",
        discussion: "The output is a configuration file, except that a PIN prints as ****.")

    @OptionGroup var options: GlobalOptions

    func execute() async throws {
        let loaded = try self.options.load(readingPINs: false)
        if self.options.json {
            Console.print(CompactJSON.text(ConfigurationView(loaded.configuration)))
        } else {
            Console.write(loaded.configuration.yaml(origins: loaded.origins), to: 1)
        }
    }
}

/// Text of our own values, which always can be encoded.
enum CompactJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { self.harmless(String(decoding: $0, as: UTF8.self)) } ?? "{}"
    }

    /// JSON may hold DEL and the C1 controls as they are, but a terminal obeys some of them (U+009B is CSI).
    static func harmless(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { (0x7F...0x9F).contains($0.value) }) else { return json }
        var text = ""
        for scalar in json.unicodeScalars {
            if (0x7F...0x9F).contains(scalar.value) {
                text += "\\u00" + String(scalar.value, radix: 16)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
