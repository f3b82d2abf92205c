// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// How events are delivered to webhooks.
package struct WebhooksConfiguration: Sendable, Equatable {
    /// Hosts, addresses and networks (`127.0.0.1`, `::1/128`, `hooks.example.org`) that are called although their
    /// address would be refused.
    package var allow: [String] = []
    /// For one request, from connecting to the end of the answer.
    package var timeout: Duration = .seconds(10)
    package var firstDelay: Duration = .seconds(5)
    package var longestDelay: Duration = .seconds(3600)
    /// An event that could not be delivered for this long goes to the dead letters.
    package var maximumAge: Duration = .seconds(3 * 86_400)
    /// Requests under way to one target at the same time, each of another conversation.
    package var concurrency = 4

    package init() {}
}
