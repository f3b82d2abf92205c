// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import AsyncHTTPClient
import CellularModem
import Foundation
import GatewayAPI
import GatewayStore
import Logging
import Messaging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// The real server on a free port and a Unix socket, over a real store, with modems a test controls.
struct TestGateway: Sendable {
    let addresses: ListeningAddresses
    let store: GatewayStore
    let modems: FakeModems
    let modem: IdleModem
    let events: EventHub
    let directory: String
    /// `GET /api/modems` …
    let routes: [String]

    /// Runs `body` against a running gateway, then stops it gracefully.
    ///
    /// - Parameters:
    ///   - token: create a token with these scopes before the start.
    ///   - change: changes the configuration.
    static func run(
        _ change: @Sendable (inout GatewayAPIConfiguration) -> Void = { _ in },
        prepare: @Sendable (GatewayStore) async throws -> Void = { _ in },
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: @Sendable @escaping (TestGateway) async throws -> Void
    ) async throws {
        let directory = try Self.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try GatewayStore(path: directory + "/modemgate.db")
        try await prepare(store)
        var configuration = GatewayAPIConfiguration(port: 0, unixSocketPath: directory + "/modemgate.sock")
        change(&configuration)
        try await Self.serve(configuration, store: store, directory: directory, logger: logger, body)
        try store.close()
    }

    private static func serve(
        _ configuration: GatewayAPIConfiguration, store: GatewayStore, directory: String, logger: Logger,
        _ body: @Sendable @escaping (TestGateway) async throws -> Void
    ) async throws {
        let modems = FakeModems()
        let modem = IdleModem("ec25-1")
        let messaging = TestMessaging.make(store: store, modem: modem)
        let (listening, continuation) = AsyncStream.makeStream(of: ListeningAddresses.self)
        let server = GatewayServer(
            configuration: configuration, modems: modems, messaging: messaging, store: store, version: "1.2.3",
            logger: logger
        ) { addresses in
            continuation.yield(addresses)
            continuation.finish()
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [messaging, server],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            for await addresses in listening {
                let gateway = TestGateway(
                    addresses: addresses, store: store, modems: modems, modem: modem, events: server.events,
                    directory: directory, routes: server.routes)
                do {
                    try await body(gateway)
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static func makeDirectory() throws -> String {
        let directory = NSTemporaryDirectory() + "mgapi-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return directory
    }
}

// MARK: Requests

/// What the gateway answered.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: ByteBuffer

    var json: JSONValue {
        get throws { try JSONParser.parse(Array(buffer: self.body)) }
    }

    /// The last part of a problem's type.
    var problem: String? {
        get throws {
            guard self.headers.first(name: "content-type") == "application/problem+json" else { return nil }
            return try self.json["type"].text.map { String($0.dropFirst("urn:modemgate:problem:".count)) }
        }
    }
}

extension TestGateway {
    /// One request over TCP.
    func request(
        _ method: HTTPMethod, _ path: String, token: String? = nil, headers: HTTPHeaders = [:], json: String? = nil
    ) async throws -> Answer {
        try await self.request(method, url: self.addresses.url + path, token: token, headers: headers, json: json)
    }

    /// One request over the Unix socket.
    func local(
        _ method: HTTPMethod, _ path: String, headers: HTTPHeaders = [:], json: String? = nil
    ) async throws -> Answer {
        let socket = self.addresses.unixSocketPath.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await self.request(
            method, url: "http+unix://\(socket)\(path)", token: nil, headers: headers, json: json)
    }

    private func request(
        _ method: HTTPMethod, url: String, token: String?, headers: HTTPHeaders, json: String?
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let json {
            if !headers.contains(name: "content-type") {
                request.headers.add(name: "content-type", value: "application/json")
            }
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
        return Answer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    /// A token's secret, made over the Unix socket as the command line does.
    func createToken(_ name: String, _ scopes: [Scope]) async throws -> String {
        let list = scopes.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        let answer = try await self.local(.POST, "/api/tokens", json: #"{"name":"\#(name)","scopes":[\#(list)]}"#)
        return try answer.json["token"].text ?? ""
    }
}

extension JSONValue {
    /// A member of an object; null when there is none.
    subscript(name: String) -> JSONValue {
        guard case .object(let object) = self else { return .null }
        return object[name] ?? .null
    }

    subscript(index: Int) -> JSONValue {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var whole: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The object without a member.
    func without(_ name: String) -> JSONValue {
        guard case .object(let object) = self else { return self }
        var rest = JSONObject()
        for member in object.members where member.name != name { rest.set(member.name, member.value) }
        return .object(rest)
    }

    /// Names of an object's members, in order.
    var names: [String] {
        guard case .object(let object) = self else { return [] }
        return object.members.map(\.name)
    }
}
