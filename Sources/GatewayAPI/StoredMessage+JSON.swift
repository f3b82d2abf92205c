// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import SMSPDU

/// A message as the API shows it. What is not known is null.
extension StoredMessage {
    var json: JSONValue {
        var object = JSONObject()
        for member in self.commonMembers { object.append(member.0, member.1) }
        for member in self.outgoingMembers { object.append(member.0, member.1) }
        for member in self.incomingMembers { object.append(member.0, member.1) }
        return .object(object)
    }

    private var commonMembers: [(String, JSONValue)] {
        let incoming = self.direction == .incoming
        return [
            ("id", .string(self.id)),
            ("direction", .string(self.direction.rawValue)),
            ("from", .string(orNull: incoming ? self.peer : self.own)),
            ("to", .string(orNull: incoming ? self.own : self.peer)),
            ("text", .string(orNull: self.text)),
            ("dataHex", .string(orNull: self.data.map(Self.hex))),
            ("state", .string(self.state.rawValue)),
            ("modem", .string(orNull: self.modem)),
            ("encoding", .string(orNull: self.encoding)),
            ("class", .integer(orNull: self.messageClass)),
            ("parts", .array(self.parts.map(\.json))),
            ("incomplete", .bool(self.incomplete)),
            ("error", self.error?.json ?? .null),
            ("batch", .string(orNull: self.batch)),
            ("token", .string(orNull: self.token)),
            ("createdAt", .string(WireTime.string(self.createdAt))),
            ("sentAt", WireTime.json(self.sentAt)),
            ("deliveredAt", WireTime.json(self.deliveredAt)),
            ("receivedAt", WireTime.json(self.receivedAt)),
        ]
    }

    private var outgoingMembers: [(String, JSONValue)] {
        [
            ("priority", .integer(self.priority)),
            ("sendAt", WireTime.json(self.sendAt)),
            ("expiresAt", WireTime.json(self.expiresAt)),
            ("reference", .string(orNull: self.reference)),
            ("replaceType", .integer(orNull: self.replaceType)),
            ("route", self.route.map { .array($0.map(JSONValue.string)) } ?? .null),
            ("sim", .string(orNull: self.wantedSIM)),
            ("resends", .integer(self.resends)),
            ("waiting", self.waitingJSON),
        ]
    }

    private var incomingMembers: [(String, JSONValue)] {
        [
            ("kind", .string(self.kind.rawValue)),
            (
                "ports",
                self.ports.map { ["destination": .integer($0.destination), "source": .integer($0.source)] } ?? .null
            ),
            ("mms", self.details?.mms?.json ?? .null),
            ("messageWaiting", .array((self.details?.waiting ?? []).map(\.json))),
            ("contentType", .string(orNull: self.details?.contentType)),
            ("readAt", WireTime.json(self.readAt)),
            ("completedAt", WireTime.json(self.completedAt)),
        ]
    }

    static func hex(_ data: Data) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(data.count * 2)
        for byte in data { text += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

extension StoredPart {
    fileprivate var json: JSONValue {
        [
            "number": .integer(self.number),
            "state": .string(self.state.rawValue),
            "reference": .integer(orNull: self.reference),
            "status": .integer(orNull: self.status),
            "statusText": .string(orNull: self.status.map { TPStatus(rawValue: UInt8(clamping: $0)).text }),
            "error": self.error?.json ?? .null,
            "sentAt": WireTime.json(self.sentAt),
            "deliveredAt": WireTime.json(self.deliveredAt),
            "timestamp": .string(orNull: self.timestamp),
            "pdu": .string(self.pdu),
        ]
    }
}

extension StoredError {
    var json: JSONValue {
        ["code": .string(self.code), "message": .string(self.message)]
    }
}

extension MessageDetails.MMS {
    fileprivate var json: JSONValue {
        [
            "from": .string(orNull: self.from),
            "subject": .string(orNull: self.subject),
            "url": .string(orNull: self.url),
            "sizeBytes": .integer(orNull: self.size),
            "expiresAt": WireTime.json(self.expiresAt),
            "transaction": .string(orNull: self.transaction),
        ]
    }
}

extension MessageDetails.Waiting {
    fileprivate var json: JSONValue {
        ["kind": .string(self.kind), "active": .bool(self.isActive), "count": .integer(orNull: self.count)]
    }
}
