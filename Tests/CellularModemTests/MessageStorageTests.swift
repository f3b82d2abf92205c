// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import CellularModem

@Suite struct MessageStorageTests {
    private let slot = StorageSlot(memory: "ME", index: 3)

    @Test func announcementIsReadOnce() {
        var storage = MessageStorage()
        #expect(storage.announce(self.slot))
        #expect(!storage.announce(self.slot))
        storage.beginReading(self.slot)
        #expect(storage.handOver(self.slot))
        #expect(!storage.release(self.slot))
    }

    @Test func sweepDoesNotHandOverTwice() {
        var storage = MessageStorage()
        #expect(storage.handOver(self.slot))
        #expect(!storage.handOver(self.slot))
        #expect(!storage.release(self.slot))
        #expect(storage.handOver(self.slot))
    }

    /// The modem puts the next message into the slot it has just deleted, before its OK has reached us.
    @Test func nextMessageInTheSameSlotIsReadAfterTheRelease() {
        var storage = MessageStorage()
        #expect(storage.announce(self.slot))
        storage.beginReading(self.slot)
        #expect(storage.handOver(self.slot))
        #expect(!storage.announce(self.slot))
        #expect(storage.release(self.slot))
        storage.beginReading(self.slot)
        #expect(storage.handOver(self.slot))
        #expect(!storage.release(self.slot))
    }
}
