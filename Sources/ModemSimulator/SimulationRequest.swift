// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One line to the control socket (docs/SIMULATOR.md).
package struct SimulationRequest: Sendable, Equatable, Codable {
    package enum Command: String, Sendable, Codable, CaseIterable {
        case status
        case fault
        case clear
        case deliver
        case plug
        case unplug
        case signal
        case log
        case ussd
    }

    package var command: Command
    /// Needed by all but `status` and `log`.
    package var modem: String?
    package var fault: SimulatedFault?
    /// `deliver`: the sender's number or name.
    package var from: String?
    package var text: String?
    /// `deliver`: instead of `from` and `text`.
    package var pdu: String?
    /// `signal`: `<rssi>` of `+CSQ`.
    package var level: Int?
    /// `log`: entries with a higher sequence.
    package var after: Int?
    package var limit: Int?
    /// `ussd`: what the network answers `text` to, `*123#` or `*123#/1`; without it the network begins with `text`, or ends
    /// the session when there is none.
    package var code: String?
    /// `ussd`: the network waits for a reply.
    package var asks: Bool?
    /// `ussd`: the text comes in UCS2.
    package var ucs2: Bool?

    package init(_ command: Command, modem: String? = nil) {
        self.command = command
        self.modem = modem
    }
}

/// One line from the control socket.
package struct SimulationReply: Sendable, Equatable, Codable {
    /// Entries in one reply; a client asks again after the last one's sequence.
    package static let logLimit = 1000

    package var ok: Bool
    /// Why not, and what to do.
    package var error: String?
    package var modems: [SimulatedModemStatus]?
    /// Numbers of what `deliver` queued.
    package var deliveries: [Int]?
    package var entries: [NetworkLogEntry]?

    package init(ok: Bool, error: String? = nil) {
        self.ok = ok
        self.error = error
    }
}

extension SimulatedNetwork {
    /// Carries out one request of the control socket.
    func answer(_ request: SimulationRequest) -> SimulationReply {
        do {
            return try self.reply(to: request)
        } catch {
            return SimulationReply(ok: false, error: String(describing: error))
        }
    }

    private func reply(to request: SimulationRequest) throws -> SimulationReply {
        var reply = SimulationReply(ok: true)
        switch request.command {
        case .status: reply.modems = self.status()
        case .log:
            let limit = min(max(request.limit ?? SimulationReply.logLimit, 1), SimulationReply.logLimit)
            reply.entries = self.log(after: max(0, request.after ?? 0), limit: limit)
        case .plug: try self.plug(self.modemID(of: request))
        case .unplug: try self.unplug(self.modemID(of: request))
        case .clear: try self.clearFaults(modem: self.modemID(of: request))
        case .signal:
            guard let level = request.level, (0...31).contains(level) else {
                throw SimulationError(code: .badRequest, message: "'level' must be 0 to 31, as <rssi> of +CSQ.")
            }
            try self.setSignal(level, modem: self.modemID(of: request))
        case .fault:
            guard let fault = request.fault else {
                throw SimulationError(code: .badRequest, message: "'fault' is missing: {\"kind\": …}.")
            }
            try self.arm(fault, modem: self.modemID(of: request))
        case .deliver: reply.deliveries = try self.deliver(request)
        case .ussd: try self.ussd(request)
        }
        return reply
    }

    private func deliver(_ request: SimulationRequest) throws -> [Int] {
        let modem = try self.modemID(of: request)
        if let pdu = request.pdu { return [try self.deliver(pdu: pdu, to: modem)] }
        guard let sender = request.from, let text = request.text else {
            throw SimulationError(code: .badRequest, message: "'deliver' needs 'from' and 'text', or 'pdu'.")
        }
        return try self.deliver(text: text, from: sender, to: modem)
    }

    private func ussd(_ request: SimulationRequest) throws {
        let modem = try self.modemID(of: request)
        let (asks, ucs2) = (request.asks ?? false, request.ucs2 ?? false)
        switch (request.code, request.text) {
        case (let code?, let text?): try self.scriptUSSD(code, text: text, asks: asks, ucs2: ucs2, modem: modem)
        case (nil, let text?): try self.notifyUSSD(text, asks: asks, ucs2: ucs2, modem: modem)
        case (nil, nil): try self.releaseUSSD(modem: modem)
        case (_?, nil): throw SimulationError(code: .badRequest, message: "'ussd' with 'code' needs 'text'.")
        }
    }

    private func modemID(of request: SimulationRequest) throws -> String {
        guard let modem = request.modem else {
            throw SimulationError(code: .badRequest, message: "'modem' is missing.")
        }
        return modem
    }
}
