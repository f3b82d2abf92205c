// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore

/// One upgraded connection, as the rest of the program holds it. Nothing here blocks or waits for a slow peer.
package struct WebSocketConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<WebSocketHandler>

    init(channel: any Channel, handler: WebSocketHandler) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Queues a text frame. The bytes must be UTF-8. A peer that lets more than the configured number of frames or octets
    /// pile up is dropped with code 1013; what is sent to a closed connection is forgotten.
    package func send(text: ByteBuffer) {
        self.onLoop { $0.send(text: text) }
    }

    /// Sends a close frame and closes once the peer has answered, or after the time limit.
    package func close(_ closure: WebSocketClosure) {
        self.onLoop { $0.close(closure) }
    }

    /// Returns when everything queued has been handed to the operating system, or the connection is closed: the pace for
    /// whoever has much to send.
    package func drained() async {
        let promise = self.channel.eventLoop.makePromise(of: Void.self)
        self.onLoop { $0.whenDrained(promise) }
        // The promise is succeeded in every case.
        try? await promise.futureResult.get()
    }

    /// Returns when the connection is closed.
    package func closed() async {
        try? await self.channel.closeFuture.get()
    }

    private func onLoop(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        let handler = self.handler
        self.channel.eventLoop.execute { body(handler.value) }
    }
}
