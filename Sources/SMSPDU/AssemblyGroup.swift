// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The parts of one message so far.
struct AssemblyGroup: Sendable {
    enum Addition {
        case added
        /// The part of this id is the same.
        case duplicate(String)
        /// It is part of another message.
        case refused
    }

    private(set) var parts: [UInt8: AssemblyPart]
    private(set) var lastReceivedAt: Int64

    init(_ part: AssemblyPart, sequence: UInt8) {
        self.parts = [sequence: part]
        self.lastReceivedAt = part.receivedAt
    }

    var inOrder: [AssemblyPart] { self.parts.sorted { $0.key < $1.key }.map(\.value) }

    var firstID: String { self.inOrder.first?.id ?? "" }

    /// - Parameter part: one of the same key.
    mutating func add(_ part: AssemblyPart, sequence: UInt8) -> Addition {
        if let known = self.parts[sequence] {
            return known.id == part.id || known.isRepeated(by: part) ? .duplicate(known.id) : .refused
        }
        guard self.isNear(part) else { return .refused }
        self.parts[sequence] = part
        self.lastReceivedAt = max(self.lastReceivedAt, part.receivedAt)
        return .added
    }

    /// Unknown times tell nothing.
    private func isNear(_ part: AssemblyPart) -> Bool {
        guard let time = part.timestamp else { return true }
        return self.parts.values.allSatisfy { known in
            guard let other = known.timestamp else { return true }
            return (other &- time).magnitude <= UInt64(MessageAssembler.maximumTimestampDistance)
        }
    }

    func incomplete(_ key: MessageAssembler.Key) -> IncompleteMessage {
        IncompleteMessage(key: key, parts: self.parts)
    }
}
