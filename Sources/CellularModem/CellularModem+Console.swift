// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
package import ATProtocol

extension CellularModem {
    /// Nothing else gets through meanwhile, so a modem that died must not hold the port for long.
    private static let consoleDeadline = Duration.seconds(60)
    /// `AT+COPS=?` was measured at 75 s (SIM7600), "about 60 s" is told of an EC25.
    private static let networkSearchDeadline = Duration.seconds(180)
    /// Written for a moment, these would lose or garble messages that pass meanwhile: the modem is not asked.
    private static let keptSettings: Set<String> = ["+CMGF", "+CNMI", "+CPMS", "+CSMS", "+CSDH", "+CSAS", "+CRES"]

    /// Runs a person's command and gives the modem's real answer.
    ///
    /// Settings that the message flow stands on are answered here, with a line that says so; others the gateway relies
    /// on are put back afterwards. What needs a second thought needs `confirmed`; prompts and data mode are refused.
    package func console(_ command: String, confirmed: Bool) async throws(ConsoleError) -> ATResponse {
        let policy = ConsolePolicy(command)
        switch policy.decision {
        case .send: break
        case .needsConfirmation(let warnings):
            guard confirmed else {
                throw ConsoleError(.needsConfirmation, warnings.joined(separator: " ") + " Confirm it to send it.")
            }
        case .answeredLocally(let note): return Self.local(command, note)
        case .refused(let reason): throw ConsoleError(.refused, reason)
        }
        guard Self.keptSettings.isDisjoint(with: policy.restoreAfterwards) else {
            return Self.local(command, "The gateway's messages depend on this setting; it stays.")
        }
        return try await self.run(command, restoring: policy.restoreAfterwards)
    }

    private static func local(_ command: String, _ note: String) -> ATResponse {
        ATResponse(command: command, lines: ["(answered by the gateway, not sent: \(note))"], result: .ok)
    }

    private func run(_ command: String, restoring names: [String]) async throws(ConsoleError) -> ATResponse {
        let typed: ATCommand
        do {
            let searches = ATCommandElement.elements(of: command).contains { $0.name == "+COPS" }
            typed = try ATCommand(
                command, response: .anyLines, deadline: searches ? Self.networkSearchDeadline : Self.consoleDeadline,
                priority: .shortMessage)
        } catch {
            throw ConsoleError(.refused, error.description)
        }
        do {
            let response = try await self.ask(typed)
            if !names.isEmpty { await self.restore(names) }
            return response
        } catch {
            let code: ConsoleError.Code = error.isTimeout ? .timedOut : .portClosed
            throw ConsoleError(
                code, "\(error.description) The modem's state is: \(self.machine.reason ?? "in service").")
        }
    }

    /// Sends the gateway's own values of the settings a person has written.
    private func restore(_ names: [String]) async {
        let own = ["AT+CMEE=1"] + (self.profile ?? .ec25).settings.map(\.command)
        for command in own where names.contains(where: { command.hasPrefix("AT\($0)=") }) {
            _ = try? await self.query(command)
        }
    }
}
