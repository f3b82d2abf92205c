// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore
package import NIOWebSocket

/// Carries out on the channel what ``WebSocketStateMachine`` decides, and holds the queue of a peer that reads slowly.
package final class WebSocketHandler: ChannelDuplexHandler {
    package typealias InboundIn = WebSocketFrame
    package typealias OutboundIn = WebSocketFrame
    package typealias OutboundOut = WebSocketFrame

    private let configuration: WebSocketConfiguration
    private let received: @Sendable (WebSocketMessage) -> Void
    private var machine: WebSocketStateMachine
    private var context: ChannelHandlerContext?
    private var queue = CircularBuffer<ByteBuffer>()
    private var queuedBytes = 0
    private var drainPromises: [EventLoopPromise<Void>] = []
    private var pingTask: RepeatedTask?
    private var closeTask: Scheduled<Void>?

    package init(configuration: WebSocketConfiguration, received: @escaping @Sendable (WebSocketMessage) -> Void) {
        self.configuration = configuration
        self.received = received
        self.machine = WebSocketStateMachine(maximumMessageSize: configuration.maximumMessageSize)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let interval = self.configuration.pingInterval
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        self.pingTask = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let handler = bound.value
            handler.perform(handler.machine.pingDue())
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.release()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.release()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.perform(self.machine.receive(frame: Self.unwrapInboundIn(data)))
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? NIOWebSocketError {
            self.perform(self.machine.receive(error: error))
        } else {
            // A read or write that failed: the connection is of no more use.
            context.close(promise: nil)
        }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            self.close(WebSocketClosure(.goingAway, reason: "the gateway is stopping"))
        case ChannelEvent.inputClosed:
            // The peer can no longer answer a ping or a close frame.
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.sendQueued()
        context.fireChannelWritabilityChanged()
    }

    // MARK: Called through WebSocketConnection, on the event loop

    package func send(text: ByteBuffer) {
        guard self.machine.isOpen, let context = self.context else { return }
        if self.queue.isEmpty, context.channel.isWritable {
            self.write(.text, text)
            context.flush()
            return
        }
        guard
            self.queue.count < self.configuration.maximumQueuedFrames,
            self.queuedBytes + text.readableBytes <= self.configuration.maximumQueuedBytes
        else {
            self.close(WebSocketClosure(.tryAgainLater, reason: "too slow; come back with ?since="))
            return
        }
        self.queue.append(text)
        self.queuedBytes += text.readableBytes
    }

    package func close(_ closure: WebSocketClosure) {
        self.perform(self.machine.close(closure))
    }

    package func whenDrained(_ promise: EventLoopPromise<Void>) {
        guard !self.queue.isEmpty else { return promise.succeed() }
        self.drainPromises.append(promise)
    }

    // MARK: Actions

    private func perform(_ action: WebSocketStateMachine.Action) {
        guard let context = self.context else { return }
        switch action {
        case .none:
            break
        case .deliver(let message):
            self.received(message)
        case .ping:
            self.write(.ping, ByteBuffer())
            context.flush()
        case .pong(let data):
            // Not queued: one that cannot be written now would only help a flood of pings to fill memory.
            guard context.channel.isWritable else { return }
            self.write(.pong, data)
            context.flush()
        case .close(let closure):
            self.forgetQueue()
            self.write(.connectionClose, Self.closePayload(closure))
            context.flush()
            self.closeLater(context)
        case .answerClose(let closure):
            self.forgetQueue()
            self.write(.connectionClose, Self.closePayload(closure))
            context.flush()
            context.close(promise: nil)
        case .finish:
            context.close(promise: nil)
        }
    }

    private func closeLater(_ context: ChannelHandlerContext) {
        let channel = context.channel
        self.closeTask = context.eventLoop.scheduleTask(in: self.configuration.closeTimeout) {
            channel.close(promise: nil)
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        self.context?.write(Self.wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }

    private func sendQueued() {
        guard let context = self.context, context.channel.isWritable else { return }
        while context.channel.isWritable, let text = self.queue.popFirst() {
            self.queuedBytes -= text.readableBytes
            self.write(.text, text)
        }
        context.flush()
        if self.queue.isEmpty { self.succeedDrained() }
    }

    private func forgetQueue() {
        self.queue.removeAll()
        self.queuedBytes = 0
        self.succeedDrained()
    }

    private func succeedDrained() {
        let promises = self.drainPromises
        self.drainPromises = []
        for promise in promises { promise.succeed() }
    }

    private func release() {
        self.context = nil
        self.pingTask?.cancel()
        self.pingTask = nil
        self.closeTask?.cancel()
        self.closeTask = nil
        self.forgetQueue()
    }

    /// RFC 6455 §5.5.1: code and reason, 125 octets at most; the reason is cut at a character.
    private static func closePayload(_ closure: WebSocketClosure) -> ByteBuffer {
        var payload = ByteBuffer()
        guard let code = closure.code else { return payload }
        payload.writeInteger(code.rawValue)
        for character in closure.reason {
            guard payload.readableBytes + character.utf8.count <= 125 else { break }
            payload.writeString(String(character))
        }
        return payload
    }
}
