// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation

extension StoredMessage {
    enum CodingKeys: String, CodingKey {
        case id, direction, peer, own, modem, state, text, data, encoding, parts, error, createdAt, sentAt, deliveredAt
        case receivedAt, expiresAt, retryAt, batch, token, messageClass, incomplete, priority, sendAt, reference
        case replaceType, ports, route, wantedSIM, hold, resends, kind, details, readAt, completedAt
    }

    /// Takes what an older version wrote, too: what it did not know has its default.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(String.self, forKey: .id),
            direction: try values.decode(MessageDirection.self, forKey: .direction),
            peer: try values.decode(String.self, forKey: .peer),
            state: try values.decode(MessageState.self, forKey: .state),
            createdAt: try values.decode(Date.self, forKey: .createdAt),
            parts: try values.decode([StoredPart].self, forKey: .parts))
        try self.decodeContent(values)
        try self.decodeTimes(values)
        try self.decodeOrder(values)
    }

    private mutating func decodeContent(_ values: KeyedDecodingContainer<CodingKeys>) throws {
        self.own = try values.decodeIfPresent(String.self, forKey: .own)
        self.modem = try values.decodeIfPresent(String.self, forKey: .modem)
        self.text = try values.decodeIfPresent(String.self, forKey: .text)
        self.data = try values.decodeIfPresent(Data.self, forKey: .data)
        self.encoding = try values.decodeIfPresent(String.self, forKey: .encoding)
        self.error = try values.decodeIfPresent(StoredError.self, forKey: .error)
        self.messageClass = try values.decodeIfPresent(Int.self, forKey: .messageClass)
        self.incomplete = try values.decode(Bool.self, forKey: .incomplete)
        self.ports = try values.decodeIfPresent(MessagePorts.self, forKey: .ports)
        self.kind = try values.decodeIfPresent(MessageKind.self, forKey: .kind) ?? .message
        self.details = try values.decodeIfPresent(MessageDetails.self, forKey: .details)
    }

    private mutating func decodeTimes(_ values: KeyedDecodingContainer<CodingKeys>) throws {
        self.sentAt = try values.decodeIfPresent(Date.self, forKey: .sentAt)
        self.deliveredAt = try values.decodeIfPresent(Date.self, forKey: .deliveredAt)
        self.receivedAt = try values.decodeIfPresent(Date.self, forKey: .receivedAt)
        self.expiresAt = try values.decodeIfPresent(Date.self, forKey: .expiresAt)
        self.retryAt = try values.decodeIfPresent(Date.self, forKey: .retryAt)
        self.sendAt = try values.decodeIfPresent(Date.self, forKey: .sendAt)
        self.readAt = try values.decodeIfPresent(Date.self, forKey: .readAt)
        self.completedAt = try values.decodeIfPresent(Date.self, forKey: .completedAt)
    }

    private mutating func decodeOrder(_ values: KeyedDecodingContainer<CodingKeys>) throws {
        self.batch = try values.decodeIfPresent(String.self, forKey: .batch)
        self.token = try values.decodeIfPresent(String.self, forKey: .token)
        self.priority = try values.decodeIfPresent(Int.self, forKey: .priority) ?? 0
        self.reference = try values.decodeIfPresent(String.self, forKey: .reference)
        self.replaceType = try values.decodeIfPresent(Int.self, forKey: .replaceType)
        self.route = try values.decodeIfPresent([String].self, forKey: .route)
        self.wantedSIM = try values.decodeIfPresent(String.self, forKey: .wantedSIM)
        self.hold = try values.decodeIfPresent(StoredError.self, forKey: .hold)
        self.resends = try values.decodeIfPresent(Int.self, forKey: .resends) ?? 0
    }
}
