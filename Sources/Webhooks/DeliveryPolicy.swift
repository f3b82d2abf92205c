// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation
package import GatewayStore

/// What came of one request.
package enum WebhookAnswer: Sendable, Equatable {
    /// - Parameter excerpt: the beginning of the body, as text without control characters.
    case response(status: Int, retryAfter: RetryAfter?, excerpt: String?)
    case failure(StoredError)
}

/// Decides what an answer means and when to try again.
package struct DeliveryPolicy: Sendable {
    private let firstDelay: Double
    private let longestDelay: Double
    private let maximumAge: Double

    package init(_ configuration: WebhooksConfiguration) {
        self.longestDelay = max(1, configuration.longestDelay / .seconds(1))
        self.firstDelay = min(max(0.1, configuration.firstDelay / .seconds(1)), self.longestDelay)
        self.maximumAge = max(0, configuration.maximumAge / .seconds(1))
    }

    /// - Parameters:
    ///   - attempts: made before this one.
    ///   - since: from when on the delivery's age counts.
    ///   - random: 0 … 1, for the jitter.
    package func attempt(
        _ answer: WebhookAnswer, attempts: Int, since: Date, now: Date, random: Double
    ) -> DeliveryAttempt {
        switch answer {
        case .response(let status, _, let excerpt) where (200...299).contains(status):
            return DeliveryAttempt(.delivered, status: status, excerpt: excerpt)
        case .response(410, _, let excerpt):
            let reason = "The target answered with 410 Gone: it wants no more. Enable the webhook to call it again."
            return DeliveryAttempt(
                .gone(reason: reason), status: 410, error: StoredError(code: "gone", message: reason), excerpt: excerpt)
        case .response(let status, let retryAfter, let excerpt):
            let asked = retryAfter.map { min($0.delay(from: now), self.longestDelay) } ?? 0
            let delay = max(self.delay(after: attempts, random: random), asked)
            return DeliveryAttempt(
                self.verdict(delay: delay, since: since, now: now), status: status, error: Self.error(status),
                excerpt: excerpt)
        case .failure(let error):
            let delay = self.delay(after: attempts, random: random)
            return DeliveryAttempt(self.verdict(delay: delay, since: since, now: now), error: error)
        }
    }

    /// Twice as long after each attempt, and a quarter more or less, so that what failed together does not come together.
    package func delay(after attempts: Int, random: Double) -> Double {
        // 2^40 times the shortest delay is longer than any longest one.
        let grown = self.firstDelay * Double(1 << min(max(attempts, 0), 40))
        return min(min(grown, self.longestDelay) * (0.75 + 0.5 * random), self.longestDelay)
    }

    /// The last attempt is made when the delivery has reached its age.
    private func verdict(delay: Double, since: Date, now: Date) -> DeliveryAttempt.Verdict {
        let end = since.addingTimeInterval(self.maximumAge)
        guard now < end else { return .dead }
        return .retry(at: min(now.addingTimeInterval(delay), end))
    }

    private static func error(_ status: Int) -> StoredError {
        let sentence =
            (300...399).contains(status)
            ? "The target answered with \(status), a redirect, which is not followed. Give the webhook the URL it leads to."
            : "The target answered with \(status); only 2xx counts as delivered."
        return StoredError(code: "status-\(status)", message: sentence)
    }
}
