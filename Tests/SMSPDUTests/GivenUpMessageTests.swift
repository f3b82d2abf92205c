// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct GivenUpMessageTests {
    private func part(
        _ sequence: UInt8, of total: UInt8 = 3, reference: UInt16 = 7, time: Int64? = 1_795_265_400, text: String? = nil
    ) throws -> AssemblyPart {
        let element = Concatenation(reference: reference, isWide: false, total: total, sequence: sequence).element
        return AssemblyPart(
            id: text ?? "\(sequence)",
            userData: try UserData(text: text ?? "<\(sequence)>", alphabet: .gsm7, header: [element]),
            originator: try Address("+33639980001"), timestamp: time, receivedAt: 0)
    }

    @Test func gapsAreFilledOneAfterTheOther() throws {
        let shown = try #require(GivenUpMessage(parts: [try self.part(2)]))
        guard case .incomplete(let more) = shown.joined(by: try self.part(1)) else {
            Issue.record("the part was not taken")
            return
        }
        #expect(more.content == .text("<1><2>[part 3 of 3 missing]"))
        let next = try #require(GivenUpMessage(parts: more.present))
        guard case .complete(let whole) = next.joined(by: try self.part(3)) else {
            Issue.record("the message was not completed")
            return
        }
        #expect(whole.content == .text("<1><2><3>"))
    }

    @Test func repetitionOfAPartIsKnown() throws {
        let shown = try #require(GivenUpMessage(parts: [try self.part(2)]))
        #expect(shown.joined(by: try self.part(2)) == .duplicate)
    }

    @Test func partsOfOtherMessagesStayOut() throws {
        let shown = try #require(GivenUpMessage(parts: [try self.part(2)]))
        #expect(shown.joined(by: try self.part(1, reference: 8)) == .foreign)
        #expect(shown.joined(by: try self.part(1, of: 4)) == .foreign)
        #expect(shown.joined(by: try self.part(2, text: "other")) == .foreign)
        #expect(shown.joined(by: try self.part(1, time: 1_795_265_400 + 3_601)) == .foreign)
        #expect(shown.joined(by: try self.part(1, time: nil)) == .foreign)
    }

    @Test func whatIsNoLongMessageCannotBeCompleted() throws {
        #expect(GivenUpMessage(parts: []) == nil)
        #expect(GivenUpMessage(parts: [try self.part(1, of: 1)]) == nil)
        #expect(GivenUpMessage(parts: [try self.part(1), try self.part(2, reference: 8)]) == nil)
    }
}
