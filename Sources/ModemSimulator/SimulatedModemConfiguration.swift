// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One modem to simulate: what it is, which SIM is in it and how it is served.
package struct SimulatedModemConfiguration: Sendable, Equatable {
    /// Name of the modem in the control protocol and of its link, `<directory>/<id>.tty`.
    package var id: String
    package var model: SimulatedModemModel
    /// The SIM's own number, E.164 with `+`.
    package var number: String
    /// 15 digits with the check digit of TS 23.003 §6.2.1.
    package var imei: String
    /// 15 digits, of the test network 001-01 unless set.
    package var imsi: String
    /// 19 digits; the EC25 prints a pad digit `F` behind them.
    package var iccid: String
    /// Service centre address the SIM holds (`+CSCA`).
    package var serviceCentre: String
    /// PIN the SIM asks for at power-up; `nil`: none.
    package var pin: String?
    /// Time the modem needs after each plug before it says `RDY`; until then it drops what it is sent.
    package var bootDelay: Duration
    /// Time a `+CMT` or `+CDS` waits for `AT+CNMA` when `+CSMS=1`.
    package var acknowledgementTimeout: Duration
    /// Delays as on the air (3 s for a message, 75 s for `+COPS=?`) instead of answers at once.
    package var isRealistic: Bool

    /// - Parameters:
    ///   - id: letters, digits, `-` and `_` only, as it becomes a file name.
    ///   - number: E.164 with `+`; the other identities are made from its last digits where they are `nil`.
    package init(
        id: String, model: SimulatedModemModel, number: String, imei: String? = nil, imsi: String? = nil,
        iccid: String? = nil, pin: String? = nil
    ) {
        let digits = String(number.filter(\.isDecimalDigit).suffix(10))
        let padded = String(repeating: "0", count: 10 - digits.count) + digits
        self.id = id
        self.model = model
        self.number = number
        self.imei = imei ?? Self.withLuhnDigit("860000" + padded.suffix(8))
        self.imsi = imsi ?? "00101" + padded
        self.iccid = iccid ?? Self.withLuhnDigit("89000000" + padded)
        self.serviceCentre = "+33639980000"
        self.pin = pin
        self.bootDelay = .zero
        self.acknowledgementTimeout = .seconds(15)
        self.isRealistic = false
    }

    /// `digits` with the check digit of ISO/IEC 7812-1 annex B behind them.
    static func withLuhnDigit(_ digits: some StringProtocol) -> String {
        var sum = 0
        for (position, digit) in digits.reversed().enumerated() {
            let value = digit.wholeNumberValue ?? 0
            sum += position.isMultiple(of: 2) ? (value * 2) / 10 + (value * 2) % 10 : value
        }
        return String(digits) + String((10 - sum % 10) % 10)
    }
}

extension Character {
    /// `0` … `9` of ASCII, and no other script's digits.
    var isDecimalDigit: Bool { self >= "0" && self <= "9" }
}
