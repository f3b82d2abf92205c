// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import WebSocketServer

/// Where and for whom the API listens.
package struct GatewayAPIConfiguration: Sendable {
    package struct TLS: Sendable, Equatable {
        /// Paths of PEM files: the chain, the server's own certificate first, and its key.
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Name or address of an interface of this machine.
    package var host: String
    /// 0 lets the system choose; ``GatewayServer`` reports which.
    package var port: Int
    /// In the data directory, whose mode must be 0700.
    package var unixSocketPath: String
    /// `http.allowed_hosts`.
    package var allowedHosts: [String] = []
    package var tls: TLS?
    /// Of each listener. The next client waits until one leaves; every connection costs a descriptor and some 20 kB.
    package var maximumConnections = 1024
    package var limits = HTTPConnectionLimits()
    package var webSocket = WebSocketConfiguration()

    package init(host: String = "127.0.0.1", port: Int = 8080, unixSocketPath: String) {
        self.host = host
        self.port = port
        self.unixSocketPath = unixSocketPath
    }

    /// Whether only this machine can connect.
    var isLoopback: Bool {
        // An IPv6 address may be written with or without brackets.
        let host = self.host.contains(":") && !self.host.hasPrefix("[") ? "[\(self.host)]" : self.host
        return HostPolicy.Authority(host)?.isLoopback ?? false
    }
}

/// Where the API can be reached.
package struct ListeningAddresses: Sendable, Equatable {
    package var host: String
    /// The real one, when 0 was asked for.
    package var port: Int
    package var usesTLS: Bool
    package var unixSocketPath: String

    package init(host: String, port: Int, usesTLS: Bool, unixSocketPath: String) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.unixSocketPath = unixSocketPath
    }

    /// `http://127.0.0.1:8080`
    package var url: String {
        let host = self.host.contains(":") && !self.host.hasPrefix("[") ? "[\(self.host)]" : self.host
        return "\(self.usesTLS ? "https" : "http")://\(host):\(self.port)"
    }
}
