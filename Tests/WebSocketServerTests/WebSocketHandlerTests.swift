// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing
import WebSocketServer

/// The handler on a channel without a socket, whose clock and writability the test moves.
@Suite struct WebSocketHandlerTests {
    private struct Fixture {
        let channel = EmbeddedChannel()
        let handler: WebSocketHandler

        init(_ change: (inout WebSocketConfiguration) -> Void = { _ in }) throws {
            var configuration = WebSocketConfiguration()
            configuration.maximumQueuedFrames = 3
            configuration.maximumQueuedBytes = 100
            change(&configuration)
            self.handler = WebSocketHandler(configuration: configuration, received: { _ in })
            try self.channel.pipeline.syncOperations.addHandler(self.handler)
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func sent() throws -> WebSocketFrame? {
            try self.channel.readOutbound(as: WebSocketFrame.self)
        }

        func sentText() throws -> String? {
            try self.sent().map { String(buffer: $0.data) }
        }
    }

    private static func closeFrame(_ code: UInt16, _ reason: String) -> WebSocketFrame {
        var data = ByteBuffer()
        data.writeInteger(code)
        data.writeString(reason)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }

    @Test func pingEveryInterval() throws {
        let fixture = try Fixture()
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(try fixture.sent() == nil)
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try fixture.sent()?.opcode == .ping)
        try fixture.channel.writeInbound(WebSocketFrame.client(.pong))
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(try fixture.sent()?.opcode == .ping)
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(try fixture.sent() == Self.closeFrame(1008, "no answer to a ping"))
        #expect(fixture.channel.isActive)
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!fixture.channel.isActive)
    }

    @Test func slowPeerGetsItsQueueOnceItReads() throws {
        let fixture = try Fixture()
        fixture.channel.isWritable = false
        for text in ["a", "b", "c"] { fixture.handler.send(text: ByteBuffer(string: text)) }
        #expect(try fixture.sent() == nil)
        fixture.channel.isWritable = true
        fixture.channel.pipeline.fireChannelWritabilityChanged()
        fixture.handler.send(text: ByteBuffer(string: "d"))
        for text in ["a", "b", "c", "d"] { #expect(try fixture.sentText() == text) }
        _ = try fixture.channel.finish(acceptAlreadyClosed: true)
    }

    @Test(arguments: [["a", "b", "c", "d"], ["a", String(repeating: "b", count: 100)]])
    func peerThatIsTooSlowIsDropped(texts: [String]) throws {
        let fixture = try Fixture()
        fixture.channel.isWritable = false
        for text in texts { fixture.handler.send(text: ByteBuffer(string: text)) }
        #expect(try fixture.sent() == Self.closeFrame(1013, "too slow; come back with ?since="))
        fixture.handler.send(text: ByteBuffer(string: "late"))
        fixture.channel.isWritable = true
        fixture.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try fixture.sent() == nil)
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!fixture.channel.isActive)
    }

    @Test func drainedWhenTheQueueIsEmptyOrTheConnectionGone() throws {
        let fixture = try Fixture()
        fixture.channel.isWritable = false
        fixture.handler.send(text: ByteBuffer(string: "a"))
        let drained = fixture.channel.embeddedEventLoop.makePromise(of: Void.self)
        let flag = NIOLoopBoundBox(false, eventLoop: fixture.channel.embeddedEventLoop)
        drained.futureResult.whenSuccess { flag.value = true }
        fixture.handler.whenDrained(drained)
        #expect(!flag.value)
        fixture.channel.close(promise: nil)
        fixture.channel.embeddedEventLoop.run()
        #expect(flag.value)
    }

    @Test func stoppingServerSaysGoingAway() throws {
        let fixture = try Fixture()
        fixture.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(try fixture.sent() == Self.closeFrame(1001, "the gateway is stopping"))
        try fixture.channel.writeInbound(WebSocketFrame.client(.connectionClose, [0x03, 0xE9]))
        #expect(!fixture.channel.isActive)
    }

    @Test func closeIsAnsweredWithItsOwnCode() throws {
        let fixture = try Fixture()
        try fixture.channel.writeInbound(WebSocketFrame.client(.connectionClose, [0x03, 0xE8]))
        #expect(try fixture.sent() == Self.closeFrame(1000, ""))
        #expect(!fixture.channel.isActive)
    }

    @Test func reasonIsCutAtACharacter() throws {
        let fixture = try Fixture()
        fixture.handler.close(WebSocketClosure(.normal, reason: String(repeating: "é", count: 100)))
        #expect(try fixture.sent() == Self.closeFrame(1000, String(repeating: "é", count: 61)))
        _ = try fixture.channel.finish(acceptAlreadyClosed: true)
    }
}
