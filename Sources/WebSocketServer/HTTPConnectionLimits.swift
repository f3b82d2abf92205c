// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore

/// What one HTTP connection may cost.
package struct HTTPConnectionLimits: Sendable {
    /// Octets of one header field: room for a long token and a browser's cookies of the same host.
    package var maximumHeaderFieldSize = 16 * 1024
    /// Octets of all header fields of a request.
    package var maximumHeaderListSize = 32 * 1024
    package var maximumHeaderFieldCount = 100
    /// Octets of a request's body. Bodies are read whole; the longest useful one is a text for many recipients.
    package var maximumBodySize = 1024 * 1024
    /// From connecting (or the end of the TLS handshake, if later) to the end of the first request's header.
    package var firstRequestTimeout: TimeAmount = .seconds(10)
    /// Between requests, and between two pieces of one request.
    package var idleTimeout: TimeAmount = .seconds(60)
    /// How long a connection that is being closed stays half open, so that the peer can read the answer.
    package var closeLinger: TimeAmount = .seconds(1)

    package init() {}
}
