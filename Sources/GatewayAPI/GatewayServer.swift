// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
package import GatewayStore
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import Messaging
import NIOCore
import NIOSSL
import PosixMutex
import ServiceLifecycle
import WebSocketServer
package import Webhooks

/// The API's two listeners: TCP for everyone, a Unix socket for the command line of the owner; and the events' hub.
package final class GatewayServer: Service {
    /// Takes the modems' changes: `modemChanged(_:)`.
    package let events: EventHub
    private let configuration: GatewayAPIConfiguration
    private let gateway: Gateway
    private let logger: Logger
    private let onListening: @Sendable (ListeningAddresses) async -> Void

    /// - Parameters:
    ///   - version: of the program.
    ///   - webhooks: what delivers to them, for `POST /api/webhooks/{id}/test`.
    ///   - onListening: called once, when both listeners take connections.
    package init(
        configuration: GatewayAPIConfiguration, modems: any ModemDirectory, messaging: Messaging, store: GatewayStore,
        version: String, logger: Logger, events: EventHub? = nil, webhooks: WebhookDeliveries? = nil,
        onListening: @escaping @Sendable (ListeningAddresses) async -> Void = { _ in }
    ) {
        let events = events ?? EventHub(store: store, modems: modems, logger: logger)
        self.events = events
        self.configuration = configuration
        self.gateway = Gateway(
            modems: modems, messaging: messaging, store: store, events: events, webhooks: webhooks, version: version,
            logger: logger)
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown: then WebSocket clients are told 1001, requests under way are finished, and nothing waits
    /// for longer than five seconds.
    ///
    /// - Throws: ``GatewayServerError`` before anything is served.
    package func run() async throws {
        try self.checkAccess()
        let socket = UnixSocketPlace(path: self.configuration.unixSocketPath)
        try socket.prepare()
        defer { socket.remove() }
        let tls = try self.tlsConfiguration()
        let progress = ListeningProgress()
        let unix = self.application(
            listener: .unixSocket, address: .unixDomainSocket(path: self.configuration.unixSocketPath), tls: nil
        ) { _ in
            do {
                try socket.restrict()
                await self.report(progress.unixSocketListens())
            } catch {
                self.logger.critical("the Unix socket cannot be closed to others", metadata: ["error": "\(error)"])
            }
        }
        let tcp = self.application(
            listener: .tcp(isLoopback: self.configuration.isLoopback),
            address: .hostname(self.configuration.host, port: self.configuration.port), tls: tls
        ) { channel in
            await self.report(progress.tcpListens(port: channel.localAddress?.port))
        }
        var group = ServiceGroupConfiguration(services: [self.events, unix, tcp], logger: self.logger)
        group.maximumGracefulShutdownDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw self.cannotListen(error)
        }
    }

    /// Method and path of every route.
    package var routes: [String] {
        let router = APIRouter(
            gateway: self.gateway, listener: .unixSocket, hostPolicy: nil,
            maximumBodySize: self.configuration.limits.maximumBodySize)
        return router.routes.map { "\($0.method.rawValue) \($0.path)" }
    }

    private func report(_ port: Int?) async {
        guard let port else { return }
        await self.onListening(
            ListeningAddresses(
                host: self.configuration.host, port: port, usesTLS: self.configuration.tls != nil,
                unixSocketPath: self.configuration.unixSocketPath))
    }

    private func application(
        listener: Authenticator.Listener, address: BindAddress, tls: TLSConfiguration?,
        onListening: @escaping @Sendable (any Channel) async -> Void
    ) -> any Service {
        let hostPolicy =
            listener == .unixSocket
            ? nil : HostPolicy(listen: self.configuration.host, allowedHosts: self.configuration.allowedHosts)
        let limits = self.configuration.limits
        let router = APIRouter(
            gateway: self.gateway, listener: listener, hostPolicy: hostPolicy, maximumBodySize: limits.maximumBodySize)
        let webSocket = self.configuration.webSocket
        let http = HTTPServerBuilder { responder in
            let channel = WebSocketUpgradeChannel(
                responder: responder, limits: limits, webSocket: webSocket, decide: router.webSocket.decide)
            guard let tls else { return channel }
            return try TLSChannel(channel, tlsConfiguration: tls)
        }
        return Application(
            responder: router.responder(), server: http,
            configuration: ApplicationConfiguration(
                address: address, serverName: "modemgate",
                availableConnectionsDelegate: .maximum(self.configuration.maximumConnections, logger: self.logger)),
            onServerRunning: onListening, logger: self.logger)
    }
}

// MARK: Before listening

extension GatewayServer {
    private func checkAccess() throws(GatewayServerError) {
        guard !self.configuration.isLoopback else { return }
        let address = "\(self.configuration.host):\(self.configuration.port)"
        guard self.gateway.store.hasTokens else {
            throw GatewayServerError(
                .tokenRequired,
                "\(address) can be reached by others, and there is no token yet, so anybody could send messages. "
                    + "Start on 127.0.0.1, run: modemgate token create NAME, and start on \(address) again.")
        }
        if self.configuration.tls == nil {
            self.logger.warning(
                "the API is reachable by others without TLS: tokens and messages travel in clear; set http.tls",
                metadata: ["http.listen": "\(address)"])
        }
    }

    private func tlsConfiguration() throws(GatewayServerError) -> TLSConfiguration? {
        guard let tls = self.configuration.tls else { return nil }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
            let key = try NIOSSLPrivateKey(file: tls.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            // Shows now, not at the first client, whether key and certificate belong together.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw GatewayServerError(
                .tls,
                "http.tls cannot be used: \(tls.certificate) must be a PEM certificate (with its chain) and \(tls.key) "
                    + "the PEM key that belongs to it, both readable for the gateway (\(error)).")
        }
    }

    private func cannotListen(_ error: IOError) -> GatewayServerError {
        let address = "\(self.configuration.host):\(self.configuration.port)"
        let hint =
            error.errnoCode == EADDRINUSE
            ? "Another program uses it; stop that one or choose another with http.listen."
            : "Choose another with http.listen."
        return GatewayServerError(.cannotListen, "Cannot listen on \(address) (\(error)). \(hint)")
    }
}

/// Both listeners start at once; the second to be ready reports.
private final class ListeningProgress: Sendable {
    private struct State {
        var unixSocketListens = false
        var port: Int?
    }

    private let state = Mutex(State())

    /// The TCP port once both listen.
    func unixSocketListens() -> Int? {
        self.state.withLock { state in
            state.unixSocketListens = true
            return state.port
        }
    }

    func tcpListens(port: Int?) -> Int? {
        self.state.withLock { state in
            state.port = port
            return state.unixSocketListens ? port : nil
        }
    }
}
