// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import CellularModem

@Suite struct MessageStorageTests {
    private let slot = StorageSlot(memory: "ME", index: 3)

    @Test func announcementIsReadOnce() {
        var storage = MessageStorage()
        let isToRead = [storage.announce(self.slot), storage.announce(self.slot)]
        #expect(isToRead == [true, false])
        let isRead = storage.beginReading(self.slot)
        #expect(isRead)
        let isNew = storage.handOver(self.slot)
        #expect(isNew)
        let isAnnouncedAgain = storage.release(self.slot)
        #expect(!isAnnouncedAgain)
    }

    @Test func sweepDoesNotHandOverTwice() {
        var storage = MessageStorage()
        let isNew = [storage.handOver(self.slot), storage.handOver(self.slot)]
        #expect(isNew == [true, false])
        let isAnnouncedAgain = storage.release(self.slot)
        #expect(!isAnnouncedAgain)
        let isNewAfterwards = storage.handOver(self.slot)
        #expect(isNewAfterwards)
    }

    /// The modem puts the next message into the slot it has just deleted, before its OK has reached us.
    @Test func nextMessageInTheSameSlotIsReadAfterTheRelease() {
        var storage = MessageStorage()
        _ = storage.announce(self.slot)
        _ = storage.beginReading(self.slot)
        _ = storage.handOver(self.slot)
        let isToRead = storage.announce(self.slot)
        #expect(!isToRead)
        let isAnnouncedAgain = storage.release(self.slot)
        #expect(isAnnouncedAgain)
        let isRead = storage.beginReading(self.slot)
        #expect(isRead)
        let isNew = storage.handOver(self.slot)
        #expect(isNew)
    }

    /// A read that was asked for before a sweep took the message must not forget that the next one was announced.
    @Test func staleReadKeepsTheAnnouncementOfTheNextMessage() {
        var storage = MessageStorage()
        _ = storage.announce(self.slot)
        let isSwept = storage.handOver(self.slot)
        #expect(isSwept)
        let isRead = storage.beginReading(self.slot)
        #expect(!isRead)
        let isAnnouncedAgain = storage.release(self.slot)
        #expect(isAnnouncedAgain)
        let isReadAfterwards = storage.beginReading(self.slot)
        #expect(isReadAfterwards)
    }

    @Test func endlessAnnouncementsAreBounded() {
        var storage = MessageStorage()
        for index in 0..<MessageStorage.announcementLimit {
            #expect(!storage.isFull)
            _ = storage.announce(StorageSlot(memory: "ME", index: index))
        }
        #expect(storage.isFull)
    }
}
