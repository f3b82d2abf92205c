// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes

/// Tokens and audit, for the owner alone: these routes answer on the Unix socket.
extension Gateway {
    var ownerRoutes: [Route] {
        [
            Route(.post, "/api/tokens", .owner, .createToken) { try await self.createToken($0) },
            Route(.get, "/api/tokens", .owner, .listTokens) { _ in .list(self.store.tokens().map(\.json)) },
            Route(.delete, "/api/tokens/{name}", .owner, .revokeToken) { try await self.revokeToken($0) },
            Route(.get, "/api/audit", .owner, .listAudit) { request in
                let query = try request.query(known: ["limit"])
                let entries = try await self.store.auditEntries(limit: try query.integer("limit", in: 1...1000) ?? 100)
                return .list(entries.map(\.json))
            },
        ]
    }

    private func createToken(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.fields(known: ["name", "scopes"])
        let name = try fields.required(string: "name", "Give the token a name that says who uses it.")
        guard let names = try fields.strings("scopes"), !names.isEmpty else {
            throw RequestFields.missing("scopes", "Give a list of: \(Self.scopeNames.joined(separator: ", ")).")
        }
        for scope in names where !Self.scopeNames.contains(scope) {
            throw Problem(
                .unprocessableContent, "unknown-scope",
                "There is no scope \(scope.quoted). Known are: \(Self.scopeNames.joined(separator: ", "))."
            )
            .about(field: "scopes")
        }
        // A name in the audit must not look like the owner's own commands.
        guard name != Principal.owner.name else {
            throw Problem(
                .unprocessableContent, "invalid-name",
                "The name \"\(name)\" stands for the gateway's own machine. Take another."
            ).about(field: "name")
        }
        let scopes = Self.scopeNames.filter(names.contains)
        let (secret, record) = try await self.store.createToken(name: name, scopes: scopes)
        // From now on every request needs a token: so do the connections that were opened without one.
        await self.withdraw { $0 == .loopback }
        guard case .object(var body) = record.json else { return APIReply(.created, record.json) }
        body.set("token", .string(secret))
        return APIReply(.created, .object(body))
    }

    private func revokeToken(_ request: APIRequest) async throws -> APIReply {
        let name = request.pathComponent("name")
        let record = self.store.tokens().first { $0.name == name }
        try await self.store.revokeToken(name: name)
        await self.withdraw { principal in
            guard case .token(let id, _, _) = principal else { return false }
            return id == record?.id
        }
        return APIReply(.ok, record?.json ?? .null)
    }

    private func withdraw(_ matches: @escaping @Sendable (Principal) -> Bool) async {
        self.tickets.revoke(where: matches)
        await self.events.disconnect(where: matches)
    }

    private static let scopeNames = Scope.allCases.map(\.rawValue)
}

extension TokenRecord {
    fileprivate var json: JSONValue {
        [
            "id": .string(self.id), "name": .string(self.name),
            "scopes": .array(self.scopes.map(JSONValue.string)),
            "createdAt": .string(WireTime.string(self.createdAt)), "lastUsedAt": WireTime.json(self.lastUsedAt),
        ]
    }
}

extension AuditEntry {
    fileprivate var json: JSONValue {
        [
            "at": .string(WireTime.string(self.at)), "who": .string(self.who), "modem": .string(self.modem),
            "command": .string(self.command), "result": .string(self.result), "durationMs": .integer(self.durationMs),
        ]
    }
}
