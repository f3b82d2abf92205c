// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOSSL

/// HTTP clients that each connect to one address alone, whatever the name resolves to by then: the address that was
/// checked is the one connected to. `Host`, SNI and the certificate's check stay those of the name.
///
/// Kept for their TLS context, which costs more than a request; connections are not kept.
actor PinnedClients {
    private struct Key: Hashable {
        var host: String
        var address: IPAddress
    }

    private struct Entry {
        var client: HTTPClient
        var users = 0
        var lastUse: UInt64 = 0
    }

    /// Idle clients kept: more targets than a gateway usually has.
    private static let limit = 16

    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private let trustRoots: NIOSSLTrustRoots

    init(trustRoots: NIOSSLTrustRoots) {
        self.trustRoots = trustRoots
    }

    /// Runs `body` with the client for this address.
    func use<Value: Sendable>(
        host: String, address: IPAddress, _ body: @Sendable (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let key = Key(host: host, address: address)
        let client = self.take(key)
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(client)) } catch { outcome = .failure(error) }
        await self.giveBack(key)
        return try outcome.get()
    }

    /// When nobody uses them any more.
    func shutdown() async {
        let clients = self.entries.values.map(\.client)
        self.entries.removeAll()
        for client in clients { try? await client.shutdown() }
    }

    private func take(_ key: Key) -> HTTPClient {
        self.uses += 1
        var entry = self.entries[key] ?? Entry(client: self.makeClient(key))
        entry.users += 1
        entry.lastUse = self.uses
        self.entries[key] = entry
        return entry.client
    }

    private func giveBack(_ key: Key) async {
        self.entries[key]?.users -= 1
        guard self.entries.count > Self.limit else { return }
        let idle = self.entries.filter { $0.value.users == 0 }
        guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        self.entries[oldest.key] = nil
        try? await oldest.value.client.shutdown()
    }

    private func makeClient(_ key: Key) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.dnsOverride = [key.host: key.address.description]
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = self.trustRoots
        configuration.tlsConfiguration = tls
        let address = key.address
        // Should the library ever connect elsewhere, nothing is sent there.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            let remote = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
            guard remote == address else { return channel.eventLoop.makeFailedFuture(ConnectedElsewhere()) }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

struct ConnectedElsewhere: Error {}
