// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Serial
import Testing

struct QueueTests {
    @Test func prioritiesWithOrderInsideOne() throws {
        var conversation = Conversation()
        _ = try conversation.send("AT+CGMM")
        _ = try conversation.send("AT+CSQ", priority: .polling)
        _ = try conversation.send("AT+CREG?", priority: .polling)
        _ = try conversation.send("AT+CMGD=1", priority: .shortMessage)
        _ = try conversation.send("AT+CMGD=2", priority: .shortMessage)
        _ = try conversation.send("AT+CNMA", priority: .acknowledge)
        _ = try conversation.send("ATH", priority: .callControl)
        for _ in 0..<7 { conversation.modem("\r\nOK\r\n") }
        #expect(
            conversation.takeWritten()
                == ["AT+CGMM", "ATH", "AT+CNMA", "AT+CMGD=1", "AT+CMGD=2", "AT+CSQ", "AT+CREG?"])
    }

    @Test(arguments: Delivery.allCases)
    func unplugWhileThreeCallersWait(delivery: Delivery) throws {
        var conversation = Conversation(delivery)
        let ids = [try conversation.sendMessage(), try conversation.send("AT+CSQ"), try conversation.send("ATI")]
        conversation.modem("\r\n> ")
        conversation.unplug()
        for id in ids {
            #expect(conversation.error(id)?.reason == .portClosed(.hangUp))
            #expect(conversation.finishCounts[id] == 1)
        }
        #expect(conversation.error(ids[0])?.payloadHandedOver == true)
        #expect(conversation.error(ids[1])?.payloadHandedOver == false)
        let late = try conversation.send("AT")
        #expect(conversation.error(late)?.reason == .portClosed(.hangUp))
        conversation.unplug()
        #expect(conversation.finishCounts[ids[0]] == 1)
    }

    @Test func queueIsBounded() throws {
        var conversation = Conversation()
        for _ in 0...ATChannelStateMachine.queueLimit { _ = try conversation.send("AT+CSQ") }
        let refused = try conversation.send("AT+CSQ")
        #expect(conversation.error(refused)?.reason == .queueFull)
    }

    @Test func deadlineCountsFromTheMomentTheLineIsSent() throws {
        var conversation = Conversation()
        _ = try conversation.send("AT+COPS=?", deadline: .seconds(180))
        let queued = try conversation.send("AT+CSQ", deadline: .seconds(1))
        conversation.wait(.seconds(75))
        #expect(conversation.outcomes[queued] == nil)
        conversation.modem("\r\nOK\r\n")
        conversation.wait(.milliseconds(200))
        conversation.modem("\r\n+CSQ: 20,99\r\n\r\nOK\r\n")
        #expect(conversation.response(queued)?.duration == .milliseconds(200))
    }

    @Test func notOpenedYet() throws {
        var machine = ATChannelStateMachine()
        let actions = machine.submit(ATCommands.signalQuality, id: 1, now: .zero)
        #expect(actions == [.finish(1, .failure(ATChannelError(.notOpened, command: "+CSQ")))])
    }

    /// Whatever a modem says, in whatever pieces: every command ends once, nothing traps.
    @Test(arguments: 0..<200)
    func randomNoiseEndsEveryCommandOnce(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        var conversation = Conversation(seed.isMultiple(of: 2) ? .allAtOnce : .byteByByte, synchronised: seed % 3 != 0)
        let words = [
            "\r\nOK\r\n", "\r\nERROR\r\n", "> ", "\r\n+CMT: ,4\r\n", "00040000\r\n", "\r\n+CUSD: 1,\"", "\",15\r\n",
            "\r\n+CREG: 1\r\n", "\r\n+CMGR: 0,,4\r\n", "\u{1A}", "\u{1B}", "\0\0", "AT+CSQ\r", "\r\n+CMEE: 1\r\n",
            "\r\nCONNECT\r\n",
            "\r\nNO CARRIER\r\n", "+CMS ERROR: \r\n", String(repeating: "z", count: 5000),
        ]
        var ids: [Conversation.ID] = []
        for _ in 0..<60 {
            switch random.next() % 6 {
            case 0: ids.append(try conversation.send("AT+CSQ", deadline: .seconds(2)))
            case 1: ids.append(try conversation.sendMessage(deadline: .seconds(4)))
            case 2: ids.randomElement(using: &random).map { conversation.cancel($0) }
            case 3: conversation.wait(.milliseconds(Int64(random.next() % 3000)))
            default: conversation.modem(words[Int(random.next() % UInt64(words.count))])
            }
        }
        conversation.wait(.seconds(600))
        conversation.unplug()
        #expect(ids.allSatisfy { conversation.finishCounts[$0] == 1 })
        #expect(conversation.machine.nextDeadline == nil)
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
