// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// What is to become of a request that asks for a WebSocket.
package enum WebSocketUpgradeDecision: Sendable {
    /// The connection becomes a WebSocket; it is kept until `session` returns and the connection is closed.
    case accept(
        received: @Sendable (WebSocketMessage) -> Void, session: @Sendable (WebSocketConnection) async -> Void)
    /// The request goes on as plain HTTP, so that its route can answer why.
    case answerAsHTTP
}

/// A connection that begins as HTTP/1.1 and whose first request may make it a WebSocket (RFC 6455 §4.2).
///
/// Only the first: NIO cannot change the protocol under requests that may be pipelined. A later one, or one that is not
/// accepted, reaches its route as plain HTTP and is the last of its connection.
package struct WebSocketUpgradeChannel: ServerChildChannel, HTTPChannelHandler {
    package typealias HTTPConnection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// What the connection turned out to be.
    enum Negotiated: Sendable {
        case http(HTTPConnection)
        case webSocket(WebSocketConnection, session: @Sendable (WebSocketConnection) async -> Void)
    }

    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    package let responder: Responder
    private let limits: HTTPConnectionLimits
    private let webSocket: WebSocketConfiguration
    private let decide: @Sendable (HTTPRequest) async -> WebSocketUpgradeDecision

    /// - Parameter decide: asked once for each first request with `Upgrade: websocket`, a valid key and version 13.
    package init(
        responder: @escaping Responder, limits: HTTPConnectionLimits, webSocket: WebSocketConfiguration,
        decide: @escaping @Sendable (HTTPRequest) async -> WebSocketUpgradeDecision
    ) {
        self.responder = responder
        self.limits = limits
        self.webSocket = webSocket
        self.decide = decide
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let decision = NIOLoopBoundBox(WebSocketUpgradeDecision.answerAsHTTP, eventLoop: channel.eventLoop)
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration<Negotiated>(
                upgraders: [self.upgrader(decision)],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        .http(try self.addHTTPHandlers(to: channel, logger: logger))
                    }
                })
            let pipeline = channel.pipeline.syncOperations
            let negotiated = try pipeline.configureUpgradableHTTPServerPipeline(
                configuration: self.pipelineConfiguration(upgrade))
            let upgradeHandler = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Negotiated>.self)
            try pipeline.addHandler(self.gate(on: channel, decision), position: .before(upgradeHandler))
            try pipeline.addHandler(FirstRequestGuard(timeout: self.limits.firstRequestTimeout))
            return Value(channel: channel, negotiated: negotiated)
        }
    }

    package func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.negotiated.get() {
            case .http(let connection):
                await self.handleHTTP(asyncChannel: connection, logger: logger)
            case .webSocket(let connection, let session):
                await session(connection)
                connection.close(WebSocketClosure(.normal))
                await connection.closed()
            }
        } catch {
            // The connection ended before its first request was complete.
            logger.trace("connection closed before its first request", metadata: ["error": "\(error)"])
            value.channel.close(promise: nil)
        }
    }

    private func pipelineConfiguration(
        _ upgrade: NIOTypedHTTPServerUpgradeConfiguration<Negotiated>
    ) -> NIOUpgradableHTTPServerPipelineConfiguration<Negotiated> {
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
        // Requests are taken one after the other by the loop over the channel; the guard and that loop answer errors.
        configuration.enablePipelining = false
        configuration.enableErrorHandling = false
        configuration.decoderConfiguration.maxHeaderFieldSize = self.limits.maximumHeaderFieldSize
        configuration.decoderConfiguration.maxHeaderListSize = self.limits.maximumHeaderListSize
        configuration.decoderConfiguration.maxHeaderFieldCount = self.limits.maximumHeaderFieldCount
        return configuration
    }

    private func gate(
        on channel: any Channel, _ decision: NIOLoopBoundBox<WebSocketUpgradeDecision>
    ) -> UpgradeGate {
        UpgradeGate { head in
            channel.eventLoop.makeFutureWithTask {
                await self.decide(try HTTPRequest(head, secure: false, splitCookie: false))
            }.map { decided in
                decision.value = decided
                switch decided {
                case .accept: return true
                case .answerAsHTTP: return false
                }
            }
        }
    }

    /// Does what the gate has decided.
    private func upgrader(
        _ decision: NIOLoopBoundBox<WebSocketUpgradeDecision>
    ) -> NIOTypedWebSocketServerUpgrader<Negotiated> {
        NIOTypedWebSocketServerUpgrader(
            maxFrameSize: self.webSocket.maximumMessageSize,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try self.addWebSocketHandler(to: channel, decision: decision.value)
                }
            })
    }

    private func addWebSocketHandler(
        to channel: any Channel, decision: WebSocketUpgradeDecision
    ) throws -> Negotiated {
        guard case .accept(let received, let session) = decision else {
            throw ChannelError.inappropriateOperationForState
        }
        let pipeline = channel.pipeline.syncOperations
        pipeline.removeHandler(try pipeline.handler(type: UpgradeGate.self), promise: nil)
        pipeline.removeHandler(try pipeline.handler(type: FirstRequestGuard.self), promise: nil)
        let handler = WebSocketHandler(configuration: self.webSocket, received: received)
        try pipeline.addHandler(handler)
        return .webSocket(WebSocketConnection(channel: channel, handler: handler), session: session)
    }

    private func addHTTPHandlers(to channel: any Channel, logger: Logger) throws -> HTTPConnection {
        let pipeline = channel.pipeline.syncOperations
        pipeline.removeHandler(try pipeline.handler(type: FirstRequestGuard.self), promise: nil)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(ConnectionCloseHandler(linger: self.limits.closeLinger))
        try pipeline.addHandler(ExpectContinueHandler(maximumBodySize: self.limits.maximumBodySize))
        try pipeline.addHandler(
            HTTPConnectionStateHandler(idleTimeout: Duration(self.limits.idleTimeout), logger: logger))
        return try HTTPConnection(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }
}
