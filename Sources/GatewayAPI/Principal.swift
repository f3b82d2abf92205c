// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import GatewayStore
import HTTPTypes

/// What a token may be given the right to do.
package enum Scope: String, Sendable, CaseIterable {
    case readMessages = "sms:read"
    case sendMessages = "sms:send"
    /// The AT console.
    case modemCommands = "modem:at"
    /// USSD sessions; a code may cost money.
    case ussd = "modem:ussd"
    case administerWebhooks = "webhooks:admin"
    case administerPBX = "pbx:admin"
}

/// On whose behalf a request is made.
package enum Principal: Sendable, Equatable {
    /// Over the Unix socket: only the owner of the data directory can open it.
    case owner
    /// From this machine, while there is no token.
    case loopback
    case token(id: String, name: String, scopes: [String])
    /// Nobody yet: the route finds out by itself.
    case unauthenticated

    package init(_ record: TokenRecord) {
        self = .token(id: record.id, name: record.name, scopes: record.scopes)
    }

    /// The name in the audit and in messages.
    var name: String {
        switch self {
        case .owner, .loopback: "local"
        case .token(_, let name, _): name
        case .unauthenticated: "nobody"
        }
    }

    /// The name of the token a message was sent with.
    var tokenName: String? {
        switch self {
        case .owner, .loopback, .unauthenticated: nil
        case .token(_, let name, _): name
        }
    }

    func may(_ scope: Scope) -> Bool {
        switch self {
        case .owner, .loopback: true
        case .token(_, _, let scopes): scopes.contains(scope.rawValue)
        case .unauthenticated: false
        }
    }

    /// Refuses what the token was not given.
    func require(_ scope: Scope) throws(Problem) {
        guard !self.may(scope) else { return }
        var problem = Problem(
            .forbidden, "missing-scope",
            "The token \"\(self.name)\" lacks the scope \(scope.rawValue). Use one that has it: "
                + "modemgate token create NAME --scope \(scope.rawValue)")
        problem.members.set("scope", .string(scope.rawValue))
        throw problem
    }
}
