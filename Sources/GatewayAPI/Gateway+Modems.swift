// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import GatewayStore
import HTTPTypes
import Logging

extension Gateway {
    var modemRoutes: [Route] {
        [
            Route(.get, "/api/modems", .anyToken, .listModems) { _ in
                .list(await self.modems.modems().map(\.json))
            },
            Route(.get, "/api/modems/{id}", .anyToken, .showModem) { request in
                APIReply(.ok, try await self.modem(request.pathComponent("id")).json)
            },
            Route(.post, "/api/modems/{id}/at", .scope(.modemCommands), .sendCommand) { request in
                try await self.sendCommand(request)
            },
        ]
    }

    private func modem(_ id: String) async throws -> ModemStatus {
        if let modem = await self.modems.modem(id: id) { return modem }
        let known = await self.modems.modems().map(\.id)
        let hint = known.isEmpty ? "None is known at present." : "Known are: \(known.joined(separator: ", "))."
        throw Problem(.notFound, "unknown-modem", "There is no modem \(id.quoted). \(hint)")
    }

    private func sendCommand(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.fields(known: ["command", "confirm"])
        let command = try fields.required(string: "command", "Give one AT command, for example AT+CSQ.")
        let isConfirmed = try fields.bool("confirm") ?? false
        let modem = try await self.modem(request.pathComponent("id")).id
        let start = ContinuousClock().now
        do {
            let response = try await self.modems.console(
                id: modem, command: command, confirmed: isConfirmed, who: request.principal.name)
            await self.audit(request.principal, modem, command, response.result.line, took: response.duration)
            return APIReply(.ok, response.json)
        } catch {
            let took = start.duration(to: ContinuousClock().now)
            await self.audit(request.principal, modem, command, AuditedCommand.outcome(of: error), took: took)
            throw error
        }
    }

    private func audit(
        _ principal: Principal, _ modem: String, _ command: String, _ result: String, took: Duration
    ) async {
        let entry = AuditEntry(
            at: Date(), who: principal.name, modem: modem, command: AuditedCommand.text(command), result: result,
            durationMs: Int(took / .milliseconds(1)))
        do {
            try await self.store.audit(entry)
        } catch {
            // The command is done; a client that saw an error would send it again.
            self.logger.error(
                "an AT command was not recorded in the audit",
                metadata: ["modem.id": "\(modem)", "who": "\(entry.who)", "error": "\(error)"])
        }
    }
}

extension ATResponse {
    fileprivate var json: JSONValue {
        [
            "command": .string(self.command),
            "lines": .array(self.lines.map(JSONValue.string)),
            "result": .string(self.result.line),
            "urcs": .array(self.unsolicited.map(JSONValue.string)),
            "durationMs": .number((self.duration / .milliseconds(1) * 10).rounded() / 10),
        ]
    }
}

/// A console command as the audit keeps it.
enum AuditedCommand {
    /// Commands whose argument is a PIN, PUK or password: TS 27.007 §8.3, §7.4, §7.5; Quectel and SIMCom's own.
    private static let secret = ["+CPIN", "+CLCK", "+CPWD", "+SPIC", "+QPINC", "+CPIN2", "+PWD"]
    /// A refused text may be of any length; a modem's command line has some hundred characters at most.
    private static let maximumLength = 500

    /// Without PINs and passwords.
    static func text(_ command: String) -> String {
        let folded = command.uppercased()
        for name in self.secret {
            guard let found = folded.range(of: name + "=") else { continue }
            // Upper case has as many characters here, for what comes before is plain ASCII or it is no command.
            let kept = folded.distance(from: folded.startIndex, to: found.upperBound)
            return String(command.prefix(min(kept, self.maximumLength))) + "###"
        }
        return String(command.prefix(self.maximumLength))
    }

    static func outcome(of error: any Error) -> String {
        guard let error = error as? ConsoleError else { return "failed" }
        return switch error.code {
        case .refused: "refused"
        case .needsConfirmation: "refused: not confirmed"
        case .portClosed: "port closed"
        case .timedOut: "no answer"
        }
    }
}
