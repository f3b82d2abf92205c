// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import HTTPTypes
import Logging

extension Gateway {
    var ussdRoutes: [Route] {
        let base = "/api/modems/{id}/ussd"
        return [
            Route(.post, base, .scope(.ussd), .openUSSD) { try await self.openUSSD($0) },
            Route(.get, base, .scope(.ussd), .showUSSD) { request in
                let modem = try await self.ussdModem(request)
                guard let open = await modem.openUSSDSession() else { return APIReply(.ok, ["session": .null]) }
                return APIReply(.ok, ["session": open.session.json(modem: modem.id, awaitsReply: open.awaitsReply)])
            },
            Route(.post, base + "/{session}", .scope(.ussd), .answerUSSD) { try await self.answerUSSD($0) },
            Route(.delete, base + "/{session}", .scope(.ussd), .cancelUSSD) { try await self.cancelUSSD($0) },
            Route(.get, "/api/modems/{id}/balance", .anyToken, .showBalance) { try await self.showBalance($0) },
        ]
    }

    private func ussdModem(_ request: APIRequest) async throws -> any USSDModem {
        let id = request.pathComponent("id")
        if let modem = await self.modems.ussdModem(id: id) { return modem }
        throw Problem(.notFound, "unknown-modem", "There is no modem \(id.quoted). GET /api/modems lists them.")
    }

    private static func timeout(_ fields: RequestFields) throws(Problem) -> Duration? {
        try fields.integer("timeout", in: 5...600).map { .seconds($0) }
    }

    private func openUSSD(_ request: APIRequest) async throws -> APIReply {
        let modem = try await self.ussdModem(request)
        let fields = try await request.fields(known: ["code", "timeout"])
        let code = try fields.required(string: "code", "Give a USSD code, for example \"*100#\".")
        let timeout = try Self.timeout(fields)
        let who = request.principal.name
        return try await self.audited(modem.id, who, USSDAudit.text(code: code), field: "code") {
            () throws(USSDError) in
            try await modem.openUSSD(code: code, timeout: timeout, initiator: .client, who: who)
        }
    }

    private func answerUSSD(_ request: APIRequest) async throws -> APIReply {
        let modem = try await self.ussdModem(request)
        let session = request.pathComponent("session")
        let fields = try await request.fields(known: ["text", "timeout"])
        let text = try fields.required(string: "text", "Give the reply to the network's question.")
        let timeout = try Self.timeout(fields)
        return try await self.audited(modem.id, request.principal.name, "USSD reply ###", field: "text") {
            () throws(USSDError) in
            try await modem.answerUSSD(session: session, text: text, timeout: timeout)
        }
    }

    private func cancelUSSD(_ request: APIRequest) async throws -> APIReply {
        let modem = try await self.ussdModem(request)
        let session = request.pathComponent("session")
        try await modem.cancelUSSD(session: session)
        return APIReply(
            .ok, ["modem": .string(modem.id), "session": .string(session), "state": .string(USSDState.ended.rawValue)])
    }

    /// A code may cost money and change services: who sent it is kept, as of AT commands.
    private func audited(
        _ modem: String, _ who: String, _ command: String, field: String,
        _ ask: () async throws(USSDError) -> USSDAnswer
    ) async throws -> APIReply {
        let start = ContinuousClock().now
        var result = "cancelled"
        let reply: Result<APIReply, Problem>
        do throws(USSDError) {
            let answer = try await ask()
            result = answer.state.rawValue
            reply = .success(APIReply(.ok, answer.json(modem: modem)))
        } catch {
            result = "error: \(error.code.rawValue)"
            reply = .failure(Problem.ussd(error, modem: modem, field: field))
        }
        let took = start.duration(to: ContinuousClock().now)
        let entry = AuditEntry(
            at: Date(), who: who, modem: modem, command: command, result: result,
            durationMs: Int(took / .milliseconds(1)))
        do {
            try await self.store.audit(entry)
        } catch {
            // It is done; a client that saw an error would send it again.
            self.logger.error(
                "a USSD request was not recorded in the audit",
                metadata: ["modem.id": "\(modem)", "who": "\(who)", "error": "\(error)"])
        }
        return try reply.get()
    }

    // MARK: Balance

    private func showBalance(_ request: APIRequest) async throws -> APIReply {
        let modem = try await self.ussdModem(request)
        guard let query = modem.balanceQuery else {
            throw Problem(
                .notFound, "no-balance-query",
                "The balance of \(modem.id.quoted) is not asked for: set `balance` of this modem in the configuration.")
        }
        let record = try await self.store.balance(modem: modem.id)
        let sim = await self.modems.modem(id: modem.id)?.sim.iccid
        let known = record.flatMap { BalanceSchedule.isAbout($0, query, sim: sim) ? $0 : nil }
        let amount = known?.amount.map { ModemBalance($0) }
        return APIReply(
            .ok,
            [
                "modem": .string(modem.id), "code": .string(query.code),
                "everySeconds": .integer(Int(query.every.components.seconds)),
                "amount": .string(orNull: amount?.amount), "number": .number(orNull: amount?.number),
                "text": .string(orNull: amount?.text), "at": WireTime.json(amount?.at),
                "askedAt": WireTime.json(known?.askedAt),
                "nextAt": WireTime.json(known.map { BalanceSchedule.due($0, query) }),
                "problem": .string(orNull: known?.problem),
            ])
    }
}

/// A USSD code as the audit keeps it.
enum USSDAudit {
    /// Behind the first number of a code stand numbers, PINs and the digits of vouchers: `*123*4711#` is `*123*###`.
    static func text(code: String) -> String {
        let allowed = code.prefix(182).filter { "0123456789*#+".contains($0) }
        var hasDigit = false
        var kept = ""
        for character in allowed {
            if character == "*", hasDigit { return "USSD \(kept)*###" }
            hasDigit = hasDigit || character.isNumber
            kept.append(character)
        }
        return "USSD \(kept)"
    }
}

extension Problem {
    /// - Parameter field: of the request, that a refused text was in.
    static func ussd(_ error: USSDError, modem: String, field: String? = nil) -> Problem {
        // Which peer is missing, as for every 502 to 504.
        let about = "Modem \(modem): \(error.message)"
        switch error.code {
        case .invalidText:
            let problem = Problem(.unprocessableContent, "invalid-ussd", error.message)
            return field.map { problem.about(field: $0) } ?? problem
        case .busy: return Self.busy(error)
        case .noSession: return Problem(.conflict, "no-session", error.message)
        case .cancelled: return Problem(.conflict, "ussd-cancelled", error.message)
        case .notInService: return Problem(.serviceUnavailable, "modem-not-in-service", about)
        case .portClosed: return Problem(.serviceUnavailable, "port-closed", about)
        case .refused: return Problem(.badGateway, "ussd-refused", about)
        case .notSupported: return Problem(.badGateway, "ussd-not-supported", about)
        case .endedByNetwork: return Problem(.badGateway, "ussd-ended", about)
        case .networkTimedOut: return Problem(.gatewayTimeout, "network-timed-out", about)
        case .timedOut: return Problem(.gatewayTimeout, "timed-out", about)
        }
    }

    private static func busy(_ error: USSDError) -> Problem {
        var problem = Problem(.conflict, "ussd-busy", error.message)
        guard let session = error.session else { return problem }
        problem.members.set("session", .string(session.id))
        problem.members.set("who", .string(orNull: session.who))
        problem.members.set("startedAt", .string(WireTime.string(session.startedAt)))
        return problem
    }
}
