// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import CellularModem
internal import GatewayStore

/// When a part that was refused for the time being is handed over again.
package struct RetryPolicy: Sendable, Equatable {
    /// Times a part is handed over at most, the first included.
    package var maximumTries = 5
    package var firstDelay: Duration = .seconds(30)
    /// Each delay is twice the one before, up to this.
    package var longestDelay: Duration = .seconds(900)
    /// Share of the delay by which chance makes it shorter or longer, so that many messages do not come back at once.
    package var jitter = 0.2

    package init() {}

    enum Decision: Equatable {
        case retry(after: Duration)
        case failed
        case uncertain
    }

    /// - Parameters:
    ///   - attempt: which hand-over failed, from 1.
    ///   - chance: 0 ..< 1.
    ///   - modemRefuses: the modem refuses every message, so that this one's tries are not over by it.
    func decide(_ error: SubmitError, attempt: Int, chance: Double, modemRefuses: Bool = false) -> Decision {
        switch error.outcome {
        case .unknown: return .uncertain
        case .notSent: break
        }
        switch error.cmsError.map(CMSErrorClass.init) ?? .temporary {
        case .uncertain: return .uncertain
        case .final: return .failed
        case .temporary:
            guard attempt < self.maximumTries || modemRefuses else { return .failed }
            return .retry(after: self.delay(attempt: attempt, chance: chance))
        }
    }

    func delay(attempt: Int, chance: Double) -> Duration {
        // More doublings than this exceed any sensible limit, and less than 2^16 × a day overflows nothing.
        let doublings = min(max(attempt - 1, 0), 16)
        let delay = min(self.firstDelay * (1 << doublings), self.longestDelay)
        return delay * (1 + self.jitter * (2 * chance - 1))
    }

    /// No delay is longer.
    var bound: Duration { self.longestDelay * (1 + self.jitter) }
}

extension StoredError {
    init(_ error: SubmitError) {
        let code =
            switch (error.cmsError, error.outcome) {
            // The service centre's own cause, TS 23.040 §9.2.3.22.
            case (let number?, _) where (128...255).contains(number): "tp-fcs-\(number)"
            case (let number?, _): "cms-\(number)"
            case (nil, .unknown): "no-answer"
            case (nil, .notSent): "not-sent"
            }
        self.init(code: code, message: error.message)
    }
}
