// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `+CSQ: <rssi>,<ber>` (TS 27.007 §8.5).
///
/// Seen: `+CSQ: 18,99`, none: `+CSQ: 99,99` (SIM7600A-H). SIM7600 prints 100 … 191 for TD-SCDMA (-116 … -25 dBm).
package struct SignalQuality: Sendable, Equatable {
    /// Received power in dBm, -113 … -51; `nil`: not known or not detectable.
    package let rssi: Int?
    /// 0 … 100, linear over the scale.
    package let percent: Int?

    package init?(line: String) {
        guard let value = ATFields(line).integer(0) else { return nil }
        switch value {
        case 0...31:
            self.rssi = -113 + 2 * value
            self.percent = value * 100 / 31
        case 100...191:
            self.rssi = value - 216
            self.percent = (value - 100) * 100 / 91
        default:
            self.rssi = nil
            self.percent = nil
        }
    }
}
