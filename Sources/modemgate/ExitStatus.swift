// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser

/// What the process returns. Numbers from 64 on are those of sysexits.h.
enum ExitStatus: Int32, CaseIterable {
    case success = 0
    case failure = 1
    case usage = 64
    case unreadableInput = 66
    case unavailable = 69
    case software = 70
    case inputOutput = 74
    case temporary = 75
    case permission = 77
    case configuration = 78

    var meaning: String {
        switch self {
        case .success: "done"
        case .failure: "the daemon or the modem refused it; the sentence says why"
        case .usage: "wrong command line"
        case .unreadableInput: "a file, port or input cannot be read"
        case .unavailable: "the daemon is not running on this data directory"
        case .software: "an answer that was not understood: a defect"
        case .inputOutput: "the connection or the port broke; what was asked may have been done"
        case .temporary: "the port is in use, or no answer in time: try again"
        case .permission: "not allowed for this user"
        case .configuration: "the configuration is wrong; every problem is printed"
        }
    }

    /// For `--help`.
    static var help: String {
        "Exit status:\n" + Self.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n")
    }
}

/// Why a command ends early: a sentence for people and a status for programs.
struct CommandFailure: Error, Equatable {
    var status: ExitStatus
    /// Whole sentences. Empty: everything has been said already.
    var message: String

    init(_ status: ExitStatus, _ message: String = "") {
        self.status = status
        self.message = message
    }
}

/// A command whose failures are sentences on standard error and a documented exit status.
protocol GatewayCommand: AsyncParsableCommand {
    func execute() async throws
}

extension GatewayCommand {
    func run() async throws {
        do {
            try await self.execute()
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Console.error("modemgate: \(failure.message)") }
            throw ExitCode(failure.status.rawValue)
        }
    }
}
