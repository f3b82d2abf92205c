// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Dispatch
internal import Foundation
internal import Glibc
internal import PosixMutex

/// The Unix socket that drives a simulation: one JSON object a line, both ways, mode 0600.
///
/// A thread per connection: it is a test's and a technician's tool with a handful of clients, and must not share the
/// thread of the ttys.
final class ControlSocket: Sendable {
    /// The longest request is `deliver` with a text of 255 parts, some 40,000 characters.
    static let requestLimit = 256 * 1024
    /// Connections at a time; more are closed at once.
    static let connectionLimit = 16

    typealias Handler = @Sendable (SimulationRequest) async -> SimulationReply

    private struct State {
        var listener: Int32?
        var connections: Set<Int32> = []
    }

    private let path: String
    private let handler: Handler
    private let state = Mutex(State())

    init(path: String, handler: @escaping Handler) {
        self.path = path
        self.handler = handler
    }

    func start() throws(SimulationError) {
        if (try? UnixSocket.connect(self.path)).map({ close($0) }) != nil {
            throw SimulationError(
                code: .socket,
                message: "Another simulation runs here: \(self.path) answers. Stop it, or name another "
                    + "directory.")
        }
        _ = unlink(self.path)
        let listener = try UnixSocket.listen(self.path)
        self.state.withLock { $0.listener = listener }
        UnixSocket.thread { self.accept(listener) }
    }

    func stop() {
        self.state.withLock { state in
            guard let listener = state.listener else { return }
            // Wakes accept(2) and read(2); the threads close the descriptors.
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
            state.listener = nil
            _ = unlink(self.path)
        }
    }

    private func accept(_ listener: Int32) {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard connection >= 0 else { break }
            let isWelcome = self.state.withLock { state in
                guard state.listener != nil, state.connections.count < Self.connectionLimit else { return false }
                state.connections.insert(connection)
                return true
            }
            if isWelcome {
                UnixSocket.thread { self.serve(connection) }
            } else {
                close(connection)
            }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var reader = LineReader(descriptor: connection, limit: Self.requestLimit)
        while let line = reader.next() {
            guard UnixSocket.write(self.answer(line) + [0x0A], to: connection) else { break }
        }
        _ = self.state.withLock { $0.connections.remove(connection) }
        close(connection)
    }

    private func answer(_ line: [UInt8]) -> [UInt8] {
        let reply: SimulationReply
        do {
            let request = try JSONDecoder().decode(SimulationRequest.self, from: Data(line))
            reply = self.wait(request)
        } catch {
            reply = SimulationReply(ok: false, error: "This is no request: \(Self.reason(error))")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(reply)).map(Array.init) ?? Array("{\"ok\":false}".utf8)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context), DecodingError.keyNotFound(_, let context),
            DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
        default: return String(describing: error)
        }
    }

    /// The thread is the connection's own, so it may wait.
    private func wait(_ request: SimulationRequest) -> SimulationReply {
        let answered = DispatchSemaphore(value: 0)
        let reply = ReplyBox()
        Task {
            let answer = await self.handler(request)
            reply.value.withLock { $0 = answer }
            answered.signal()
        }
        answered.wait()
        return reply.value.withLock { $0 } ?? SimulationReply(ok: false)
    }
}

private final class ReplyBox: Sendable {
    let value = Mutex<SimulationReply?>(nil)
}
