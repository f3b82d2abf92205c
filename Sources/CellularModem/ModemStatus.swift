// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import struct Foundation.Date

/// What is known of one modem at one moment. A value that is not known is `nil`, never invented.
package struct ModemStatus: Sendable, Equatable {
    /// The gateway's own name for the modem: configured, or the model in lower case with a number (`ec25-1`).
    package var id: String
    package var model: String?
    package var manufacturer: String?
    package var firmware: String?
    /// 15 decimal digits, TS 23.003 §6.2.1.
    package var imei: String?
    package var state: ModemState
    /// Why the modem is in this state and what to do about it, when it is not `ready`.
    package var reason: String?
    package var sim: SIMStatus
    package var network: NetworkStatus
    package var signal: SignalStatus
    package var ports: [ModemPort]
    /// What the SIM's balance was when it was last read.
    package var balance: ModemBalance?
    /// When `state` last changed.
    package var since: Date

    package init(id: String, state: ModemState, since: Date, ports: [ModemPort] = []) {
        self.id = id
        self.state = state
        self.since = since
        self.ports = ports
        self.sim = SIMStatus()
        self.network = NetworkStatus()
        self.signal = SignalStatus()
    }
}

/// How far a modem has come on its way from the socket to service.
package enum ModemState: String, Sendable, CaseIterable {
    /// Its tty is known, nothing has been asked yet.
    case plugged
    /// It is being asked who it is and set up.
    case probing
    /// The SIM is absent, locked or still starting: `SIMStatus.state` says which.
    case sim
    /// The SIM is ready, the network is not: not registered, or registration denied.
    case registering
    /// Messages can be sent and are received.
    case ready
    /// It answers, but part of its set-up or service failed; `reason` says what.
    case degraded
    /// It does not answer; it is being brought back.
    case unresponsive
    /// Its tty is gone.
    case gone
}

/// One tty of the modem and what it is for.
package struct ModemPort: Sendable, Equatable {
    package var role: String
    package var path: String

    package init(role: String, path: String) {
        self.role = role
        self.path = path
    }
}

/// The SIM as the modem reports it.
package struct SIMStatus: Sendable, Equatable {
    package var state: SIMState = .unknown
    /// 19 or 20 digits, ITU-T E.118; the pad digit F that some modems print is removed.
    package var iccid: String?
    /// Up to 15 digits, TS 23.003 §2.2.
    package var imsi: String?
    /// The SIM's own number (MSISDN, `+CNUM`), E.164 with `+` when the SIM says international.
    package var number: String?

    package init() {}
}

/// `+CPIN` codes of TS 27.007 §8.3, as far as they matter here.
package enum SIMState: String, Sendable, CaseIterable {
    case unknown
    case absent
    case starting
    case pin
    case puk
    /// Bound to an equipment or an operator (`PH-NET PIN` …).
    case locked
    /// The card does not work, or is switched off.
    case failed
    case ready
}

/// Registration and serving cell.
package struct NetworkStatus: Sendable, Equatable {
    package var registration: Registration = .unknown
    /// The operator's name, as the modem prints it but with doubled names made single.
    package var `operator`: String?
    /// Mobile country code and mobile network code, 5 or 6 digits.
    package var plmn: String?
    /// Access technology: `GSM`, `UMTS`, `HSPA`, `LTE`.
    package var technology: String?
    /// Location area code or, on LTE, tracking area code.
    package var lac: Int?
    package var cellID: Int?

    package init() {}
}

/// `<stat>` of `+CREG`, TS 27.007 §7.2.
package enum Registration: String, Sendable, CaseIterable {
    case unknown
    case notRegistered
    case searching
    case denied
    case home
    case roaming

    package var isRegistered: Bool { self == .home || self == .roaming }
}

/// Radio levels. A technology that has no such measure leaves it `nil`.
package struct SignalStatus: Sendable, Equatable {
    /// Received power in dBm, -113 … -51 from `+CSQ` (TS 27.007 §8.5).
    package var rssi: Int?
    /// LTE reference signal received power in dBm, -140 … -44.
    package var rsrp: Int?
    /// LTE reference signal received quality in dB, -20 … -3.
    package var rsrq: Double?
    /// Signal to interference and noise ratio in dB, -20 … 30.
    package var sinr: Double?
    /// 0 … 100, linear over the `+CSQ` scale.
    package var percent: Int?

    package init() {}
}
