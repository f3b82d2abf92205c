// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import GatewayStore

/// How much and when one modem may send. Without any, as fast as the network takes it.
package struct ModemLimits: Sendable, Equatable {
    /// Parts of its SIM, counted by ICCID: another SIM in the modem begins anew, and a SIM takes its count along.
    package var sending = SendingLimits()
    package var quietHours: QuietHours?
    /// From one part to the next at least.
    package var partPause: Duration = .zero

    package init() {}
}
