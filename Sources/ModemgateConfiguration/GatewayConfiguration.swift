// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// All settings of the gateway, checked. The file, the environment and the flags may each set any of them.
package struct GatewayConfiguration: Sendable, Equatable {
    /// Database, socket and console history live here. Absolute.
    package var dataDirectory: String
    package var http = HTTP()
    package var sms = SMS()
    package var modems: [Modem] = []
    package var webhooks = Webhooks()
    package var ussd = USSD()
    package var log = Log()

    package init(dataDirectory: String) {
        self.dataDirectory = dataDirectory
    }

    /// The Unix socket of the command line, mode 0600.
    package var socketPath: String { self.dataDirectory + "/modemgate.sock" }
    package var databasePath: String { self.dataDirectory + "/modemgate.sqlite" }

    package struct HTTP: Sendable, Equatable {
        package var listen = ListenAddress.standard
        /// Values of Host and Origin that are served besides the loopback names and `listen` itself.
        package var allowedHosts: [String] = []
        package var tls: TLS?
    }

    package struct TLS: Sendable, Equatable {
        /// PEM, the server's certificate first, then its chain.
        package var certificate: String
        /// PEM, not encrypted.
        package var key: String
    }

    package struct Modem: Sendable, Equatable {
        /// Lower-case letters, digits, `-`, `_`; 1 … 32 of them.
        package var id: String
        /// `EC25`, `SIM7600`; `nil`: the modem is asked.
        package var model: String?
        /// Path of its AT port. Absolute.
        package var tty: String
        /// 4 … 8 digits. From `pin`, or read from `pinFile` at start.
        package var pin: String?
        package var pinFile: String?
        package var limits = SIMLimits()
        /// Nothing is sent meanwhile.
        package var quietHours: QuietHours?
        /// Between two parts, for a SIM whose operator distrusts bursts.
        package var partPause: Duration = .zero
        package var balance: Balance?

        package init(id: String, model: String? = nil, tty: String, pin: String? = nil, pinFile: String? = nil) {
            self.id = id
            self.model = model
            self.tty = tty
            self.pin = pin
            self.pinFile = pinFile
        }
    }

    package struct Log: Sendable, Equatable {
        package var level = Level.info
        /// `false`: telephone numbers print as `###`. Texts, IMSI and ICCID are never logged.
        package var showNumbers = false
    }

    /// The names are those of swift-log.
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }
}

/// Host and TCP port. Port 0 lets the system choose one.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// Name, IPv4 address, or IPv6 address without brackets.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

    package var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// Only programs of this machine reach it: 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3), localhost.
    package var isLoopback: Bool {
        if self.host == "localhost" || self.host == "::1" { return true }
        let octets = self.host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}
