// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import GatewayAPI
import PosixMutex

/// Modems whose status and console answers a test sets.
final class FakeModems: ModemDirectory {
    private struct State {
        var modems: [ModemStatus] = [FakeModems.ready("ec25-1")]
        var answer: Result<ATResponse, ConsoleError> = .success(ATResponse(command: "AT", lines: [], result: .ok))
        var commands: [Command] = []
    }

    /// What the console was asked to send.
    struct Command: Sendable, Equatable {
        var modem: String
        var command: String
        var isConfirmed: Bool
        var who: String
    }

    private let state = Mutex(State())
    let ussd = FakeUSSDModem(id: "ec25-1")

    static func ready(_ id: String) -> ModemStatus {
        var status = ModemStatus(id: id, state: .ready, since: Date(timeIntervalSince1970: 1_767_225_600.123))
        status.model = "EC25"
        return status
    }

    var commands: [Command] { self.state.withLock { $0.commands } }

    func set(_ modems: [ModemStatus]) { self.state.withLock { $0.modems = modems } }

    func set(_ answer: Result<ATResponse, ConsoleError>) { self.state.withLock { $0.answer = answer } }

    func modems() async -> [ModemStatus] { self.state.withLock { $0.modems } }

    func modem(id: String) async -> ModemStatus? {
        self.state.withLock { state in state.modems.first { $0.id == id } }
    }

    func ussdModem(id: String) async -> (any USSDModem)? { self.ussd.id == id ? self.ussd : nil }

    func console(id: String, command: String, confirmed: Bool, who: String) async throws -> ATResponse {
        let answer = self.state.withLock { state in
            state.commands.append(Command(modem: id, command: command, isConfirmed: confirmed, who: who))
            return state.answer
        }
        return try answer.get()
    }
}
