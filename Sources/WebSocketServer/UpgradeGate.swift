// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import NIOCore
import NIOHTTP1

/// Decides about requests that want another protocol before NIO's upgrade handler sees them.
///
/// That handler throws away a request whose upgrade it does not carry out, be it a refused WebSocket or the `h2c` that
/// some HTTP clients always offer; and NIO's parser stops after any request that asks for an upgrade. So only what has been
/// accepted reaches it as it is. Every other request loses its wish, is answered as plain HTTP, and is the last one of
/// its connection.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private enum State {
        /// No request has come.
        case first
        /// The decision is awaited; the request's parts so far.
        case deciding([HTTPServerRequestPart])
        /// The connection is HTTP.
        case http
        /// What comes is no longer HTTP.
        case upgrading
    }

    private var state: State = .first
    /// Returns whether the request becomes a WebSocket.
    private let decide: (HTTPRequestHead) -> EventLoopFuture<Bool>

    init(decide: @escaping (HTTPRequestHead) -> EventLoopFuture<Bool>) {
        self.decide = decide
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.state {
        case .first: self.receiveFirst(Self.unwrapInboundIn(data), context)
        case .deciding(let parts): self.state = .deciding(parts + [Self.unwrapInboundIn(data)])
        case .http: self.forward(Self.unwrapInboundIn(data), context)
        case .upgrading: context.fireChannelRead(data)
        }
    }

    private func receiveFirst(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard case .head(let head) = part, Self.asksForWebSocket(head) else {
            self.state = .http
            self.forward(part, context)
            return
        }
        self.state = .deciding([part])
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let gate = NIOLoopBound(self, eventLoop: context.value.eventLoop)
        self.decide(head).hop(to: context.value.eventLoop).whenComplete { result in
            gate.value.decided((try? result.get()) ?? false, context.value)
        }
    }

    private func decided(_ isAccepted: Bool, _ context: ChannelHandlerContext) {
        guard case .deciding(let parts) = self.state else { return }
        self.state = isAccepted ? .upgrading : .http
        for part in parts {
            if isAccepted {
                context.fireChannelRead(Self.wrapInboundOut(part))
            } else {
                self.forward(part, context)
            }
        }
        context.fireChannelReadComplete()
    }

    private func forward(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard case .head(var head) = part else { return context.fireChannelRead(Self.wrapInboundOut(part)) }
        // HTTP/1.0 keeps a connection only when asked to (RFC 9112 §9.3); nothing behind this handler knows the version.
        if head.headers.contains(name: "upgrade") || !head.isKeepAlive {
            head.headers.remove(name: "upgrade")
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }

    /// RFC 6455 §4.2.1, and no body: what the upgrade could be carried out for.
    private static func asksForWebSocket(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET
            && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && head.headers["sec-websocket-key"].count == 1
            && head.headers["sec-websocket-version"] == ["13"]
            && !head.headers.contains(name: "content-length") && !head.headers.contains(name: "transfer-encoding")
    }
}
