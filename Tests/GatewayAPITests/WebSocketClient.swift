// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A WebSocket client that does nothing by itself: the test reads and writes frames.
struct WebSocketClient: Sendable {
    typealias Frames = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    enum Opened: Sendable {
        case webSocket(Frames)
        /// The server answered without upgrading.
        case refused(any Channel)
    }

    /// Opens `path`, runs `body` on the connection, and closes it.
    ///
    /// - Returns: `nil` when the server did not upgrade.
    static func open<Value: Sendable>(
        _ addresses: ListeningAddresses, _ path: String, headers: HTTPHeaders = [:], receiveBuffer: Int? = nil,
        _ body: @Sendable (WebSocketClient.Connection) async throws -> Value
    ) async throws -> Value? {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let opened = try await bootstrap.connect(host: addresses.host, port: addresses.port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try Self.configure(channel, path: path, host: "\(addresses.host):\(addresses.port)", headers: headers)
            }
        }.get()
        switch opened {
        case .refused(let channel):
            // The server may have been quicker.
            try? await channel.close()
            return nil
        case .webSocket(let frames):
            return try await frames.executeThenClose { inbound, outbound in
                try await body(Connection(frames: inbound.makeAsyncIterator(), outbound: outbound))
            }
        }
    }

    private static func configure(
        _ channel: any Channel, path: String, host: String, headers: HTTPHeaders
    ) throws -> EventLoopFuture<Opened> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Opened>(maxFrameSize: 16 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                .webSocket(try Frames(wrappingChannelSynchronously: channel))
            }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
        head.headers = headers
        if !headers.contains(name: "host") { head.headers.add(name: "host", value: host) }
        let configuration = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: head, upgraders: [upgrader]
        ) { channel in
            channel.eventLoop.makeSucceededFuture(.refused(channel))
        }
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: configuration)
        // The first frames may come with the answer.
        pipeline.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
    }

    /// An open connection. Only one task may read.
    final class Connection {
        private var frames: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator
        let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        init(
            frames: NIOAsyncChannelInboundStream<WebSocketFrame>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
        ) {
            self.frames = frames
            self.outbound = outbound
        }

        /// The next frame; `nil` when the server has closed the connection.
        func next() async throws -> WebSocketFrame? {
            try await self.frames.next()
        }

        /// The next event.
        func event() async throws -> JSONValue {
            guard let frame = try await self.next(), frame.opcode == .text else { return .null }
            return try JSONParser.parse(Array(buffer: frame.data))
        }

        /// The code of the close frame that comes next.
        func closeCode() async throws -> UInt16? {
            guard let frame = try await self.next(), frame.opcode == .connectionClose else { return nil }
            var data = frame.data
            return data.readInteger()
        }

        func send(_ frame: WebSocketFrame) async throws {
            try await self.outbound.write(frame)
        }
    }
}
