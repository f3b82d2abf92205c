// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation

/// What the daemon answers, as far as the command line shows it. Unknown values are null.
struct ModemAnswer: Codable {
    struct SIM: Codable { var state: String, iccid: String?, imsi: String?, number: String? }
    struct Network: Codable {
        var registration: String, `operator`: String?, plmn: String?, technology: String?, lac: Int?, cellId: Int?
    }
    struct Signal: Codable { var rssiDbm: Int?, rsrpDbm: Int?, rsrqDb: Double?, sinrDb: Double?, percent: Int? }
    struct Port: Codable { var role: String, path: String }
    struct Balance: Codable { var amount: String, number: Double?, text: String, at: String }

    var id: String
    var model: String?
    var manufacturer: String?
    var firmware: String?
    var imei: String?
    var state: String
    var reason: String?
    var sim: SIM
    var network: Network
    var signal: Signal
    var ports: [Port]
    var balance: Balance?
    var since: String
}

struct TokenAnswer: Codable {
    var id: String
    var name: String
    var scopes: [String]
    var createdAt: String
    var lastUsedAt: String?
    /// Only in the answer to its creation.
    var token: String?

    /// As the API writes it: what is not known is null, the token itself is absent.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.id, forKey: .id)
        try container.encode(self.name, forKey: .name)
        try container.encode(self.scopes, forKey: .scopes)
        try container.encode(self.createdAt, forKey: .createdAt)
        try container.encode(self.lastUsedAt, forKey: .lastUsedAt)
        try container.encodeIfPresent(self.token, forKey: .token)
    }
}

/// One command of the AT console.
struct CommandAnswer: Codable, Equatable {
    var command: String
    var result: String
    var lines: [String]
    var urcs: [String]
    var durationMs: Double

    var isOK: Bool { self.result == "OK" }
}

/// `{items, next}`.
struct ListAnswer<Item: Codable>: Codable {
    var items: [Item]
    var next: String?

    enum CodingKeys: CodingKey { case items, next }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.items, forKey: .items)
        try container.encode(self.next, forKey: .next)
    }
}

enum Answer {
    static func decode<Value: Decodable>(_ type: Value.Type, from body: Data) throws(CommandFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw CommandFailure(
                .software,
                "The daemon's answer was not understood. Is it another version than this one (\(Version.current))? \(error)"
            )
        }
    }

    /// The body as it came, on one line of its own.
    static func printJSON(_ body: Data) {
        Console.print(String(decoding: body, as: UTF8.self))
    }
}
