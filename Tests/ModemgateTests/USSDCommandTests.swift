// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Testing

@testable import modemgate

@Suite struct USSDCommandTests {
    @Test func repliesAndTimeoutAreRead() throws {
        let command = try #require(
            try Modemgate.parseAsRoot([
                "ussd", "ec25-1", "*123#", "--reply", "2", "--reply", "1", "--timeout", "20",
            ]) as? USSDCommand)
        #expect(command.modem == "ec25-1")
        #expect(command.code == "*123#")
        #expect(command.reply == ["2", "1"])
        #expect(command.timeout == 20)
    }

    @Test(arguments: [["ussd", "ec25-1"], ["ussd"], ["ussd", "ec25-1", "*1#", "--timeout", "4"]])
    func wrongCommandLines(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try Modemgate.parseAsRoot(arguments) }
    }

    @Test func answerIsWrittenAsTheAPIWritesIt() {
        let answer = USSDAnswerBody(
            modem: "ec25-1", session: "s1", state: "awaiting-reply", text: "1 yes\n2 no", dcs: nil, encoding: "gsm7")
        #expect(answer.isQuestion)
        #expect(
            CompactJSON.text(answer)
                == #"{"dcs":null,"encoding":"gsm7","modem":"ec25-1","session":"s1","state":"awaiting-reply","text":"1 yes\n2 no"}"#
        )
    }
}
