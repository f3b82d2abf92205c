// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore
package import NIOWebSocket

/// A complete message of the peer, its fragments joined.
package enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary(ByteBuffer)
}

/// The server's side of one WebSocket connection, RFC 6455 §5 to §7, from upgraded to closed.
package struct WebSocketStateMachine {
    /// What the connection does next.
    package enum Action: Equatable {
        case none
        case deliver(WebSocketMessage)
        case ping
        case pong(ByteBuffer)
        /// Send a close frame, then wait a little for the peer's.
        case close(WebSocketClosure)
        /// The peer began the closing: answer with its own code and close the connection.
        case answerClose(WebSocketClosure)
        /// Both close frames have passed: close the connection.
        case finish
    }

    private enum State {
        case open
        case fragmented(opcode: WebSocketOpcode, data: ByteBuffer)
        /// Our close frame has gone out, the peer's has not come.
        case closing
        case closed
    }

    private var state: State = .open
    private var heardSincePing = true
    private let maximumMessageSize: Int

    /// - Parameter maximumMessageSize: octets of one message, its fragments together.
    package init(maximumMessageSize: Int) {
        self.maximumMessageSize = maximumMessageSize
    }

    package mutating func receive(frame: WebSocketFrame) -> Action {
        self.heardSincePing = true
        switch self.state {
        case .closed: return .none
        case .closing: return self.receiveWhileClosing(frame)
        case .open, .fragmented: break
        }
        // §5.1: a client masks everything. §5.2: no extension was negotiated that would use a reserved bit.
        guard frame.maskKey != nil else { return self.fail(.protocolError, "a client's frames must be masked") }
        guard frame.reservedBits.isEmpty else { return self.fail(.protocolError, "a reserved bit is set") }
        switch frame.opcode {
        case .text, .binary: return self.receive(first: frame)
        case .continuation: return self.receive(continuation: frame)
        case .ping:
            // A fragmented or long control frame never comes here: the decoder refuses it (§5.5).
            return .pong(frame.unmaskedData)
        case .pong: return .none
        case .connectionClose: return self.receive(close: frame.unmaskedData)
        default: return self.fail(.protocolError, "this opcode is reserved")
        }
    }

    /// The decoder gave up on what came.
    package mutating func receive(error: NIOWebSocketError) -> Action {
        switch self.state {
        case .closing, .closed: return .none
        case .open, .fragmented: break
        }
        switch error {
        case .invalidFrameLength:
            return self.fail(.messageTooBig, "a message may have \(self.maximumMessageSize) octets")
        case .fragmentedControlFrame, .multiByteControlFrameLength:
            return self.fail(.protocolError, "a control frame has at most 125 octets and one fragment")
        }
    }

    /// The keepalive interval has passed. A peer that has been silent since the last ping is gone.
    package mutating func pingDue() -> Action {
        switch self.state {
        case .closing, .closed: return .none
        case .open, .fragmented: break
        }
        guard self.heardSincePing else { return self.fail(.policyViolation, "no answer to a ping") }
        self.heardSincePing = false
        return .ping
    }

    /// We end the connection.
    package mutating func close(_ closure: WebSocketClosure) -> Action {
        switch self.state {
        case .closing, .closed:
            return .none
        case .open, .fragmented:
            self.state = .closing
            return .close(closure)
        }
    }

    /// Whether data may still be sent.
    package var isOpen: Bool {
        switch self.state {
        case .open, .fragmented: true
        case .closing, .closed: false
        }
    }

    private mutating func fail(_ code: WebSocketCloseCode, _ reason: String) -> Action {
        self.close(WebSocketClosure(code, reason: reason))
    }

    private mutating func receiveWhileClosing(_ frame: WebSocketFrame) -> Action {
        guard frame.opcode == .connectionClose else { return .none }
        self.state = .closed
        return .finish
    }

    private mutating func receive(first frame: WebSocketFrame) -> Action {
        if case .fragmented = self.state {
            return self.fail(.protocolError, "a new message began before the last one ended")
        }
        let data = frame.unmaskedData
        guard data.readableBytes <= self.maximumMessageSize else { return self.tooBig() }
        guard frame.fin else {
            self.state = .fragmented(opcode: frame.opcode, data: data)
            return .none
        }
        return self.deliver(opcode: frame.opcode, data: data)
    }

    private mutating func receive(continuation frame: WebSocketFrame) -> Action {
        guard case .fragmented(let opcode, var data) = self.state else {
            return self.fail(.protocolError, "a continuation without a beginning")
        }
        var more = frame.unmaskedData
        guard data.readableBytes + more.readableBytes <= self.maximumMessageSize else { return self.tooBig() }
        // So that appending does not copy what the state still holds.
        self.state = .open
        data.writeBuffer(&more)
        guard frame.fin else {
            self.state = .fragmented(opcode: opcode, data: data)
            return .none
        }
        return self.deliver(opcode: opcode, data: data)
    }

    private mutating func tooBig() -> Action {
        self.fail(.messageTooBig, "a message may have \(self.maximumMessageSize) octets")
    }

    private mutating func deliver(opcode: WebSocketOpcode, data: ByteBuffer) -> Action {
        guard opcode == .text else { return .deliver(.binary(data)) }
        guard let text = String(validating: data.readableBytesView, as: UTF8.self) else {
            return self.fail(.invalidPayload, "a text message must be UTF-8")
        }
        return .deliver(.text(text))
    }

    /// §5.5.1: empty, or two octets of code and a reason in UTF-8.
    private mutating func receive(close data: ByteBuffer) -> Action {
        var data = data
        guard data.readableBytes > 0 else {
            self.state = .closed
            return .answerClose(WebSocketClosure(nil))
        }
        guard let raw = data.readInteger(as: UInt16.self) else {
            return self.fail(.protocolError, "a close frame is empty or carries a code")
        }
        let code = WebSocketCloseCode(rawValue: raw)
        guard code.mayTravel else { return self.fail(.protocolError, "this close code is reserved") }
        guard let reason = String(validating: data.readableBytesView, as: UTF8.self) else {
            return self.fail(.invalidPayload, "a close reason must be UTF-8")
        }
        self.state = .closed
        return .answerClose(WebSocketClosure(code, reason: reason))
    }
}
