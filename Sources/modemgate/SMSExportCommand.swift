// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSExportCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write messages into a file, as CSV or JSON lines.",
        discussion: """
            The file appears whole or not at all, mode 0600. - writes to standard output.
            \(MessageFilterOptions.timesHelp)
              modemgate sms export messages.csv --since 2026-01-01
              modemgate sms export - --format jsonl --direction in | jq -r .from
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, jsonl
    }

    @OptionGroup var options: GlobalOptions
    @OptionGroup var filter: MessageFilterOptions

    @Option(help: "csv or jsonl. Default: as the file's name ends, else csv.")
    var format: Format?

    @Flag(help: "Replace the file if there is one.")
    var force = false

    @Argument(help: ArgumentHelp("The file; - is standard output.", valueName: "file"), completion: .file())
    var file: String

    func validate() throws {
        guard !(self.file == "-" && self.options.json) else {
            throw ValidationError("With - standard output has the messages; leave --json out.")
        }
    }

    var chosenFormat: Format {
        if let format = self.format { return format }
        let ending = self.file.lowercased()
        return ending.hasSuffix(".jsonl") || ending.hasSuffix(".ndjson") ? .jsonl : .csv
    }

    func path(now: Date) -> String {
        "/api/sms/export?" + Query.text([("format", self.chosenFormat.rawValue)] + self.filter.fields(now: now))
    }

    func execute() async throws {
        let daemon = try self.options.daemon()
        if self.file == "-" {
            _ = try await daemon.download(self.path(now: Date())) { bytes throws(CommandFailure) in
                guard Console.write(bytes, to: 1) else { throw CommandFailure(.inputOutput) }
            }
            return
        }
        var target = try NewFile(path: self.file, replacing: self.force)
        let count: Int
        do {
            count = try await daemon.download(self.path(now: Date())) { bytes throws(CommandFailure) in
                try target.write(bytes)
            }
            try target.finish()
        } catch {
            target.discard()
            throw error
        }
        let report = ExportReport(file: self.file, format: self.chosenFormat.rawValue, bytes: count)
        Console.print(self.options.json ? CompactJSON.text(report) : "\(self.file): \(count) bytes".printable())
    }
}

/// What `sms export --json` prints.
struct ExportReport: Encodable {
    var file: String
    var format: String
    var bytes: Int
}
