// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Logging

extension CellularModem {
    package func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8 {
        guard let channel = self.channel, self.machine.isServing else {
            throw SubmitError(
                outcome: .notSent, message: "The modem is not in service: \(self.machine.reason ?? "starting").")
        }
        do {
            let command = try ATCommands.sendMessage(
                pdu: pdu, length: length, deadline: self.configuration.timing.submit)
            let response = try await channel.send(command)
            self.machine.answered()
            return try Self.reference(in: response)
        } catch let error as ATChannelError {
            if error.isTimeout { self.apply(self.machine.unanswered()) }
            throw SubmitError(outcome: error.payloadHandedOver ? .unknown : .notSent, message: error.description)
        } catch let error as SubmitError {
            throw error
        } catch {
            // The encoder refused it: nothing was written.
            throw SubmitError(outcome: .notSent, message: "\(error)")
        }
    }

    /// `+CMGS: <mr>` (TS 27.005 §3.5.1). An `OK` without it means sent, with a reference nobody told us.
    private static func reference(in response: ATResponse) throws(SubmitError) -> UInt8 {
        switch response.result {
        case .ok:
            guard let reference = response.messageReference else {
                throw SubmitError(outcome: .unknown, message: "The modem confirmed without a message reference.")
            }
            return reference
        case .cmsError(let code):
            throw SubmitError(outcome: .notSent, cmsError: code.number, message: CMSError.sentence(code))
        case .error, .cmeError, .noCarrier, .busy, .noAnswer, .noDialtone, .connect, .aborted:
            throw SubmitError(outcome: .notSent, message: response.result.description)
        }
    }

    /// Does nothing for what another session handed over: this one's sweep finds it again if it is still there, and the
    /// store knows it. Deleted by number now, it could be another message, not read yet.
    package func release(_ incoming: IncomingPDU) async throws {
        guard incoming.session == self.sessionNumber else { return }
        switch incoming.place {
        case .stored(let memory, let index):
            let slot = StorageSlot(memory: memory, index: index)
            // Whatever happens, the slot may be read again: the sweep finds it if it is still there.
            var isAnother = false
            defer {
                if incoming.session == self.sessionNumber, self.storage.release(slot) || isAnother {
                    self.enqueue(.read(slot))
                }
            }
            try await self.withStorage(memory) {
                // The port may have gone while this waited for its turn.
                guard incoming.session == self.sessionNumber else { return }
                isAnother = try await !self.delete(slot, holding: incoming.pdu)
            }
        case .direct(let mustAcknowledge):
            guard mustAcknowledge else { return }
            await self.acknowledge()
        }
    }

    /// Deletes what is in the slot if it is this PDU. The only command that can lose a message is not trusted to a number
    /// alone: answers carry none (`+CMGR`), and one taken for another's would have the wrong message deleted.
    ///
    /// - Returns: `false` when another message is there, to be read.
    private func delete(_ slot: StorageSlot, holding pdu: String) async throws -> Bool {
        let response = try await self.ask(ATCommands.readMessage(index: slot.index))
        // An empty slot, as `read` knows it.
        guard response.result == .ok, let stored = StoredPDU(readResponse: response.lines, index: slot.index) else {
            return true
        }
        guard stored.pdu.uppercased() == pdu.uppercased() else { return false }
        _ = try await self.ask(ATCommands.deleteMessage(index: slot.index)).checked()
        return true
    }

    /// `AT+CNMA`. A late or failed one makes the modem stop handing messages over: the setting is made again then.
    private func acknowledge() async {
        if let response = try? await self.ask(ATCommands.acknowledgeMessage()), response.result == .ok { return }
        self.enqueue(.action(.setUp))
        self.enqueue(.sweep)
    }

    /// Runs `body` while `AT+CPMS` has chosen `memory` for reading and deleting.
    func withStorage<T: Sendable>(_ memory: String, _ body: () async throws -> T) async throws -> T {
        try await self.withStorageGate {
            try await self.choose(memory)
            return try await body()
        }
    }

    /// Runs `body` while nobody else chooses or uses a memory.
    func withStorageGate<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        if !self.storageGate.tryEnter() {
            await withCheckedContinuation { self.storageGate.wait($0) }
        }
        defer { self.storageGate.leave() }
        return try await body()
    }

    private func choose(_ memory: String) async throws {
        if self.storageGate.selected != memory {
            // Without an answer nobody knows which one is chosen.
            self.storageGate.selected = nil
            _ = try await self.ask(ATCommands.selectStorage(memory)).checked()
            self.storageGate.selected = memory
        }
    }

    /// Reads one announced message and hands it over.
    func read(_ slot: StorageSlot) async throws {
        guard self.storage.beginReading(slot) else { return }
        let response = try await self.withStorage(slot.memory) {
            try await self.ask(ATCommands.readMessage(index: slot.index))
        }
        // An empty slot is a bare OK on EC25 (EC25EFAR06A10M4G) and +CMS ERROR: 321 elsewhere.
        guard response.result == .ok, let stored = StoredPDU(readResponse: response.lines, index: slot.index) else {
            return
        }
        self.handOver(stored, from: slot)
    }

    /// Hands over everything the storages hold: messages that came while nobody listened, or whose `+CMTI` was lost.
    func sweep() async throws {
        guard self.machine.isSetUp else { return }
        self.pollsSinceSweep = 0
        for memory in self.profile?.memories ?? ["ME"] {
            let listed = try? await self.withStorage(memory) {
                let response = try await self.ask(ATCommands.listMessages())
                return response.result == .ok ? StoredPDU.list(response.lines) : []
            }
            for stored in listed ?? [] {
                self.handOver(stored, from: StorageSlot(memory: memory, index: stored.index))
            }
        }
    }

    private func handOver(_ stored: StoredPDU, from slot: StorageSlot) {
        // Drafts and sent ones (stat 2 and 3, TS 27.005 §3.1) are the owner's, not received.
        guard stored.isReceived, self.storage.handOver(slot) else { return }
        let incoming = IncomingPDU(
            kind: .message, place: .stored(memory: slot.memory, index: slot.index), pdu: stored.pdu,
            length: stored.length, session: self.sessionNumber)
        // No room: it stays in the modem, and a later sweep brings it.
        if case .dropped = self.incomingContinuation.yield(incoming) { _ = self.storage.release(slot) }
    }

    /// A message or report that came without being stored.
    func handOver(direct: DirectPDU) {
        let incoming = IncomingPDU(
            kind: direct.isStatusReport ? .statusReport : .message,
            place: .direct(mustAcknowledge: self.mustAcknowledge), pdu: direct.pdu, length: direct.length,
            session: self.sessionNumber)
        if case .dropped = self.incomingContinuation.yield(incoming) {
            self.logger.error("a report was dropped: nothing is stored any more; see the database's health")
        }
    }
}
