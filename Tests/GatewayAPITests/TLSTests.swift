// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import AsyncHTTPClient
import Foundation
import GatewayAPI
import GatewayStore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import PosixMutex
import Testing

@Suite struct TLSTests {
    @Test func servedOverTLS() async throws {
        let directory = try TestGateway.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let tls = GatewayAPIConfiguration.TLS(certificate: directory + "/cert.pem", key: directory + "/key.pem")
        try Data(Self.certificate.utf8).write(to: URL(fileURLWithPath: tls.certificate))
        try Data(Self.key.utf8).write(to: URL(fileURLWithPath: tls.key))
        try await TestGateway.run({ $0.tls = tls }) { gateway in
            #expect(gateway.addresses.url.hasPrefix("https://127.0.0.1:"))
            var configuration = HTTPClient.Configuration()
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.certificateVerification = .none
            let client = HTTPClient(configuration: configuration)
            let url = gateway.addresses.url + "/api/modems"
            let response = try? await client.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
            try await client.shutdown()
            #expect(response?.status == .ok)
        }
    }

    @Test func keyOfAnotherCertificateIsRefused() async throws {
        let directory = try TestGateway.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let tls = GatewayAPIConfiguration.TLS(certificate: directory + "/cert.pem", key: directory + "/cert.pem")
        try Data(Self.certificate.utf8).write(to: URL(fileURLWithPath: tls.certificate))
        await #expect {
            try await TestGateway.run({ $0.tls = tls }) { _ in }
        } throws: { error in
            (error as? GatewayServerError)?.code == .tls
        }
    }

    @Test(arguments: [("0.0.0.0", 1), ("127.0.0.1", 0)])
    func listenerOfOthersWithoutTLSWarns(host: String, warnings: Int) async throws {
        let log = WarningLog()
        try await TestGateway.run(
            { $0.host = host }, prepare: { _ = try await $0.createToken(name: "a", scopes: []) },
            logger: Logger(label: "test", factory: { _ in log })
        ) { _ in }
        #expect(log.warnings.count { $0.contains("without TLS") } == warnings)
    }

    /// For localhost and 127.0.0.1, made for this test, protects nothing.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUUXrwr3uhufNFIoBiXhtnNU735tUwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE0NTkwNloYDzIxMjYxMDI4
        MTQ1OTA2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARlgv4NZ3AeEKoiQNNTeWPAPFV4Oxa+yiQTYwDr2GvY1gfiVXyfBlYU
        35xJcX9gO8TOjADw7Dc9I4Ou392gSpSwo28wbTAdBgNVHQ4EFgQUDroGC3eUILlo
        NNo0Z3judbb+OWYwHwYDVR0jBBgwFoAUDroGC3eUILloNNo0Z3judbb+OWYwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIgf47t26gB4FaxmgFT2HWA9A3VUaqdRl+2WVKBT8+vR7UCIQCF
        ameu1OfwYoy7K+SLEkmzldPV9ak+gnOAiUkRz4sgtw==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjE1IMpfY8tuZwS1g
        z3GzUoaLviEjmYKHxmesVoZw0EuhRANCAARlgv4NZ3AeEKoiQNNTeWPAPFV4Oxa+
        yiQTYwDr2GvY1gfiVXyfBlYU35xJcX9gO8TOjADw7Dc9I4Ou392gSpSw
        -----END PRIVATE KEY-----
        """
}

/// Keeps the warnings.
private struct WarningLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    private let messages = Mutex<[String]>([])

    var warnings: [String] { self.messages.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard event.level == .warning else { return }
        self.messages.withLock { $0.append(event.message.description) }
    }
}
