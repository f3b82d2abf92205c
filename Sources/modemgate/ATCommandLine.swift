// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import Glibc

/// `modemgate at`. Named after what V.250 §5.2 calls a command line; `ATCommand` is one of its commands.
struct ATCommandLine: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "at", abstract: "Send AT commands to a modem, or open its console.",
        usage: """
            modemgate at [<options>] <modem> [<command> ...]
            modemgate at [<options>] --port <tty> <command> ...
            """,
        discussion: """
            Without a command a console opens: lines are edited and remembered, Ctrl-D leaves it. When standard input is \
            no terminal it is read line by line. In the console a line that begins with ! confirms its command.
            All commands are sent, one after the other, whatever each answers; status 1 when one was not answered with OK.
              modemgate at ec25-1 AT+CSQ AT+COPS?
              modemgate at --port /dev/ttyUSB2 --json ATI
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Open this port exclusively instead of asking the daemon, which must not have it open.", valueName: "tty"),
        completion: .file())
    var port: String?

    @Flag(help: "Send commands that dial, unlock, reset or may make the modem unusable.")
    var confirm = false

    @Argument(help: ArgumentHelp("Id of the modem (not with --port), then commands.", valueName: "modem and commands"))
    var words: [String] = []

    func validate() throws {
        if self.port == nil, self.words.isEmpty {
            throw ValidationError("Name the modem; `modemgate modems` lists them.")
        }
        if self.port != nil, self.words.isEmpty { throw ValidationError("Give at least one command after --port.") }
    }

    func execute() async throws {
        if let port = self.port {
            try await self.send(self.words, through: try await ATPortLink(path: port))
        } else {
            let directory = try self.options.dataDirectoryPath()
            let modem = ATDaemonLink(daemon: DaemonClient(dataDirectory: directory), modem: self.words[0])
            let commands = Array(self.words.dropFirst())
            guard commands.isEmpty else { return try await self.send(commands, through: modem) }
            try await modem.check()
            if Console.inputIsTerminal && Console.outputIsTerminal {
                try await self.converse(through: modem, historyDirectory: directory)
            } else {
                try await self.sendInput(through: modem)
            }
        }
    }

    private func send(_ commands: [String], through link: any ATLink) async throws {
        var isOK = true
        do {
            for command in commands {
                let answer = try await link.send(command, confirmed: self.confirm)
                self.show(answer, echo: commands.count > 1)
                isOK = isOK && answer.isOK
            }
        } catch {
            await link.close()
            throw error
        }
        await link.close()
        guard isOK else { throw CommandFailure(.failure) }
    }

    /// Standard input that is no terminal: one command a line, empty lines skipped.
    private func sendInput(through link: ATDaemonLink) async throws {
        var isOK = true
        while let command = Self.nextCommand() {
            let answer = try await link.send(command, confirmed: self.confirm)
            self.show(answer, echo: true)
            isOK = isOK && answer.isOK
        }
        guard isOK else { throw CommandFailure(.failure) }
    }

    /// On its own: with this loop inside the asynchronous function, Swift 6.3.1 crashes in the optimiser.
    private static func nextCommand() -> String? {
        while let line = Console.readLine() {
            let command = line.trimmingCharacters(in: .whitespaces)
            if !command.isEmpty { return command }
        }
        return nil
    }

    private func show(_ answer: CommandAnswer, echo: Bool) {
        if self.options.json { return Console.print(CompactJSON.text(answer)) }
        if echo { Console.print("> \(answer.command)".printable()) }
        answer.text.forEach(Console.print)
    }

    // MARK: Console

    private func converse(through link: ATDaemonLink, historyDirectory: String) async throws {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        var history = CommandHistory(
            paths: [historyDirectory + "/at-history", home + "/.local/state/modemgate-at-history"])
        var reader = LineReader(prompt: "\(link.modem)> ".printable(), history: history.lines)
        Console.print("AT console of \(link.modem). Ctrl-D leaves it.".printable())
        while let line = reader.readLine() {
            let command = line.trimmingCharacters(in: .whitespaces)
            guard !command.isEmpty else { continue }
            history.append(command)
            let isConfirmed = command.hasPrefix("!")
            do throws(CommandFailure) {
                let text = isConfirmed ? String(command.dropFirst()).trimmingCharacters(in: .whitespaces) : command
                self.show(try await link.send(text, confirmed: isConfirmed || self.confirm), echo: false)
            } catch  where error.status == .failure || error.status == .temporary {
                Console.error(error.message)
            } catch {
                history.save()
                throw error
            }
        }
        history.save()
    }
}

extension CommandAnswer {
    /// What a technician reads: the lines and the result as the modem printed them, then what came unasked.
    var text: [String] {
        (self.lines + [self.result]).map { $0.printable() } + self.urcs.map { "(unsolicited) \($0.printable())" }
    }
}

/// A way to a modem's AT port.
protocol ATLink: Sendable {
    func send(_ command: String, confirmed: Bool) async throws(CommandFailure) -> CommandAnswer
    func close() async
}

/// Through the daemon.
struct ATDaemonLink: ATLink {
    let daemon: DaemonClient
    let modem: String

    struct Request: Encodable {
        var command: String
        var confirm: Bool
    }

    private var path: String { "/api/modems/\(self.modem.percentEncoded)" }

    /// Is there such a modem? So that the console does not open for a misspelt name.
    func check() async throws(CommandFailure) {
        _ = try await self.daemon.send(.get, self.path)
    }

    func send(_ command: String, confirmed: Bool) async throws(CommandFailure) -> CommandAnswer {
        // Longer than the longest command: AT+COPS=? takes three minutes (TS 27.007 §7.3 leaves it open, EC25: 180 s).
        let body = try await self.daemon.send(
            .post, self.path + "/at", body: Request(command: command, confirm: confirmed), timeout: .seconds(600))
        return try Answer.decode(CommandAnswer.self, from: body)
    }

    func close() async {}
}
