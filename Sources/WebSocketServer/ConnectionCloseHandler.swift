// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Carries out the `Connection: close` of a request or a response (RFC 9112 §9.6): nothing more is read, the answer is
/// sent, our side is shut, and the connection is closed when the peer has had time to read.
///
/// Closing at once while a refused body is still coming would make the kernel reset the connection and throw away the answer;
/// reading on would take in the body that was refused.
final class ConnectionCloseHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State: Equatable {
        case open
        /// A request asked for it; so many responses are still to come.
        case closeAfter(responses: Int)
        /// The last response is being sent.
        case lastResponse
        case closing
    }

    private var state: State = .open
    private var unanswered = 0
    private let linger: TimeAmount
    private var deadline: Scheduled<Void>?

    init(linger: TimeAmount) {
        self.linger = linger
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.deadline = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = Self.unwrapInboundIn(data) {
            self.unanswered += 1
            if self.state == .open, Self.saysClose(head.headerFields) {
                self.state = .closeAfter(responses: self.unanswered)
            }
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        switch self.state {
        case .open, .closeAfter: context.read()
        case .lastResponse, .closing: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            // An interim response is followed by the real one.
            guard head.status.kind != .informational else { return context.write(data, promise: promise) }
            if self.state == .closeAfter(responses: 1) { head.headerFields[.connection] = "close" }
            if Self.saysClose(head.headerFields) { self.state = .lastResponse }
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            self.unanswered -= 1
            self.responseEnded(context)
        }
    }

    private func responseEnded(_ context: ChannelHandlerContext) {
        switch self.state {
        case .closeAfter(let responses): self.state = .closeAfter(responses: responses - 1)
        case .lastResponse:
            self.state = .closing
            self.shut(context)
        case .open, .closing: break
        }
    }

    private static func saysClose(_ fields: HTTPFields) -> Bool {
        fields[.connection]?.lowercased() == "close"
    }

    private func shut(_ context: ChannelHandlerContext) {
        context.flush()
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: self.linger) { channel.close(promise: nil) }
    }
}
