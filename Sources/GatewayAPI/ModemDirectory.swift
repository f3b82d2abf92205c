// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol
package import CellularModem

/// The modems as the API sees them.
package protocol ModemDirectory: Sendable {
    /// All modems the gateway knows, in a stable order.
    func modems() async -> [ModemStatus]

    func modem(id: String) async -> ModemStatus?

    /// The modem that USSD goes through.
    func ussdModem(id: String) async -> (any USSDModem)?

    /// Carries out one command of the AT console and returns what the modem answered.
    ///
    /// - Parameters:
    ///   - confirmed: the caller has said that it wants a dangerous command.
    ///   - who: token name, or `local`.
    /// - Throws: ``ConsoleError``.
    func console(id: String, command: String, confirmed: Bool, who: String) async throws -> ATResponse
}
