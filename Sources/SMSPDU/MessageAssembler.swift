// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Puts the parts of long messages together: in any order, from many senders at once, TS 23.040 §9.2.3.24.1.
///
/// A pure struct: the caller stores the parts, and after a restart adds those that were still waiting again.
package struct MessageAssembler: Sendable {
    /// What makes two parts belong to one message.
    package struct Key: Hashable, Sendable {
        package let originator: Address
        package let reference: UInt16
        package let isWide: Bool
        package let total: UInt8
    }

    /// Seconds after the last part when the rest is given up.
    package let timeLimit: Int64
    /// A service centre stamps the parts of one message within minutes; with an hour between two of them the
    /// reference was used again. In seconds.
    package static let maximumTimestampDistance: Int64 = 3600
    /// Messages put together at the same time; beyond, the oldest are given up at the next ``expire(now:)``, so that
    /// a sender of first parts cannot fill the memory.
    package static let maximumGroups = 1024

    private var groups: [Key: Group] = [:]

    /// - Parameter timeLimit: seconds to wait for a missing part, counted from the last one that came.
    package init(timeLimit: Int64 = 86_400) {
        self.timeLimit = timeLimit
    }

    /// Messages that wait for parts.
    package var waitingCount: Int { self.groups.count }

    /// Takes one part and says what it makes.
    package mutating func add(part: AssemblyPart) -> AssemblyOutcome {
        guard let concatenation = part.userData.concatenation, concatenation.total > 1 else {
            return .single
        }
        let key = Key(
            originator: part.originator, reference: concatenation.reference, isWide: concatenation.isWide,
            total: concatenation.total)
        guard var group = self.groups[key] else {
            self.groups[key] = Group(part, sequence: concatenation.sequence)
            return .waiting
        }
        if let known = group.parts[concatenation.sequence] {
            if known.id == part.id || known.isRepeated(by: part) { return .duplicate(of: known.id) }
            return self.restart(key, with: part, sequence: concatenation.sequence, after: group)
        }
        guard group.isNear(part) else {
            return self.restart(key, with: part, sequence: concatenation.sequence, after: group)
        }
        group.insert(part, sequence: concatenation.sequence)
        guard group.parts.count == Int(key.total) else {
            self.groups[key] = group
            return .waiting
        }
        self.groups[key] = nil
        let parts = group.inOrder
        return .complete(
            AssembledMessage(ids: parts.map(\.id), content: UserData.joined(parts.map(\.userData))))
    }

    private mutating func restart(
        _ key: Key, with part: AssemblyPart, sequence: UInt8, after group: Group
    ) -> AssemblyOutcome {
        self.groups[key] = Group(part, sequence: sequence)
        return .restarted(incomplete: group.incomplete(key))
    }

    /// Gives up what has waited too long, and the oldest beyond ``maximumGroups``; oldest first.
    package mutating func expire(now: Int64) -> [IncompleteMessage] {
        let byAge = self.groups.sorted {
            ($0.value.lastReceivedAt, $0.value.firstID) < ($1.value.lastReceivedAt, $1.value.firstID)
        }
        let surplus = max(0, byAge.count - Self.maximumGroups)
        var incomplete: [IncompleteMessage] = []
        for (index, entry) in byAge.enumerated() {
            guard index < surplus || now - entry.value.lastReceivedAt >= self.timeLimit else { continue }
            self.groups[entry.key] = nil
            incomplete.append(entry.value.incomplete(entry.key))
        }
        return incomplete
    }
}

/// The parts of one message so far.
private struct Group: Sendable {
    private(set) var parts: [UInt8: AssemblyPart]
    private(set) var lastReceivedAt: Int64

    init(_ part: AssemblyPart, sequence: UInt8) {
        self.parts = [sequence: part]
        self.lastReceivedAt = part.receivedAt
    }

    var inOrder: [AssemblyPart] { self.parts.sorted { $0.key < $1.key }.map(\.value) }

    var firstID: String { self.inOrder.first?.id ?? "" }

    /// Unknown times tell nothing.
    func isNear(_ part: AssemblyPart) -> Bool {
        guard let time = part.timestamp else { return true }
        return self.parts.values.allSatisfy { known in
            guard let other = known.timestamp else { return true }
            return (other &- time).magnitude <= UInt64(MessageAssembler.maximumTimestampDistance)
        }
    }

    mutating func insert(_ part: AssemblyPart, sequence: UInt8) {
        self.parts[sequence] = part
        self.lastReceivedAt = max(self.lastReceivedAt, part.receivedAt)
    }

    func incomplete(_ key: MessageAssembler.Key) -> IncompleteMessage {
        IncompleteMessage(key: key, parts: self.parts)
    }
}
