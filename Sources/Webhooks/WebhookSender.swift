// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import AsyncHTTPClient
internal import Foundation
internal import GatewayStore
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Makes one request: resolves, checks, connects to what was checked, signs, posts, reads the answer.
struct WebhookSender: Sendable {
    /// Octets of an answer's body that are read, and characters of it that are kept: enough for an error message.
    static let excerptLimit = 512

    let addresses: AddressGuard
    let resolver: NameResolver
    let clients: PinnedClients
    let userAgent: String
    let timeout: Duration
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date

    func post(_ delivery: DueDelivery, body: Data) async -> WebhookAnswer {
        let timeout = delivery.timeout.map { Duration.seconds($0) } ?? self.timeout
        return await withTaskGroup(of: WebhookAnswer.self) { group in
            group.addTask { await self.exchange(delivery, body: body) }
            group.addTask {
                try? await self.clock.sleep(for: timeout)
                let seconds = (timeout / .seconds(1)).formatted(.number.precision(.fractionLength(0...1)))
                return .failure(
                    StoredError(code: "no-answer", message: "The target did not answer within \(seconds) s."))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(StoredError(code: "no-answer", message: "The target did not answer."))
        }
    }

    private func exchange(_ delivery: DueDelivery, body: Data) async -> WebhookAnswer {
        do {
            let url = try WebhookURL(delivery.url)
            guard let secret = WebhookSecret(delivery.secret) else {
                return .failure(
                    StoredError(code: "invalid-secret", message: "The webhook's secret is damaged. Give it a new one."))
            }
            let address = try await self.checkedAddress(of: url, attempt: delivery.attempts)
            let request = self.request(delivery, url: url, secret: secret, body: body)
            return try await self.clients.use(host: url.host, address: address) { client in
                try await Self.answer(try await client.execute(request, deadline: .distantFuture))
            }
        } catch {
            return .failure(Self.describe(error))
        }
    }

    /// Every address is checked, and one refused is enough; later attempts go to the next of several.
    private func checkedAddress(of url: WebhookURL, attempt: Int) async throws -> IPAddress {
        let addresses = if let literal = url.literal { [literal] } else { try await self.resolver.resolve(url.host) }
        for address in addresses {
            if let refusal = try self.addresses.refusal(of: address, host: url.host, port: url.port) {
                throw AddressRefused(description: refusal)
            }
        }
        guard !addresses.isEmpty else { throw NameResolver.Failure("the name has no address") }
        return addresses[attempt % addresses.count]
    }

    private func request(
        _ delivery: DueDelivery, url: WebhookURL, secret: WebhookSecret, body: Data
    ) -> HTTPClientRequest {
        let timestamp = Int64(self.now().timeIntervalSince1970.rounded(.down))
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "User-Agent": self.userAgent, "Webhook-Id": delivery.id,
            "Webhook-Timestamp": String(timestamp),
            "Webhook-Signature": secret.signature(id: delivery.id, timestamp: timestamp, body: body),
            // A kept connection may close while the next request is on its way; that would be an attempt lost.
            "Connection": "close",
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private static func answer(_ response: HTTPClientResponse) async throws -> WebhookAnswer {
        var bytes: [UInt8] = []
        do {
            for try await piece in response.body {
                bytes += piece.readableBytesView.prefix(Self.excerptLimit - bytes.count)
                if bytes.count >= Self.excerptLimit { break }
            }
        } catch {
            // The status has come, and it alone decides.
        }
        return .response(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter($0) },
            excerpt: Self.excerpt(bytes))
    }

    /// What a foreign server says, made harmless for logs and terminals.
    static func excerpt(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let scalars = text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: Unicode.Scalar(" ")
            default: scalar
            }
        }
        var clean = String.UnicodeScalarView()
        clean.append(contentsOf: scalars)
        let trimmed = String(clean).trimmingCharacters(in: .whitespaces)
        return trimmed.isEmpty ? nil : trimmed
    }
}

struct AddressRefused: Error, CustomStringConvertible {
    let description: String
}

extension WebhookSender {
    static func describe(_ error: any Error) -> StoredError {
        switch error {
        case let error as AddressRefused:
            return StoredError(code: "address-refused", message: error.description)
        case let error as WebhookURLError:
            return StoredError(code: "invalid-url", message: error.description)
        case let error as NameResolver.Failure:
            return StoredError(
                code: "not-resolved", message: "The name of the target's host was not resolved (\(error)).")
        case let error as InterfaceAddresses.Failure:
            return StoredError(
                code: "not-checked",
                message: "The target's address could not be checked (\(error)), so it was not called.")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return StoredError(
                code: "tls",
                message: "No trusted TLS connection to the target (\(self.words(error))). Check its certificate.")
        case let error as HTTPClientError where error == .connectTimeout:
            return StoredError(code: "no-connection", message: "The target did not take the connection in time.")
        case let error as HTTPClientError:
            return StoredError(code: "broken-answer", message: "The target's answer broke off (\(self.words(error))).")
        case is HTTPParserError:
            return StoredError(
                code: "broken-answer", message: "The target did not answer in HTTP (\(self.words(error))).")
        default:
            return StoredError(code: "no-connection", message: "No connection to the target (\(self.words(error))).")
        }
    }

    private static func words(_ error: any Error) -> String {
        String("\(error)".prefix(200))
    }
}
