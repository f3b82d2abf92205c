// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayStore
import HTTPTypes

extension Gateway {
    var healthRoutes: [Route] {
        [Route(.get, "/api/health", .anyToken, .showHealth) { _ in await self.health() }]
    }

    /// The gateway is serviceable when a message it accepts is stored durably and some modem can send it.
    private func health() async -> APIReply {
        let modems = await self.modems.modems()
        let database = await self.store.health()
        let queue = try? await self.store.queueFacts()
        let webhooks = try? await self.store.webhookFacts()
        let isStoring = database.ok && queue != nil
        let usable = modems.count { Self.canSend($0.state) }
        let allReady = modems.allSatisfy { $0.state == .ready }
        let status = !isStoring || usable == 0 ? "down" : allReady ? "ok" : "degraded"
        let body: JSONValue = [
            "status": .string(status),
            "version": .string(self.version),
            "time": .string(WireTime.string(Date())),
            "modems": [
                "total": .integer(modems.count),
                "usable": .integer(usable),
                "items": .array(modems.map(Self.health)),
            ],
            "database": Self.health(database),
            "queue": [
                "queued": .integer(orNull: queue?.queued),
                "sending": .integer(orNull: queue?.sending),
                "uncertain": .integer(orNull: queue?.uncertain),
                "oldestQueuedAt": WireTime.json(queue?.oldestQueued),
            ],
            "webhooks": [
                "pending": .integer(orNull: webhooks?.pending), "dead": .integer(orNull: webhooks?.dead),
                "oldestPendingAt": WireTime.json(webhooks?.oldestPending),
            ],
        ]
        return APIReply(status == "down" ? .serviceUnavailable : .ok, body)
    }

    private static func canSend(_ state: ModemState) -> Bool {
        switch state {
        case .ready, .degraded: true
        case .plugged, .probing, .sim, .registering, .unresponsive, .gone: false
        }
    }

    private static func health(_ modem: ModemStatus) -> JSONValue {
        [
            "id": .string(modem.id), "state": .string(modem.state.rawValue), "reason": .string(orNull: modem.reason),
            "since": .string(WireTime.string(modem.since)),
        ]
    }

    private static func health(_ database: StoreHealth) -> JSONValue {
        [
            "ok": .bool(database.ok),
            "problem": .string(orNull: database.problem),
            "durable": .bool(database.synchronous == 2), "synchronous": .integer(database.synchronous),
            "waitingWriters": .integer(database.waitingWriters),
            "lastCommitMs": .number(orNull: database.lastCommit.map { ($0 / .microseconds(1)).rounded() / 1000 }),
            "sizeBytes": .integer(Int(database.size)),
            "unmatchedReports": .integer(database.unmatchedReports),
        ]
    }
}
