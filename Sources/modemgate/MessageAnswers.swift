// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation

struct MessageAnswer: Codable {
    struct Failure: Codable { var code: String, message: String }
    struct Part: Codable {
        var number: Int, state: String, reference: Int?, status: Int?, statusText: String?, error: Failure?
        var sentAt: String?, deliveredAt: String?, timestamp: String?
    }
    struct Ports: Codable { var destination: Int, source: Int }
    struct MMS: Codable {
        var from: String?
        var subject: String?
        var url: String?
        var sizeBytes: Int?
        var expiresAt: String?
    }

    /// Why it is not sent yet.
    struct Waiting: Codable {
        var code: String
        var reason: String
        var until: String?

        var text: String { self.reason + (self.until.map { " (until \(LocalTime.text($0)))" } ?? "") }
    }

    var id: String
    var direction: String
    var from: String?
    var to: String?
    var text: String?
    var dataHex: String?
    var state: String
    var modem: String?
    var encoding: String?
    var parts: [Part]
    var error: Failure?
    var incomplete: Bool?
    var batch: String?
    var createdAt: String
    var sentAt: String?
    var deliveredAt: String?
    var receivedAt: String?
    var priority: Int?
    var sendAt: String?
    var expiresAt: String?
    var reference: String?
    var replaceType: Int?
    var route: [String]?
    var sim: String?
    var resends: Int?
    var waiting: Waiting?
    var kind: String?
    var ports: Ports?
    var mms: MMS?
    var readAt: String?
    var completedAt: String?

    /// One line that says what it is about.
    var content: String {
        if let text = self.text { return text }
        if let mms = self.mms { return "MMS " + (mms.subject ?? mms.url ?? "") }
        return self.dataHex.map { "hex \($0)" } ?? "-"
    }
}

/// A message with its cost, as `POST /api/sms` answers for one recipient.
struct CostedMessageAnswer: Decodable {
    var message: MessageAnswer
    var cost: CostAnswer?

    enum CodingKeys: CodingKey { case cost }

    init(from decoder: any Decoder) throws {
        self.message = try MessageAnswer(from: decoder)
        self.cost = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(CostAnswer.self, forKey: .cost)
    }
}

/// What a message costs: operators count parts.
struct CostAnswer: Codable {
    var encoding: String
    var parts: Int
    var recipients: Int
    var totalParts: Int

    var text: String {
        let parts = self.parts == 1 ? "1 part" : "\(self.parts) parts"
        let total = self.recipients == 1 ? "" : " to \(self.recipients) numbers: \(self.totalParts) parts"
        return "\(parts)\(total), \(self.encoding.printable())"
    }
}

/// `{batch, messages, …}`.
struct BatchAnswer: Decodable {
    var batch: String?
    var messages: [MessageAnswer]
    /// Numbers given more than once.
    var repeated: [String]?
    var cost: CostAnswer?
}

struct PreviewAnswer: Decodable {
    struct Part: Decodable {
        var number: Int
        var text: String?
        var dataHex: String?
        var unitsUsed: Int
        var unitsLeft: Int
    }

    struct Recipient: Decodable {
        /// As it was given.
        var written: String
        var to: String
        /// The first choice first.
        var modems: [String]
        var sim: String?
        var why: String
    }

    var recipients: [Recipient]
    var repeated: [String]
    var parts: [Part]
    var cost: CostAnswer
    var sendAt: String?
    var expiresAt: String?
}

/// A message that goes out again, with the numbers of the parts that do.
struct ResentMessageAnswer: Decodable {
    var message: MessageAnswer
    var resentParts: [Int]

    enum CodingKeys: CodingKey { case resentParts }

    init(from decoder: any Decoder) throws {
        self.message = try MessageAnswer(from: decoder)
        self.resentParts = try decoder.container(keyedBy: CodingKeys.self).decode([Int].self, forKey: .resentParts)
    }
}

struct ConversationAnswer: Codable {
    var peer: String
    var unread: Int
    var modems: [String]
    var lastMessage: MessageAnswer
}

struct ReadConversationAnswer: Decodable {
    var peer: String
    /// Messages that were unread.
    var marked: Int
}

struct OptOutAnswer: Codable {
    var id: String
    var number: String
    /// `sim` or `global`.
    var scope: String
    var modem: String?
    /// ICCID.
    var sim: String?
    /// What they answered; `nil` when it was entered.
    var word: String?
    var createdAt: String

    /// From which SIMs nothing comes.
    var from: String {
        self.scope == "global" ? "all SIMs" : self.modem ?? self.sim.map { "SIM \($0)" } ?? "one SIM"
    }
}
