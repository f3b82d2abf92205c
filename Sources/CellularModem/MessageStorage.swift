// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One place in the modem's message storage.
struct StorageSlot: Sendable, Hashable {
    /// `ME`, `SM`, `MT` or `SR`, TS 27.005 §3.2.3.
    var memory: String
    var index: Int
}

/// Which slots are on their way through the gateway.
///
/// A slot handed over is not handed over again until it was released: a second deletion could hit a message that came
/// into the same slot in between. The modem reuses a slot the moment it has deleted it, before its `OK` has reached us:
/// such an announcement is kept for after the release.
struct MessageStorage: Sendable {
    /// EC25 has 255 slots in ME and 50 on the SIM. A modem that announces more than this talks nonsense.
    static let announcementLimit = 1024

    private var handedOver: Set<StorageSlot> = []
    private var announced: Set<StorageSlot> = []

    /// So much is announced that a sweep is the better way.
    var isFull: Bool { self.announced.count >= Self.announcementLimit }

    /// A message was announced; answers whether it is to be read now.
    mutating func announce(_ slot: StorageSlot) -> Bool {
        let isNew = self.announced.insert(slot).inserted
        return isNew && !self.handedOver.contains(slot)
    }

    /// The slot's turn has come; answers whether it is to be read. From here on an announcement speaks of another
    /// message. A sweep may have handed the slot over meanwhile: then what is announced stays for after its release.
    mutating func beginReading(_ slot: StorageSlot) -> Bool {
        guard !self.handedOver.contains(slot) else { return false }
        self.announced.remove(slot)
        return true
    }

    /// A message was read; answers whether it is to be handed over.
    mutating func handOver(_ slot: StorageSlot) -> Bool {
        self.handedOver.insert(slot).inserted
    }

    /// The slot is free; answers whether another message was announced in it meanwhile, which is to be read now.
    mutating func release(_ slot: StorageSlot) -> Bool {
        self.handedOver.remove(slot)
        return self.announced.contains(slot)
    }
}

/// Keeps "choose the memory" and "use it" together: `AT+CPMS` chooses for every later command.
struct StorageGate {
    /// What `AT+CPMS` chose last; `nil` when the modem may have forgotten.
    var selected: String?
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// `true`: entered; else wait for the continuation given to `wait`.
    mutating func tryEnter() -> Bool {
        guard !self.isTaken else { return false }
        self.isTaken = true
        return true
    }

    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) {
        self.waiting.append(continuation)
    }

    /// The gate passes to the next in line, or is free.
    mutating func leave() {
        if self.waiting.isEmpty {
            self.isTaken = false
        } else {
            self.waiting.removeFirst().resume()
        }
    }
}
