// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import CellularModem
import Foundation
import GatewayStore

extension USSDAnswer {
    func json(modem: String) -> JSONValue {
        [
            "modem": .string(modem), "session": .string(self.session), "state": .string(self.state.rawValue),
            "text": .string(self.text.text), "dcs": .integer(orNull: self.dataCoding),
            "encoding": .string(self.text.encoding.rawValue),
        ]
    }
}

extension USSDSession {
    /// - Parameter state: how it stands; `asking` while the network's answer is waited for.
    func json(modem: String, awaitsReply: Bool) -> JSONValue {
        [
            "modem": .string(modem), "session": .string(self.id),
            "state": .string(awaitsReply ? USSDState.awaitingReply.rawValue : "asking"),
            "initiator": .string(self.initiator.rawValue), "who": .string(orNull: self.who),
            "startedAt": .string(WireTime.string(self.startedAt)),
        ]
    }
}

extension USSDEvent {
    /// As the journal and the webhooks tell it.
    func json(modem: String) -> JSONValue {
        [
            "modem": .string(modem), "session": .string(orNull: self.session?.id),
            "state": .string(self.state.rawValue),
            "text": .string(orNull: self.text?.text), "dcs": .integer(orNull: self.dataCoding),
            "encoding": .string(orNull: self.text?.encoding.rawValue),
            "initiator": .string((self.session?.initiator ?? .network).rawValue),
            "who": .string(orNull: self.session?.who),
        ]
    }
}

extension ModemBalance {
    var json: JSONValue {
        [
            "amount": .string(self.amount), "number": .number(orNull: self.number), "text": .string(self.text),
            "at": .string(WireTime.string(self.at)),
        ]
    }

    init(_ amount: BalanceRecord.Amount) {
        self.init(amount: amount.amount, text: amount.text, at: amount.at)
    }
}
