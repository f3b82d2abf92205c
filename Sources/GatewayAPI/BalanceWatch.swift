// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
package import CellularModem
package import Foundation
package import GatewayStore
package import Logging
import ServiceLifecycle

/// Asks for the balance of every SIM that has a query, on schedule, and keeps what the network says.
package struct BalanceWatch: Service {
    private let modems: [any USSDModem]
    private let directory: any ModemDirectory
    private let store: GatewayStore
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void

    package init(
        modems: [any USSDModem], directory: any ModemDirectory, store: GatewayStore, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.modems = modems
        self.directory = directory
        self.store = store
        self.logger = logger
        self.now = now
        self.sleep = sleep
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for modem in self.modems {
                    guard let query = modem.balanceQuery else { continue }
                    group.addTask { await self.watch(modem, query) }
                }
                // Without a query there is nothing to do, but a service that returns ends the others.
                group.addTask { try? await gracefulShutdown() }
            }
        }
    }

    private func watch(_ modem: any USSDModem, _ query: BalanceQuery) async {
        while !Task.isCancelled {
            var wait = BalanceSchedule.patience
            do {
                wait = try await self.turn(modem, query)
            } catch {
                // Nothing is asked when it cannot be kept that it was.
                self.logger.error(
                    "the balance cannot be kept", metadata: ["modem.id": "\(modem.id)", "error": "\(error)"])
            }
            do { try await self.sleep(.seconds(wait)) } catch { return }
        }
    }

    /// Looks whether it is time, and asks. Answers after how many seconds to look again.
    package func turn(_ modem: any USSDModem, _ query: BalanceQuery) async throws -> TimeInterval {
        let status = await self.directory.modem(id: modem.id)
        let record = try await self.store.balance(modem: modem.id)
        let isOpen = await modem.openUSSDSession() != nil
        if let status, status.state == .ready || status.state == .degraded {
            let known = record.flatMap { BalanceSchedule.isAbout($0, query, sim: status.sim.iccid) ? $0 : nil }
            await modem.show(balance: known?.amount.map { ModemBalance($0) })
        }
        switch BalanceSchedule.decide(record, query, modem: status, isOpen: isOpen, now: self.now()) {
        case .wait(let seconds): return seconds
        case .ask:
            try await self.ask(modem, query, sim: status?.sim.iccid, after: record)
            return BalanceSchedule.patience
        }
    }

    private func ask(
        _ modem: any USSDModem, _ query: BalanceQuery, sim: String?, after old: BalanceRecord?
    ) async throws {
        var record = BalanceRecord(modem: modem.id, code: query.code, sim: sim, askedAt: self.now())
        if let old, BalanceSchedule.isAbout(old, query, sim: sim) { record.amount = old.amount }
        record.problem = "The gateway stopped before the network had answered."
        try await self.store.keep(record)
        do throws(USSDError) {
            let text = try await self.answer(modem, query)
            record.problem = nil
            if let amount = query.pattern.amount(in: text) {
                record.amount = BalanceRecord.Amount(amount: amount, text: text, at: self.now())
            } else {
                record.problem = "The network's answer does not fit the pattern: \(text)"
            }
        } catch {
            // Somebody was faster: it was not asked, and is soon.
            guard error.code != .busy else {
                if let old { return try await self.store.keep(old) }
                record.askedAt = .distantPast
                return try await self.store.keep(record)
            }
            record.problem = error.message
        }
        try await self.store.keep(record)
        await modem.show(balance: record.amount.map { ModemBalance($0) })
        // The reason may hold the network's text, which is private: the API has it.
        guard record.problem != nil else { return }
        self.logger.warning(
            "no balance was read; GET /api/modems/ID/balance says why", metadata: ["modem.id": "\(modem.id)"])
    }

    /// The network's last word, after all steps.
    private func answer(_ modem: any USSDModem, _ query: BalanceQuery) async throws(USSDError) -> String {
        var answer = try await modem.openUSSD(code: query.code, timeout: nil, initiator: .schedule, who: "balance")
        for step in query.steps {
            guard answer.state == .awaitingReply else { break }
            answer = try await modem.answerUSSD(session: answer.session, text: step, timeout: nil)
        }
        // A menu that goes on below the balance would keep the modem for minutes.
        if answer.state == .awaitingReply { try? await modem.cancelUSSD(session: answer.session) }
        return answer.text.text
    }
}
