// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing
import Webhooks

@Suite struct DeliveryPolicyTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)
    private let policy = DeliveryPolicy(WebhooksConfiguration())

    private func attempt(
        _ answer: WebhookAnswer, attempts: Int = 0, age: Double = 0, random: Double = 0.5
    ) -> DeliveryAttempt {
        self.policy.attempt(
            answer, attempts: attempts, since: self.now.addingTimeInterval(-age), now: self.now, random: random)
    }

    private func delay(_ attempt: DeliveryAttempt) -> Double? {
        guard case .retry(let time) = attempt.verdict else { return nil }
        return time.timeIntervalSince(self.now)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func delivered(_ status: Int) {
        let attempt = self.attempt(.response(status: status, retryAfter: nil, excerpt: "ok"))
        #expect(attempt == DeliveryAttempt(.delivered, status: status, excerpt: "ok"))
    }

    @Test(arguments: [100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 409, 411, 429, 500, 503, 599])
    func anythingElseIsTriedAgain(_ status: Int) {
        let attempt = self.attempt(.response(status: status, retryAfter: nil, excerpt: nil))
        #expect(self.delay(attempt) == 5)
        #expect(attempt.error?.code == "status-\(status)")
        #expect((300...399).contains(status) == attempt.error?.message.contains("redirect"))
    }

    @Test func goneDisables() {
        let attempt = self.attempt(.response(status: 410, retryAfter: nil, excerpt: nil))
        guard case .gone(let reason) = attempt.verdict else {
            Issue.record("not gone: \(attempt)")
            return
        }
        #expect(reason.contains("410"))
    }

    @Test(arguments: [(0, 5.0), (1, 10), (2, 20), (9, 2_560), (10, 3_600), (63, 3_600), (1_000_000, 3_600)])
    func delayDoubles(_ attempts: Int, _ seconds: Double) {
        let failure = WebhookAnswer.failure(StoredError(code: "no-connection", message: "No."))
        #expect(self.delay(self.attempt(failure, attempts: attempts)) == seconds)
    }

    @Test func jitterIsAQuarterEitherWay() {
        #expect(self.policy.delay(after: 0, random: 0) == 3.75)
        #expect(self.policy.delay(after: 0, random: 1) == 6.25)
        #expect(self.policy.delay(after: 30, random: 1) == 3_600)
    }

    @Test(arguments: [
        (RetryAfter.seconds(0), 5.0), (.seconds(120), 120), (.seconds(.max), 3_600),
        (.date(Date(timeIntervalSince1970: 1_790_000_060)), 60), (.date(Date(timeIntervalSince1970: 0)), 5),
        (.date(.distantFuture), 3_600),
    ])
    func retryAfterIsHonouredWithinBounds(_ field: RetryAfter, _ seconds: Double) {
        let attempt = self.attempt(.response(status: 503, retryAfter: field, excerpt: nil))
        #expect(self.delay(attempt) == seconds)
    }

    @Test func lastAttemptIsAtTheAge() {
        let failure = WebhookAnswer.failure(StoredError(code: "no-answer", message: "No."))
        let age = 3.0 * 86_400
        #expect(self.delay(self.attempt(failure, attempts: 60, age: age - 100)) == 100)
        #expect(self.attempt(failure, attempts: 60, age: age).verdict == .dead)
        #expect(self.attempt(failure, attempts: 0, age: age * 2).verdict == .dead)
        #expect(self.attempt(.response(status: 200, retryAfter: nil, excerpt: nil), age: age * 2).verdict == .delivered)
    }

    @Test(arguments: [
        ("0", RetryAfter.seconds(0)), ("120", .seconds(120)), ("99999999999999999999", .seconds(.max)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .date(Date(timeIntervalSince1970: 784_111_777))),
        ("Thu, 29 Feb 2024 00:00:00 GMT", .date(Date(timeIntervalSince1970: 1_709_164_800))),
        ("Thu, 01 Jan 1970 00:00:00 GMT", .date(Date(timeIntervalSince1970: 0))),
    ])
    func retryAfterIsRead(_ text: String, _ field: RetryAfter) {
        #expect(RetryAfter(text) == field)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Xxx 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 19999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "1 2 3 4 5 GMT",
        String(repeating: "9", count: 100),
    ])
    func brokenRetryAfterCountsAsAbsent(_ text: String) {
        #expect(RetryAfter(text) == nil)
    }
}
