// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser

@main
struct Modemgate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modemgate",
        abstract: "SMS gateway and phone line for SIM7600 and EC25 modems.",
        discussion: """
            The commands below talk to the running daemon through the socket in its data directory; serve is the daemon.

            \(ExitStatus.help)

            Completions: modemgate --generate-completion-script bash (or zsh, fish).
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, ModemsCommand.self, SMSCommand.self, OptOutCommand.self, USSDCommand.self,
            ATCommandLine.self, TokenCommand.self, WebhookCommand.self,
            PDUCommand.self,
            SimCommand.self, ConfigCommand.self,
        ])
}
