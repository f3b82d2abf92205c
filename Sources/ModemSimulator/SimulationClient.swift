// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import Glibc

/// A connection to the control socket of a running simulation. Blocks; for command lines and tests' own threads.
package final class SimulationClient {
    /// The longest reply is a page of the log: 1,000 entries of less than 64 KiB together with their PDUs and texts.
    private static let replyLimit = 64 * 1024 * 1024

    private let descriptor: Int32
    private var reader: LineReader

    /// - Throws: ``SimulationError`` when no simulation runs in `directory`.
    package init(directory: String) throws(SimulationError) {
        let path = "\(directory)/sim.sock"
        do {
            self.descriptor = try UnixSocket.connect(path)
        } catch {
            throw SimulationError(
                code: .socket,
                message: "No simulation answers at \(path) (\(error.message)) Start one with 'modemgate sim run --dir "
                    + "\(directory)', or name its directory with --dir.")
        }
        self.reader = LineReader(descriptor: self.descriptor, limit: Self.replyLimit)
    }

    deinit {
        close(self.descriptor)
    }

    /// Sends one request and waits for its reply.
    ///
    /// - Throws: ``SimulationError`` when the request is refused or the simulation ends.
    package func send(_ request: SimulationRequest) throws(SimulationError) -> SimulationReply {
        guard let data = try? JSONEncoder().encode(request),
            UnixSocket.write(Array(data) + [0x0A], to: self.descriptor), let line = self.reader.next(),
            let reply = try? JSONDecoder().decode(SimulationReply.self, from: Data(line))
        else {
            throw SimulationError(code: .socket, message: "The simulation ended before it answered.")
        }
        guard reply.ok else {
            throw SimulationError(code: .badRequest, message: reply.error ?? "The simulation refused the request.")
        }
        return reply
    }

    /// The whole log after `sequence`, page by page.
    package func log(after sequence: Int = 0) throws(SimulationError) -> [NetworkLogEntry] {
        var entries: [NetworkLogEntry] = []
        var request = SimulationRequest(.log)
        request.after = sequence
        while true {
            let page = try self.send(request).entries ?? []
            entries += page
            guard page.count == SimulationReply.logLimit, let last = page.last else { return entries }
            request.after = last.sequence
        }
    }
}
