// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import WebSocketServer

/// A connection that sends and receives bytes.
struct RawConnection {
    /// Sends `bytes`, and then as much of `flood` over and over as the server takes, up to `limit` octets; returns everything the
    /// server sent until it closed the connection, and how many octets it took.
    static func exchange(
        _ addresses: ListeningAddresses, _ bytes: String, flood: ByteBuffer? = nil, limit: Int = 0
    ) async throws -> (answer: String, sent: Int) {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: addresses.host, port: addresses.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: bytes))
            return try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { await Self.flood(channel.channel, flood, limit: limit) }
                var answer = ByteBuffer()
                do {
                    for try await part in inbound { answer.writeImmutableBuffer(part) }
                } catch is IOError {
                    // A reset after the answer is an end too.
                }
                group.cancelAll()
                return (String(buffer: answer), try await group.next() ?? 0)
            }
        }
    }

    private static func flood(
        _ channel: any Channel, _ part: ByteBuffer?, limit: Int
    ) async -> Int {
        var sent = 0
        guard let part else { return 0 }
        do {
            while sent < limit, !Task.isCancelled {
                // Returns when the kernel has taken it.
                try await channel.writeAndFlush(part)
                sent += part.readableBytes
            }
        } catch {
            // The server has closed the connection.
        }
        return sent
    }
}

@Suite struct ConnectionLimitTests {
    private static let header =
        "POST /api/sms HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    private static let hundredMegabytes = 100 * 1024 * 1024

    @Test func announcedBodyOfHundredMegabytesIsRefusedUnread() async throws {
        try await TestGateway.run { gateway in
            let (answer, sent) = try await RawConnection.exchange(
                gateway.addresses, Self.header + "Content-Length: \(Self.hundredMegabytes)\r\n\r\n",
                flood: ByteBuffer(repeating: 0x20, count: 65_536), limit: Self.hundredMegabytes)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.lowercased().contains("connection: close"))
            #expect(answer.contains("urn:modemgate:problem:body-too-large"))
            // What the kernel's buffers on both sides take, and no more.
            #expect(sent < 32 * 1024 * 1024)
        }
    }

    @Test func endlessChunkedBodyIsRefused() async throws {
        try await TestGateway.run { gateway in
            var chunk = ByteBuffer(string: "10000\r\n")
            chunk.writeRepeatingByte(0x20, count: 65_536)
            chunk.writeString("\r\n")
            let (answer, sent) = try await RawConnection.exchange(
                gateway.addresses, Self.header + "Transfer-Encoding: chunked\r\n\r\n", flood: chunk,
                limit: Self.hundredMegabytes)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(sent < 32 * 1024 * 1024)
        }
    }

    @Test func refusedBodyNeedNotBeSentAtAll() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                Self.header + "Expect: 100-continue\r\nContent-Length: \(Self.hundredMegabytes)\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func expectedBodyIsAskedFor() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                "POST /api/modems/ec25-1/at HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n{\"command\":\"AT\"}")
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        }
    }

    /// curl and others offer HTTP/2 in their first request, whatever its method.
    @Test(arguments: ["GET /api/modems HTTP/1.1\r\n", "POST /api/modems/ec25-1/at HTTP/1.1\r\nContent-Length: 16\r\n"])
    func offerOfHTTP2IsDeclined(start: String) async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                start + "Host: localhost\r\nContent-Type: application/json\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                    + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
                    + (start.hasPrefix("POST") ? "{\"command\":\"AT\"}" : ""))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
        }
    }

    @Test func answersOfPipelinedRequestsComeBeforeTheEnd() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                "GET /api/modems HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("unknown-route"))
            #expect(answer.lowercased().components(separatedBy: "connection: close").count == 2)
        }
    }

    @Test func oldClientIsNotKeptWaiting() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses, "GET /api/modems HTTP/1.0\r\nHost: localhost\r\n\r\n")
            #expect(answer.contains(" 200 OK\r\n"))
        }
    }

    @Test func brokenPercentInAQuery() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses, "GET /api/sms?text=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("urn:modemgate:problem:broken-query"))
        }
    }

    @Test func whatIsNotHTTPIsTold() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(gateway.addresses, "\u{16}\u{3}\u{1} hello\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func headerTooLong() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                "GET /api/modems HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 4"))
        }
    }

    @Test func silentConnectionIsClosed() async throws {
        try await TestGateway.run({ $0.limits.firstRequestTimeout = .milliseconds(50) }) { gateway in
            let (answer, _) = try await RawConnection.exchange(gateway.addresses, "GET /api/mod")
            #expect(answer.isEmpty)
        }
    }

    @Test func idleConnectionIsClosed() async throws {
        try await TestGateway.run({ $0.limits.idleTimeout = .milliseconds(50) }) { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses, "GET /api/modems HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func connectionBeyondTheLimitWaits() async throws {
        try await TestGateway.run({
            $0.maximumConnections = 1
            $0.limits.idleTimeout = .milliseconds(50)
        }) { gateway in
            // Three clients at once; each is served when the one before it has left.
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await RawConnection.exchange(
                            gateway.addresses, "GET /api/modems HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        ).answer
                    }
                }
                for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n")) }
            }
        }
    }
}
