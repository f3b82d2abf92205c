// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A clock on which time passes a number of times faster, so that a test need not wait two minutes for every answer a
/// simulated modem keeps back. For the modems' deadlines and intervals alone.
struct AcceleratedClock: Clock {
    struct Instant: InstantProtocol {
        /// Since the clock was made, by its own measure.
        var offset: Swift.Duration

        func advanced(by duration: Swift.Duration) -> Self { Self(offset: self.offset + duration) }
        func duration(to other: Self) -> Swift.Duration { other.offset - self.offset }
        static func < (one: Self, other: Self) -> Bool { one.offset < other.offset }
    }

    /// 1 … 1,000.
    let speed: Int
    private let start = ContinuousClock.now

    init(speed: Int) { self.speed = speed }

    var now: Instant { Instant(offset: self.start.duration(to: .now) * self.speed) }
    var minimumResolution: Swift.Duration { ContinuousClock().minimumResolution * self.speed }

    func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        let rest = self.now.duration(to: deadline)
        try await ContinuousClock().sleep(
            for: max(.zero, rest) / self.speed, tolerance: tolerance.map { $0 / self.speed })
    }
}
