// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
package import GatewayStore
internal import Logging

extension Messaging {
    /// Tells the store which words opt out, before the first message is received.
    func setOptOutWords() async throws {
        let optOut = self.configuration.optOut
        try await self.store.setOptOutWords(
            OptOutWords.words(optOut), isGlobal: optOut.scope == .global, confirms: optOut.confirms)
    }

    /// Until cancelled: who opted out is told so, once.
    func confirmOptOuts() async {
        while !Task.isCancelled {
            var delay: Duration?
            do {
                var entries = try await self.store.unconfirmedOptOuts()
                while !entries.isEmpty {
                    for entry in entries { try await self.confirm(entry) }
                    entries = try await self.store.unconfirmedOptOuts()
                }
            } catch is CancellationError {
                return
            } catch {
                self.logger.error("an opt-out was not confirmed yet", metadata: ["error": "\(error)"])
                delay = .storeRetry
            }
            await self.confirmations.wait(for: delay, clock: self.clock)
        }
    }

    private func confirm(_ entry: OptOut) async throws {
        let text = OptOutWords.confirmation(self.configuration.optOut, language: entry.language)
        var draft: OutgoingDraft?
        // A sender that is a name, or a text nobody can send: the opt-out holds without an answer.
        if let content = try? MessageComposer(configuration: self.configuration).content(
            of: OutgoingRequest(recipients: [entry.peer], text: text))
        {
            draft = try? MessageComposer(configuration: self.configuration).draft(content, to: entry.peer)
        }
        draft?.expiresAt = self.now().addingTimeInterval(86_400)
        let own = entry.modem.flatMap(self.ownNumber)
        guard let message = try await self.store.confirmOptOut(entry, with: draft, own: own) else { return }
        self.wakeLanes(Set([message.modem].compactMap { $0 }))
        self.expiry.signal()
    }

    /// Enters somebody by hand.
    ///
    /// - Parameters:
    ///   - modem: only from the SIM in this modem.
    ///   - sim: only from this SIM, by ICCID or own number; neither: from all.
    package func addOptOut(_ number: String, modem: String?, sim: String?) async throws(MessagingError) -> OptOut {
        let number = try RecipientNumber.normalised(number, plan: self.configuration.numberingPlan)
        let place = try self.place(modem: modem, sim: sim)
        do {
            return try await self.store.addOptOut(number, at: place)
        } catch {
            throw MessagingError(.storeFailed, "The entry could not be stored: \(error)", cause: error)
        }
    }

    private func place(modem: String?, sim: String?) throws(MessagingError) -> OptOutPlace {
        let lanes = self.lanes
        switch (modem, sim) {
        case (nil, nil): return .everywhere
        case (.some, .some): throw MessagingError(.invalidOption, "Give only one of modem and sim.")
        case (let modem?, nil):
            guard lanes.contains(where: { $0.id == modem }) else {
                let known = lanes.isEmpty ? "none" : lanes.map(\.id).joined(separator: ", ")
                throw MessagingError(.unknownModem, "There is no modem of that name; there are: \(known).")
            }
            return .modem(SendingPlace(modem: modem, sim: self.sim(modem)))
        case (nil, let sim?):
            if let lane = lanes.first(where: { self.has($0.id, sim) }) {
                return .modem(SendingPlace(modem: lane.id, sim: self.sim(lane.id)))
            }
            // 19 or 20 digits, ITU-T E.118: one that is in no modem now.
            guard (19...20).contains(sim.utf8.count), sim.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw MessagingError(
                    .unknownSIM, "No modem has a SIM of that number, and it is no ICCID of 19 or 20 digits.")
            }
            return .sim(sim)
        }
    }

    private func has(_ modem: String, _ sim: String) -> Bool {
        self.sim(modem) == sim || self.ownNumber(modem).map { AddressMatch.same($0, sim) } ?? false
    }
}
