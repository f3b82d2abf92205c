// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Serial

/// Straight to a tty, which is held exclusively meanwhile: for a modem no daemon runs for.
struct ATPortLink: ATLink {
    private let thread: IOThread
    private let channel: ATChannel

    /// `AT+COPS=?` is the slowest command: 180 s on EC25; and a refusing network may let others take 150 s.
    private static let deadline = Duration.seconds(190)

    /// Opens the port and gets in step with the modem.
    init(path: String) async throws(CommandFailure) {
        do {
            self.thread = try IOThread(name: "at")
        } catch {
            throw CommandFailure(.inputOutput, "\(error)")
        }
        do {
            self.channel = ATChannel(port: try TTYPort(path: path, on: self.thread))
            try await self.channel.open(leavingPrompt: true)
        } catch let error as SerialError {
            self.thread.shutdown()
            throw CommandFailure(Self.status(of: error), "\(error)")
        } catch {
            self.thread.shutdown()
            throw CommandFailure(.inputOutput, "\(path): \(error)")
        }
    }

    func send(_ command: String, confirmed: Bool) async throws(CommandFailure) -> CommandAnswer {
        switch ConsolePolicy(command).decision {
        case .send: break
        case .needsConfirmation(let warnings):
            guard confirmed else {
                throw CommandFailure(
                    .failure, "\(command.printable()): \(warnings.joined(separator: " ")) Repeat it with --confirm.")
            }
        case .answeredLocally(let reason), .refused(let reason):
            throw CommandFailure(.failure, "\(command.printable()) was not sent. \(reason)")
        }
        do {
            let line = try ATCommand(command, deadline: Self.deadline)
            return CommandAnswer(try await self.channel.send(line))
        } catch let error as ATChannelError {
            throw CommandFailure(error.isTimeout ? .temporary : .inputOutput, "\(error)")
        } catch {
            throw CommandFailure(.failure, "\(command.printable()) was not sent. \(error)")
        }
    }

    func close() async {
        await self.channel.close()
        self.thread.shutdown()
        await self.thread.waitUntilStopped()
    }

    private static func status(of error: SerialError) -> ExitStatus {
        switch error.code {
        case .notFound, .notTerminal: .unreadableInput
        case .inUse: .temporary
        case .permissionDenied: .permission
        default: .inputOutput
        }
    }
}

extension CommandAnswer {
    init(_ response: ATResponse) {
        self.init(
            command: response.command, result: response.result.line, lines: response.lines,
            urcs: response.unsolicited, durationMs: (response.duration / .milliseconds(1) * 10).rounded() / 10)
    }
}
