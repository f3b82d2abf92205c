// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayAPI
import NIOHTTP1
import Testing

@Suite struct HealthRouteTests {
    private static func modem(_ state: ModemState) -> ModemStatus {
        ModemStatus(id: state.rawValue, state: state, since: FakeModems.ready("x").since)
    }

    @Test(arguments: [
        ([ModemState.ready], 200, "ok"), ([.ready, .gone], 200, "degraded"), ([.degraded], 200, "degraded"),
        ([.sim], 503, "down"), ([], 503, "down"),
    ]) func statusTellsTheTruth(states: [ModemState], status: Int, word: String) async throws {
        try await TestGateway.run { gateway in
            gateway.modems.set(states.map(Self.modem))
            let answer = try await gateway.request(.GET, "/api/health")
            #expect(answer.status == status)
            let health = try answer.json
            #expect(health["status"] == .string(word))
            #expect(health["version"] == "1.2.3")
            #expect(health["modems"]["items"].elements.map { $0["state"].text } == states.map(\.rawValue))
            #expect(health["database"]["ok"] == true)
            #expect(health["database"]["durable"] == true)
            #expect(health["queue"]["queued"] == 0)
            #expect(health["queue"]["oldestQueuedAt"] == .null)
        }
    }
}
