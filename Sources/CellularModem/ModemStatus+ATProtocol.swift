// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol

// What the modem's answers mean for the status.

extension SIMState {
    init(_ state: PINState) {
        self =
            switch state {
            // PIN2 protects the fixed dialling numbers only.
            case .ready, .pin2, .puk2: .ready
            case .pin: .pin
            case .puk: .puk
            case .personalization: .locked
            case .absent: .absent
            case .starting: .starting
            case .failed: .failed
            case .unknown: .unknown
            }
    }
}

extension Registration {
    /// - Parameter stat: `<stat>` of `+CREG` and `+CEREG`, TS 27.007 §7.2: 6 and 7 are "SMS only", 9 and 10 "CSFB not
    ///   preferred": registered for what the gateway does. 8 is "emergency calls only".
    init(stat: Int) {
        self =
            switch stat {
            case 0: .notRegistered
            case 1, 6, 9: .home
            case 2: .searching
            case 3: .denied
            case 5, 7, 10: .roaming
            case 8: .notRegistered
            default: .unknown
            }
    }

    /// The better of several domains' reports comes first.
    static let preference: [Registration] = [.home, .roaming, .searching, .denied, .notRegistered, .unknown]
}

extension ModemStatus {
    /// Takes what a serving cell line says and keeps what it does not say.
    mutating func take(_ cell: ServingCell) {
        self.network.technology = cell.technology ?? self.network.technology
        self.network.plmn = cell.plmn ?? self.network.plmn
        self.network.lac = cell.lac ?? self.network.lac
        self.network.cellID = cell.cellID ?? self.network.cellID
        self.signal.rssi = self.signal.rssi ?? cell.rssi
        self.signal.rsrp = cell.rsrp
        self.signal.rsrq = cell.rsrq
        self.signal.sinr = cell.sinr
    }
}
