// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser

/// `modemgate pdu`: reads and writes PDUs by TS 23.040, without a modem or a daemon.
struct PDUCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pdu",
        abstract: "Decode and encode SMS PDUs (3GPP TS 23.040).",
        subcommands: [PDUDecodeCommand.self, PDUEncodeCommand.self])
}
