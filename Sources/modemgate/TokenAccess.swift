// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import Glibc
import ModemgateConfiguration

/// The tokens: through the daemon; in the database itself while no daemon runs: a gateway that is to serve the
/// network starts only when it has one. Answers are those of the API.
struct TokenAccess {
    let daemon: DaemonClient

    struct Request: Encodable {
        var name: String
        var scopes: [String]
    }

    /// Everything a token may allow.
    static let scopes = Scope.allCases.map(\.rawValue)

    func create(name: String, scopes: [String]) async throws(CommandFailure) -> Data {
        do throws(CommandFailure) {
            return try await self.daemon.send(.post, "/api/tokens", body: Request(name: name, scopes: scopes))
        } catch  where error.status == .unavailable {
            try Self.check(name, scopes)
            let ordered = Self.scopes.filter(scopes.contains)
            return try await self.withStore { store in
                let (secret, record) = try await store.createToken(name: name, scopes: ordered)
                return TokenAnswer(record, token: secret)
            }
        }
    }

    /// What the API refuses too.
    private static func check(_ name: String, _ scopes: [String]) throws(CommandFailure) {
        // `local` is what the audit calls this command line.
        guard name != "local" else {
            throw CommandFailure(.failure, "The name \"local\" stands for the gateway's own machine. Take another.")
        }
        if let scope = scopes.first(where: { !Self.scopes.contains($0) }) {
            let known = Self.scopes.joined(separator: ", ")
            throw CommandFailure(.failure, "There is no scope \"\(scope.printable())\". Known are: \(known).")
        }
    }

    func list() async throws(CommandFailure) -> Data {
        do throws(CommandFailure) {
            return try await self.daemon.send(.get, "/api/tokens")
        } catch  where error.status == .unavailable && self.hasDatabase {
            return try await self.withStore { store in
                ListAnswer(items: store.tokens().map { TokenAnswer($0) }, next: nil)
            }
        }
    }

    func revoke(name: String) async throws(CommandFailure) -> Data {
        do throws(CommandFailure) {
            return try await self.daemon.send(.delete, "/api/tokens/\(name.percentEncoded)")
        } catch  where error.status == .unavailable && self.hasDatabase {
            return try await self.withStore { store in
                let record = store.tokens().first { $0.name == name }
                try await store.revokeToken(name: name)
                return record.map { TokenAnswer($0) }
            }
        }
    }

    // MARK: Without a daemon

    private var databasePath: String {
        GatewayConfiguration(dataDirectory: self.daemon.dataDirectory).databasePath
    }

    /// Only creating a token makes a database: the others, in a mistyped directory, say that nothing is there.
    private var hasDatabase: Bool { access(self.databasePath, F_OK) == 0 }

    private func withStore<Value: Encodable>(
        _ body: (GatewayStore) async throws -> Value
    ) async throws(CommandFailure) -> Data {
        do {
            try StateDirectory.prepare(self.daemon.dataDirectory)
            let store = try GatewayStore(path: self.databasePath)
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await body(store)) } catch { outcome = .failure(error) }
            try store.close()
            return Data(CompactJSON.text(try outcome.get()).utf8)
        } catch let error as StoreError {
            throw CommandFailure(error.code == .inUse ? .temporary : .failure, error.message)
        } catch let error as StateDirectory.Failure {
            throw CommandFailure(.permission, error.description)
        } catch {
            throw CommandFailure(.failure, "\(error)")
        }
    }
}

extension TokenAnswer {
    init(_ record: TokenRecord, token: String? = nil) {
        self.init(
            id: record.id, name: record.name, scopes: record.scopes, createdAt: LocalTime.utc(record.createdAt),
            lastUsedAt: record.lastUsedAt.map(LocalTime.utc), token: token)
    }
}
