// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct MessageAssemblerTests {
    private static let text = String(repeating: "The quick brown fox ", count: 20)

    private static func parts(
        _ text: String = Self.text, from sender: String = Fixture.number, reference: UInt16 = 7, wide: Bool = false,
        time: Int64 = 1_795_265_400, prefix: String = ""
    ) throws -> [AssemblyPart] {
        try MessageSegmenter().segment(text, reference: reference, wideReference: wide).parts.enumerated().map {
            AssemblyPart(
                id: prefix + "\($0.offset + 1)", userData: $0.element, originator: try Address(sender),
                timestamp: time + Int64($0.offset), receivedAt: time)
        }
    }

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func partsInAnyOrder(order: [Int]) throws {
        let parts = try Self.parts()
        var assembler = MessageAssembler()
        #expect(assembler.add(part: parts[order[0]]) == .waiting)
        #expect(assembler.add(part: parts[order[1]]) == .waiting)
        guard case .complete(let message) = assembler.add(part: parts[order[2]]) else { return #expect(Bool(false)) }
        #expect(message.ids == ["1", "2", "3"])
        #expect(message.content == .text(Self.text))
        #expect(assembler.waitingCount == 0)
    }

    @Test func messageOfOnePart() throws {
        var assembler = MessageAssembler()
        #expect(assembler.add(part: try Self.parts("short")[0]) == .single)
    }

    @Test func duplicatePart() throws {
        let parts = try Self.parts()
        var assembler = MessageAssembler()
        _ = assembler.add(part: parts[0])
        let again = AssemblyPart(
            id: "other", userData: parts[0].userData, originator: parts[0].originator, timestamp: parts[0].timestamp,
            receivedAt: parts[0].receivedAt + 60)
        #expect(assembler.add(part: again) == .duplicate(of: "1"))
        #expect(assembler.add(part: parts[1]) == .waiting)
    }

    @Test func twoSendersWithTheSameReference() throws {
        let first = try Self.parts(prefix: "a")
        let second = try Self.parts(from: "+33639980002", prefix: "b")
        var assembler = MessageAssembler()
        for part in [first[0], second[0], second[1], first[1]] { #expect(assembler.add(part: part) == .waiting) }
        guard case .complete(let message) = assembler.add(part: first[2]) else { return #expect(Bool(false)) }
        #expect(message.ids == ["a1", "a2", "a3"])
    }

    @Test func narrowAndWideReferencesAreDifferent() throws {
        var assembler = MessageAssembler()
        _ = assembler.add(part: try Self.parts()[0])
        #expect(assembler.add(part: try Self.parts(wide: true)[1]) == .waiting)
        #expect(assembler.waitingCount == 2)
    }

    @Test func nationalNumberIsAnotherSender() throws {
        var assembler = MessageAssembler()
        _ = assembler.add(part: try Self.parts()[0])
        _ = assembler.add(part: try Self.parts(from: "33639980001")[1])
        #expect(assembler.waitingCount == 2)
    }

    @Test func referenceUsedAgain() throws {
        let old = try Self.parts(prefix: "old")
        let new = try Self.parts(String(repeating: "Another message. ", count: 20), time: 1_795_269_000, prefix: "new")
        var assembler = MessageAssembler()
        _ = assembler.add(part: old[0])
        _ = assembler.add(part: old[1])
        guard case .restarted(let incomplete) = assembler.add(part: new[0]) else { return #expect(Bool(false)) }
        #expect(incomplete.ids == ["old1", "old2"])
        _ = assembler.add(part: new[1])
        guard case .complete(let message) = assembler.add(part: new[2]) else { return #expect(Bool(false)) }
        #expect(message.ids == ["new1", "new2", "new3"])
    }

    @Test func partOfALaterMessageDoesNotCompleteAnEarlierOne() throws {
        var assembler = MessageAssembler()
        _ = assembler.add(part: try Self.parts(prefix: "old")[0])
        let late = try Self.parts(time: 1_795_265_400 + MessageAssembler.maximumTimestampDistance + 10, prefix: "new")
        guard case .restarted(let incomplete) = assembler.add(part: late[1]) else { return #expect(Bool(false)) }
        #expect(incomplete.ids == ["old1"])
    }

    @Test func missingPartsAreMarked() throws {
        let parts = try Self.parts(String(repeating: "a", count: 153 * 4 + 1))
        var assembler = MessageAssembler(timeLimit: 600)
        _ = assembler.add(part: parts[1])
        #expect(assembler.expire(now: parts[1].receivedAt + 599).isEmpty)
        let incomplete = try #require(assembler.expire(now: parts[1].receivedAt + 600).first)
        let middle = String(repeating: "a", count: 153)
        #expect(incomplete.content == .text("[part 1 of 5 missing]\(middle)[parts 3-5 of 5 missing]"))
        #expect(incomplete.total == 5)
        #expect(incomplete.parts.map(\.sequence) == [2])
        #expect(incomplete.ids == ["2"])
        #expect(assembler.waitingCount == 0)
    }

    @Test func timeLimitCountsFromTheLastPart() throws {
        let parts = try Self.parts()
        var assembler = MessageAssembler(timeLimit: 600)
        _ = assembler.add(part: parts[0])
        let later = AssemblyPart(
            id: "2", userData: parts[1].userData, originator: parts[1].originator, timestamp: parts[1].timestamp,
            receivedAt: parts[0].receivedAt + 500)
        _ = assembler.add(part: later)
        #expect(assembler.expire(now: parts[0].receivedAt + 700).isEmpty)
    }

    @Test func oldestGroupsAreGivenUpWhenThereAreTooMany() throws {
        var assembler = MessageAssembler()
        let data = try Self.parts()[0].userData
        for index in 0..<(MessageAssembler.maximumGroups + 3) {
            let sender = try Address("+3363998" + "\(10_000 + index)")
            _ = assembler.add(
                part: AssemblyPart(
                    id: "\(index)", userData: data, originator: sender, timestamp: nil, receivedAt: Int64(index)))
        }
        #expect(assembler.expire(now: 2000).map(\.ids) == [["0"], ["1"], ["2"]])
        #expect(assembler.waitingCount == MessageAssembler.maximumGroups)
    }

    @Test func surrogatePairCutByTheSenderIsJoined() throws {
        let message = try Self.join(
            dcs: "08", ["050003070201" + "0041D83D", "050003070202" + "DE000042"], lengths: [10, 10])
        #expect(message.content == .text("A😀B"))
    }

    @Test func escapePairCutByTheSenderIsJoined() throws {
        let first = KnownDefectTests.pack([0, 0, 0, 0, 0, 0, 0, 0x41, 0x1B]).dropFirst(6)
        let second = KnownDefectTests.pack([0, 0, 0, 0, 0, 0, 0, 0x65, 0x42]).dropFirst(6)
        let message = try Self.join(
            dcs: "00", ["050003070201" + Array(first).hexadecimal, "050003070202" + Array(second).hexadecimal],
            lengths: [9, 9])
        #expect(message.content == .text("A€B"))
    }

    private static func join(dcs: String, _ userData: [String], lengths: [Int]) throws -> AssembledMessage {
        var assembler = MessageAssembler()
        for (index, hex) in userData.enumerated() {
            let pdu = Fixture.deliver(first: "44", dcs: dcs, length: lengths[index], userData: hex)
            let (message, warnings) = try Fixture.decodeDeliver(pdu)
            #expect(warnings.isEmpty)
            let part = AssemblyPart(
                id: "\(index + 1)", userData: message.userData, originator: message.originator,
                timestamp: message.timestamp?.unixTime, receivedAt: 0)
            if case .complete(let whole) = assembler.add(part: part) { return whole }
        }
        throw PDUError(.inconsistent, field: "test", offset: 0, "not complete")
    }
}
