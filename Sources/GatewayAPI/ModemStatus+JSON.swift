// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem

/// A modem as `GET /api/modems` shows it. What is not known is null.
extension ModemStatus {
    var json: JSONValue {
        [
            "id": .string(self.id),
            "model": .string(orNull: self.model),
            "manufacturer": .string(orNull: self.manufacturer),
            "firmware": .string(orNull: self.firmware),
            "imei": .string(orNull: self.imei),
            "state": .string(self.state.rawValue),
            "reason": .string(orNull: self.reason),
            "sim": self.sim.json,
            "network": self.network.json,
            "signal": self.signal.json,
            "ports": .array(self.ports.map { ["role": .string($0.role), "path": .string($0.path)] }),
            "balance": self.balance?.json ?? .null,
            "since": .string(WireTime.string(self.since)),
        ]
    }
}

extension SIMStatus {
    fileprivate var json: JSONValue {
        [
            "state": .string(self.state.rawValue),
            "iccid": .string(orNull: self.iccid),
            "imsi": .string(orNull: self.imsi),
            "number": .string(orNull: self.number),
        ]
    }
}

extension NetworkStatus {
    fileprivate var json: JSONValue {
        [
            "registration": .string(self.registration.rawValue),
            "operator": .string(orNull: self.operator),
            "plmn": .string(orNull: self.plmn),
            "technology": .string(orNull: self.technology),
            "lac": .integer(orNull: self.lac),
            "cellId": .integer(orNull: self.cellID),
        ]
    }
}

extension SignalStatus {
    var json: JSONValue {
        [
            "rssiDbm": .integer(orNull: self.rssi),
            "rsrpDbm": .integer(orNull: self.rsrp),
            "rsrqDb": .number(orNull: self.rsrq),
            "sinrDb": .number(orNull: self.sinr),
            "percent": .integer(orNull: self.percent),
        ]
    }
}
