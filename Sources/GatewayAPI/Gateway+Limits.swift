// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import HTTPTypes
import Messaging

extension Gateway {
    var limitRoutes: [Route] {
        [
            Route(.get, "/api/limits", .scope(.readMessages), .showLimits) { _ in
                let configuration = self.messaging.configuration
                return APIReply(
                    .ok,
                    [
                        "modems": .array(try await self.messaging.sendingSituations().map(\.json)),
                        "recipient": configuration.recipientLimits.json,
                        "token": configuration.tokenLimits.json,
                        "timeZone": .string(configuration.timeZone.identifier),
                    ])
            }
        ]
    }

    /// Messages as the API shows them, with why they wait at this moment.
    func json(_ messages: [StoredMessage]) async throws -> [JSONValue] {
        let reasons = try await self.messaging.waitingReasons(messages)
        return zip(messages, reasons).map { message, reason in
            guard case .object(var object) = message.json else { return message.json }
            object.set("waiting", reason?.json ?? .null)
            return .object(object)
        }
    }
}

extension WaitingReason {
    var json: JSONValue {
        ["code": .string(self.code), "reason": .string(self.reason), "until": WireTime.json(self.until)]
    }
}

extension StoredMessage {
    /// Why it waits, as far as it says so itself: the same whenever it is asked, as an event must be.
    var waitingJSON: JSONValue { self.waitingReason(at: .distantPast)?.json ?? .null }
}

extension SendingSituation {
    fileprivate var json: JSONValue {
        [
            "modem": .string(self.place.modem),
            "sim": .string(orNull: self.place.sim),
            "limits": self.limits.sending.json,
            "used": [
                "minute": .integer(self.used[.minute] ?? 0), "hour": .integer(self.used[.hour] ?? 0),
                "day": .integer(self.used[.day] ?? 0), "month": .integer(self.used[.month] ?? 0),
            ],
            "quietHours": self.limits.quietHours?.json ?? .null,
            "partPauseSeconds": .number(self.limits.partPause / .seconds(1)),
            "waitingMessages": .integer(self.waiting),
            "pause": self.pause?.json ?? .null,
        ]
    }
}

extension SendingLimits {
    fileprivate var json: JSONValue {
        [
            "perMinute": .integer(orNull: self.perMinute), "perHour": .integer(orNull: self.perHour),
            "perDay": .integer(orNull: self.perDay), "perMonth": .integer(orNull: self.perMonth),
        ]
    }
}

extension QuietHours {
    fileprivate var json: JSONValue {
        [
            "start": .string(Self.clock(self.start)), "end": .string(Self.clock(self.end)),
            "zone": .string(self.zone.identifier),
        ]
    }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hour < 10 ? "0\(hour)" : "\(hour)") + (minute < 10 ? ":0\(minute)" : ":\(minute)")
    }
}
