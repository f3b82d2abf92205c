// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Time as durations since the channel was made, on any clock.
struct Timeline: Sendable {
    /// Since the beginning.
    let now: @Sendable () -> Duration
    /// Sleeps until the given time since the beginning; throws when the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        self.now = { start.duration(to: clock.now) }
        self.sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }
}
