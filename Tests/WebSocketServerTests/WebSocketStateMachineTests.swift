// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import NIOCore
import NIOWebSocket
import Testing
import WebSocketServer

/// What a client sends, and what the server does about the last frame of it.
struct FrameCase: Sendable, CustomTestStringConvertible {
    var name: String
    var frames: [WebSocketFrame]
    var action: WebSocketStateMachine.Action

    init(_ name: String, _ frames: [WebSocketFrame], _ action: WebSocketStateMachine.Action) {
        self.name = name
        self.frames = frames
        self.action = action
    }

    var testDescription: String { self.name }
}

extension WebSocketFrame {
    /// A frame as a client masks it.
    static func client(
        _ opcode: WebSocketOpcode, _ bytes: [UInt8] = [], fin: Bool = true, masked: Bool = true
    ) -> WebSocketFrame {
        let key: WebSocketMaskingKey = [0x12, 0x34, 0x56, 0x78]
        var data = ByteBuffer(bytes: bytes)
        if masked { data.webSocketMask(key) }
        return WebSocketFrame(fin: fin, opcode: opcode, maskKey: masked ? key : nil, data: data)
    }

    static func client(_ opcode: WebSocketOpcode, _ text: String, fin: Bool = true) -> WebSocketFrame {
        .client(opcode, Array(text.utf8), fin: fin)
    }

    var withReservedBit: WebSocketFrame {
        var frame = self
        frame.rsv1 = true
        return frame
    }
}

private func refused(_ code: WebSocketCloseCode, _ reason: String) -> WebSocketStateMachine.Action {
    .close(WebSocketClosure(code, reason: reason))
}

@Suite struct WebSocketStateMachineTests {
    static let cases: [FrameCase] = [
        FrameCase("text", [.client(.text, "café")], .deliver(.text("café"))),
        FrameCase("emptyText", [.client(.text, "")], .deliver(.text(""))),
        FrameCase("binary", [.client(.binary, [0, 255])], .deliver(.binary(ByteBuffer(bytes: [0, 255])))),
        FrameCase(
            "threeFragments",
            [
                .client(.text, "a", fin: false), .client(.continuation, "b", fin: false),
                .client(.continuation, "c"),
            ], .deliver(.text("abc"))),
        FrameCase(
            "characterSplitOverFragments",
            [.client(.text, [0xC3], fin: false), .client(.continuation, [0xA9])], .deliver(.text("é"))),
        FrameCase(
            "pingBetweenFragments", [.client(.text, "a", fin: false), .client(.ping, "p")],
            .pong(ByteBuffer(string: "p"))),
        FrameCase(
            "fragmentsGoOnAfterAPing",
            [.client(.text, "a", fin: false), .client(.ping, "p"), .client(.continuation, "b")],
            .deliver(.text("ab"))),
        FrameCase("pongIsOnlyHeard", [.client(.pong, "p")], .none),
        FrameCase(
            "unmasked", [.client(.text, Array("a".utf8), masked: false)],
            refused(.protocolError, "a client's frames must be masked")),
        FrameCase(
            "reservedBit", [.client(.text, "a").withReservedBit],
            refused(.protocolError, "a reserved bit is set")),
        FrameCase(
            "reservedOpcode", [.client(WebSocketOpcode(encodedWebSocketOpcode: 0x3) ?? .text, "a")],
            refused(.protocolError, "this opcode is reserved")),
        FrameCase(
            "reservedControlOpcode", [.client(WebSocketOpcode(encodedWebSocketOpcode: 0xB) ?? .text, "a")],
            refused(.protocolError, "this opcode is reserved")),
        FrameCase(
            "continuationWithoutABeginning", [.client(.continuation, "a")],
            refused(.protocolError, "a continuation without a beginning")),
        FrameCase(
            "newMessageInsideAMessage", [.client(.text, "a", fin: false), .client(.text, "b")],
            refused(.protocolError, "a new message began before the last one ended")),
        FrameCase(
            "textThatIsNotUTF8", [.client(.text, [0xFF])],
            refused(.invalidPayload, "a text message must be UTF-8")),
        FrameCase(
            "surrogateInUTF8", [.client(.text, [0xED, 0xA0, 0x80])],
            refused(.invalidPayload, "a text message must be UTF-8")),
        FrameCase(
            "longestMessage", [.client(.binary, [UInt8](repeating: 1, count: 16))],
            .deliver(.binary(ByteBuffer(repeating: 1, count: 16)))),
        FrameCase(
            "messageTooLong", [.client(.binary, [UInt8](repeating: 1, count: 17))],
            refused(.messageTooBig, "a message may have 16 octets")),
        FrameCase(
            "fragmentsTooLongTogether",
            [
                .client(.binary, [UInt8](repeating: 1, count: 16), fin: false),
                .client(.continuation, [1]),
            ], refused(.messageTooBig, "a message may have 16 octets")),
        FrameCase("emptyClose", [.client(.connectionClose)], .answerClose(WebSocketClosure(nil))),
        FrameCase(
            "closeWithReason", [.client(.connectionClose, [0x03, 0xE8] + Array("bye".utf8))],
            .answerClose(WebSocketClosure(.normal, reason: "bye"))),
        FrameCase(
            "closeWithAnApplicationCode", [.client(.connectionClose, [0x0F, 0xA0])],
            .answerClose(WebSocketClosure(WebSocketCloseCode(rawValue: 4000)))),
        FrameCase(
            "closeOfOneOctet", [.client(.connectionClose, [3])],
            refused(.protocolError, "a close frame is empty or carries a code")),
        FrameCase(
            "closeWithACodeThatNeverTravels", [.client(.connectionClose, [0x03, 0xEE])],
            refused(.protocolError, "this close code is reserved")),
        FrameCase(
            "closeReasonThatIsNotUTF8", [.client(.connectionClose, [0x03, 0xE8, 0xFF])],
            refused(.invalidPayload, "a close reason must be UTF-8")),
        FrameCase("nothingAfterTheClose", [.client(.connectionClose), .client(.text, "a")], .none),
        FrameCase("nothingAfterAnError", [.client(.text, [0xFF]), .client(.text, "a")], .none),
        FrameCase("closeAfterAnErrorEndsIt", [.client(.text, [0xFF]), .client(.connectionClose)], .finish),
    ]

    @Test(arguments: cases) func frames(_ row: FrameCase) {
        var machine = WebSocketStateMachine(maximumMessageSize: 16)
        var last: WebSocketStateMachine.Action = .none
        for frame in row.frames { last = machine.receive(frame: frame) }
        #expect(last == row.action)
    }

    @Test func decoderErrorsHaveTheirCodes() {
        var machine = WebSocketStateMachine(maximumMessageSize: 16)
        #expect(
            machine.receive(error: .invalidFrameLength)
                == .close(WebSocketClosure(.messageTooBig, reason: "a message may have 16 octets")))
        #expect(machine.receive(error: .invalidFrameLength) == .none)
        #expect(!machine.isOpen)
    }

    @Test func peerThatAnswersPingsStays() {
        var machine = WebSocketStateMachine(maximumMessageSize: 16)
        for _ in 0..<3 {
            #expect(machine.pingDue() == .ping)
            #expect(machine.receive(frame: .client(.pong)) == .none)
        }
    }

    @Test func peerThatIsSilentForTwoPingsIsDropped() {
        var machine = WebSocketStateMachine(maximumMessageSize: 16)
        #expect(machine.pingDue() == .ping)
        #expect(machine.pingDue() == .close(WebSocketClosure(.policyViolation, reason: "no answer to a ping")))
        #expect(machine.pingDue() == .none)
    }
}
