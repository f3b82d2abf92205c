// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// The running daemon, through the Unix socket in its data directory. Who may open the socket needs no token.
struct DaemonClient {
    let dataDirectory: String

    var socketPath: String { self.dataDirectory + "/modemgate.sock" }

    enum Method: String { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    /// Larger than any page of the API (500 messages of 255 parts are its worst case).
    private static let answerLimit = 256 << 20

    /// A good answer.
    struct Reply {
        var headers: HTTPHeaders
        var body: Data

        func header(_ name: String) -> String? { self.headers.first(name: name) }
    }

    /// Sends one request and returns the body of a good answer.
    ///
    /// - Parameters:
    ///   - path: begins with `/`, percent-encoded.
    ///   - timeout: until the answer's head is there.
    func send(
        _ method: Method, _ path: String, body: (any Encodable)? = nil, timeout: Duration = .seconds(30)
    ) async throws(CommandFailure) -> Data {
        try await self.exchange(method, path, body: body, timeout: timeout).body
    }

    func exchange(
        _ method: Method, _ path: String, body: (any Encodable)? = nil, headers: [(String, String)] = [],
        timeout: Duration = .seconds(30)
    ) async throws(CommandFailure) -> Reply {
        try Self.check(headers)
        return try await self.withResponse(method, path, body: body, headers: headers, timeout: timeout) { response in
            let buffer = try await response.body.collect(upTo: Self.answerLimit)
            return Reply(headers: response.headers, body: Data(buffer.readableBytesView))
        }
    }

    /// Hands the body of a good answer on, piece by piece.
    ///
    /// - Returns: how many bytes it had.
    func download(
        _ path: String, to write: ([UInt8]) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> Int {
        try await self.withResponse(.get, path, body: nil, headers: [], timeout: .seconds(30)) { response in
            var count = 0
            for try await piece in response.body {
                count += piece.readableBytes
                try write(Array(piece.readableBytesView))
            }
            return count
        }
    }

    /// Opens a client for one request, and closes it whatever happens.
    private func withResponse<Value>(
        _ method: Method, _ path: String, body: (any Encodable)?, headers: [(String, String)], timeout: Duration,
        _ read: (HTTPClientResponse) async throws -> Value
    ) async throws(CommandFailure) -> Value {
        try self.checkReachable()
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<Value, any Error>
        do {
            let request = try self.request(method, path, body: body, headers: headers)
            let response = try await client.execute(request, timeout: .seconds(timeout.components.seconds))
            guard (200...299).contains(response.status.code) else {
                let buffer = try await response.body.collect(upTo: Self.answerLimit)
                throw Self.failure(response.status.code, Data(buffer.readableBytesView))
            }
            outcome = .success(try await read(response))
        } catch {
            outcome = .failure(error)
        }
        try? await client.shutdown()
        return try Self.checked(outcome)
    }

    private func request(
        _ method: Method, _ path: String, body: (any Encodable)?, headers: [(String, String)]
    ) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: "http+unix://\(self.socketPath.percentEncoded)\(path)")
        request.method = .init(rawValue: method.rawValue)
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "User-Agent", value: "modemgate/\(Version.current)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(try JSONEncoder().encode(body))
        }
        return request
    }

    /// A line break in a header would begin another one.
    private static func check(_ headers: [(String, String)]) throws(CommandFailure) {
        for (name, value) in headers where !value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) || value.isEmpty {
            throw CommandFailure(.usage, "\(name) must be visible ASCII characters, without spaces.")
        }
    }

    private static func checked<Value>(_ outcome: Result<Value, any Error>) throws(CommandFailure) -> Value {
        switch outcome {
        case .success(let value): return value
        case .failure(let failure as CommandFailure): throw failure
        case .failure(let error as HTTPClientError) where error == .deadlineExceeded || error == .readTimeout:
            throw CommandFailure(
                .temporary,
                "The daemon did not answer in time. What was asked may still be done: look before you repeat it.")
        case .failure(let error):
            throw CommandFailure(
                .inputOutput,
                "The connection to the daemon broke (\(error)). What was asked may have been done: look before you repeat it."
            )
        }
    }

    private static func failure(_ status: UInt, _ body: Data) -> CommandFailure {
        guard let problem = try? JSONDecoder().decode(ProblemAnswer.self, from: body),
            let sentence = problem.detail ?? problem.title
        else { return CommandFailure(.software, "The daemon answered with status \(status) and no reason.") }
        return CommandFailure(.failure, sentence.printable())
    }

    /// RFC 9457.
    private struct ProblemAnswer: Decodable {
        var title: String?
        var detail: String?
    }
}

// MARK: - Is there a daemon?

extension DaemonClient {
    /// Connects once, so that each way of not being there has its own sentence.
    private func checkReachable() throws(CommandFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(self.socketPath.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < room, !path.contains(0) else {
            throw CommandFailure(
                .usage,
                "The path \(self.socketPath) is too long for a socket (\(room - 1) bytes): use a shorter --data-dir.")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw CommandFailure(.inputOutput, "socket: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else { return }
        switch errno {
        case ENOENT, ENOTDIR, ECONNREFUSED:
            throw CommandFailure(
                .unavailable,
                "modemgate is not running on this data directory (\(self.dataDirectory)): start it with `modemgate serve`, "
                    + "or name the right one with --data-dir.")
        case EACCES, EPERM:
            throw CommandFailure(
                .permission,
                "You may not open \(self.socketPath): run this as the user that runs modemgate, for example with sudo.")
        case let code:
            throw CommandFailure(.inputOutput, "connect \(self.socketPath): \(String(cString: strerror(code))).")
        }
    }
}

extension String {
    /// All but RFC 3986 §2.3 unreserved characters as %XX.
    var percentEncoded: String {
        var text = ""
        for byte in self.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
