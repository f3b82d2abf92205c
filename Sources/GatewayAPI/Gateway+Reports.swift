// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes

/// Status reports as they came, those among them whose message is not known.
extension Gateway {
    var reportRoutes: [Route] {
        [
            Route(.get, "/api/sms/reports", .scope(.readMessages), .listReports) { request in
                let query = try request.query(known: ["matched", "modem", "limit", "cursor"])
                let page = try await self.store.reports(
                    matched: try query.bool("matched"), modem: query.string("modem"), cursor: query.string("cursor"),
                    limit: try query.integer("limit", in: 1...500) ?? 50)
                return .list(page.items.map(\.json), next: page.next)
            }
        ]
    }
}

extension StoredReport {
    fileprivate var json: JSONValue {
        [
            "modem": .string(self.report.modem),
            "reference": .integer(Int(self.report.reference)),
            "to": .string(self.report.recipient),
            "status": .integer(Int(self.report.status)),
            "statusText": .string(self.report.explanation),
            "verdict": .string(self.report.verdict.rawValue),
            "dischargedAt": WireTime.json(self.report.dischargedAt),
            "receivedAt": WireTime.json(self.receivedAt),
            "matched": .bool(self.isMatched),
            "message": .string(orNull: self.messageID),
            "part": .integer(orNull: self.part),
            "pdu": .string(self.report.pdu),
        ]
    }
}
