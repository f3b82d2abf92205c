// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Memories of TS 27.005 §3.2.3 these modems have.
package enum MemoryName: String, Sendable, Codable, CaseIterable {
    case mobileEquipment = "ME"
    case sim = "SM"
    case statusReport = "SR"

    /// `<mem>` as a technician writes it; `MT` (both) is taken as the modem's own memory.
    init?(argument: String) {
        let name = argument.uppercased()
        self.init(rawValue: name == "MT" ? "ME" : name)
    }
}

/// One message in a slot.
struct StoredShortMessage: Equatable {
    /// `<stat>` of TS 27.005 §3.1.
    enum Status: Int {
        case receivedUnread = 0
        case receivedRead = 1
        case storedUnsent = 2
        case storedSent = 3

        /// The text-mode word.
        var text: String {
            switch self {
            case .receivedUnread: "REC UNREAD"
            case .receivedRead: "REC READ"
            case .storedUnsent: "STO UNSENT"
            case .storedSent: "STO SENT"
            }
        }
    }

    /// The network's number of the delivery that put it here; it links the log's entries.
    var delivery: Int
    var status: Status
    /// Service centre address and TPDU in hexadecimal.
    var pdu: String
    /// Octets of the TPDU alone.
    var length: Int
}

/// Slots of one memory; a new message takes the lowest free index, the first is 0.
struct MessageMemory: Equatable {
    let capacity: Int
    private(set) var slots: [Int: StoredShortMessage] = [:]

    init(capacity: Int) {
        self.capacity = capacity
    }

    var used: Int { self.slots.count }
    var isFull: Bool { self.slots.count >= self.capacity }
    var indices: [Int] { self.slots.keys.sorted() }

    /// The index it got, or `nil` when there is no room.
    mutating func store(_ message: StoredShortMessage) -> Int? {
        guard !self.isFull else { return nil }
        guard let index = (0..<self.capacity).first(where: { self.slots[$0] == nil }) else { return nil }
        self.slots[index] = message
        return index
    }

    /// Reading makes an unread message read, also in a list (observed on both models).
    mutating func read(_ index: Int) -> StoredShortMessage? {
        guard let message = self.slots[index] else { return nil }
        if message.status == .receivedUnread { self.slots[index]?.status = .receivedRead }
        return message
    }

    mutating func remove(_ index: Int) -> StoredShortMessage? {
        self.slots.removeValue(forKey: index)
    }
}
