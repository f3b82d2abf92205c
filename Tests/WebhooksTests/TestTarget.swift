// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS
import PosixMutex
import Testing

/// A webhook's target: an HTTP server on 127.0.0.1 that notes every request and answers as the test says.
final class TestTarget: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: Data
        /// Name of the TLS handshake.
        var serverName: String?
        /// What was answered.
        var answer: Answer

        var id: String { self.head.headers.first(name: "webhook-id") ?? "" }
        func header(_ name: String) -> String? { self.head.headers.first(name: name) }
    }

    struct Answer: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: HTTPHeaders = [:]
        var body = ""
        /// Takes the request and never answers.
        var isSilent = false

        static func status(_ code: Int) -> Self { Self(status: HTTPResponseStatus(statusCode: code)) }
        static let silence = Self(isSilent: true)
    }

    let port: Int
    /// Every request in the order of arrival.
    let requests: AsyncStream<Request>
    private let channel: any Channel
    private let continuation: AsyncStream<Request>.Continuation

    /// - Parameter answer: to the request with this number, from 0.
    init(tls: Bool = false, answer: @escaping @Sendable (_ number: Int, _ body: Data) -> Answer) async throws {
        let (requests, continuation) = AsyncStream.makeStream(of: Request.self)
        (self.requests, self.continuation) = (requests, continuation)
        let count = Mutex(0)
        let context = tls ? try Self.tlsContext() : nil
        self.channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let recorder = Recorder { head, body, name in
                        let number = count.withLock { count in
                            defer { count += 1 }
                            return count
                        }
                        let answer = answer(number, body)
                        continuation.yield(Request(head: head, body: body, serverName: name, answer: answer))
                        return answer
                    }
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        let named = NIOLoopBound(recorder, eventLoop: channel.eventLoop)
                        let place = NIOLoopBoundBox<(any ChannelHandler)?>(nil, eventLoop: channel.eventLoop)
                        let names = SNIHandler { result in
                            if case .hostname(let name) = result { named.value.serverName = name }
                            return channel.eventLoop.makeCompletedFuture {
                                guard let names = place.value else { return }
                                try channel.pipeline.syncOperations.addHandler(
                                    NIOSSLServerHandler(context: context), position: .after(names))
                            }
                        }
                        let decoder = ByteToMessageHandler(names)
                        place.value = decoder
                        try pipeline.addHandler(decoder)
                    }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(recorder)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.port = try #require(self.channel.localAddress?.port)
    }

    func close() async {
        try? await self.channel.close()
        self.continuation.finish()
    }

    /// The next so many requests.
    func next(_ count: Int = 1) async -> [Request] {
        var found: [Request] = []
        for await request in self.requests {
            found.append(request)
            if found.count == count { break }
        }
        return found
    }

    static func trustRoots() throws -> NIOSSLTrustRoots {
        .certificates([try NIOSSLCertificate(bytes: Array(self.certificate.utf8), format: .pem)])
    }

    private static func tlsContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(self.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(self.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    /// For hooks.example.org, made for this test, protects nothing.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBrjCCAVOgAwIBAgIUCNvpz+q5uJClwmp9BGbGHM5hPhYwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5vcmcwIBcNMjYxMTIxMTcyMjAyWhgP
        MjEyNjEwMjgxNzIyMDJaMBwxGjAYBgNVBAMMEWhvb2tzLmV4YW1wbGUub3JnMFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmgnNIOB3skWfrQXNEJya7gBKUdwpjAbn
        nQQOfVdYCDVpSAuFMpwMKs80smYtR5uiqZLEKIuJXFNOI/r8Sy/0aaNxMG8wHQYD
        VR0OBBYEFMn4h9a1jLFAJOfcqUIgodUKhoySMB8GA1UdIwQYMBaAFMn4h9a1jLFA
        JOfcqUIgodUKhoySMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRaG9va3Mu
        ZXhhbXBsZS5vcmcwCgYIKoZIzj0EAwIDSQAwRgIhAIbHy7I4yEME30vBmJq6/l1f
        ZGDxppKI7URGzHfx2AvnAiEAt2F81KMDbYelen6OgS8r0i9wDin3QDqvRM++ahZp
        ceA=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIAA4xF5v1k+A6niz8nSMOEIiAP6lFXIvxgfRqsYIzIyooAoGCCqGSM49
        AwEHoUQDQgAEmgnNIOB3skWfrQXNEJya7gBKUdwpjAbnnQQOfVdYCDVpSAuFMpwM
        Ks80smYtR5uiqZLEKIuJXFNOI/r8Sy/0aQ==
        -----END EC PRIVATE KEY-----
        """
}

private final class Recorder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    var serverName: String?
    private var head: HTTPRequestHead?
    private var body = Data()
    private let take: (HTTPRequestHead, Data, String?) -> TestTarget.Answer

    init(take: @escaping (HTTPRequestHead, Data, String?) -> TestTarget.Answer) {
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): (self.head, self.body) = (head, Data())
        case .body(let buffer): self.body.append(contentsOf: buffer.readableBytesView)
        case .end:
            guard let head = self.head else { return }
            let answer = self.take(head, self.body, self.serverName)
            guard !answer.isSilent else { return }
            var headers = answer.headers
            headers.add(name: "content-length", value: String(answer.body.utf8.count))
            let start = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
            context.write(self.wrapOutboundOut(.head(start)), promise: nil)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
