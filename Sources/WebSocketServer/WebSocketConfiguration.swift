// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore

/// Limits and times of a WebSocket connection.
package struct WebSocketConfiguration: Sendable {
    /// Octets of one message of the peer: clients of an event stream have little to say.
    package var maximumMessageSize = 64 * 1024
    /// Frames waiting for a slow peer before it is dropped.
    package var maximumQueuedFrames = 256
    /// Octets waiting for a slow peer before it is dropped.
    package var maximumQueuedBytes = 1024 * 1024
    /// Between two pings; a peer silent for two of them is gone.
    package var pingInterval: TimeAmount = .seconds(30)
    /// How long the peer's close frame is waited for.
    package var closeTimeout: TimeAmount = .seconds(1)

    package init() {}
}
