// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import Glibc
import NIOHTTP1
import Testing

/// When the API does not start, and what it says.
@Suite struct GatewayServerStartTests {
    private static func failure(
        _ change: @Sendable (inout GatewayAPIConfiguration) -> Void = { _ in },
        prepare: @Sendable (GatewayStore) async throws -> Void = { _ in }
    ) async throws -> GatewayServerError? {
        do {
            try await TestGateway.run(change, prepare: prepare) { _ in }
            return nil
        } catch let error as GatewayServerError {
            return error
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "gateway.example.org", "127.0.0.1.example.com"])
    func otherAddressNeedsAToken(host: String) async throws {
        let error = try #require(await Self.failure { $0.host = host })
        #expect(error.code == .tokenRequired)
        #expect(error.message.contains("modemgate token create"))
    }

    @Test func otherAddressWithATokenIsServed() async throws {
        try await TestGateway.run(
            { $0.host = "0.0.0.0" }, prepare: { _ = try await $0.createToken(name: "a", scopes: []) }
        ) {
            gateway in
            let answer = try await gateway.request(.GET, "/api/modems", headers: ["host": "localhost"])
            #expect(answer.status == 401)
            // The last token goes, and others still cannot come in.
            _ = try await gateway.local(.DELETE, "/api/tokens/a")
            #expect(try await gateway.request(.GET, "/api/modems", headers: ["host": "localhost"]).status == 401)
        }
    }

    @Test func secondDaemonIsRefused() async throws {
        try await TestGateway.run { gateway in
            let path = gateway.addresses.unixSocketPath
            let error = try await Self.failure { $0.unixSocketPath = path }
            #expect(error?.code == .alreadyRunning)
            #expect(try await gateway.local(.GET, "/api/modems").status == 200)
        }
    }

    @Test func socketOfADeadDaemonIsReplaced() async throws {
        let directory = try TestGateway.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/modemgate.sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        #expect(bound == 0)
        try await TestGateway.run({ $0.unixSocketPath = path }) { gateway in
            let answer = try await gateway.local(.GET, "/api/modems")
            #expect(answer.status == 200)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func fileInThePlaceOfTheSocketIsKept() async throws {
        let directory = try TestGateway.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/modemgate.sock"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try await Self.failure { $0.unixSocketPath = path }?.code == .directory)
        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    }

    @Test func directoryOpenToOthersIsRefused() async throws {
        let directory = try TestGateway.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: directory)
        let error = try #require(await Self.failure { $0.unixSocketPath = directory + "/modemgate.sock" })
        #expect(error.code == .directory)
        #expect(error.message.hasSuffix("Run: chmod 700 \(directory)"))
    }

    @Test func pathTooLongForASocket() async throws {
        let error = try await Self.failure { $0.unixSocketPath = "/tmp/\(String(repeating: "x", count: 110))" }
        #expect(error?.code == .directory)
    }

    @Test func addressInUse() async throws {
        try await TestGateway.run { gateway in
            let port = gateway.addresses.port
            let error = try #require(await Self.failure { $0.port = port })
            #expect(error.code == .cannotListen)
            #expect(error.message.contains("http.listen"))
        }
    }

    @Test func missingCertificate() async throws {
        let error = try await Self.failure {
            $0.tls = GatewayAPIConfiguration.TLS(certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem")
        }
        #expect(error?.code == .tls)
    }

    @Test(arguments: [
        ("127.0.0.1", "http://127.0.0.1:8080"), ("::1", "http://[::1]:8080"), ("localhost", "http://localhost:8080"),
    ]) func urlOfTheAddress(host: String, url: String) {
        let addresses = ListeningAddresses(host: host, port: 8080, usesTLS: false, unixSocketPath: "/x")
        #expect(addresses.url == url)
    }
}
