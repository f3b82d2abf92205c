// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol

/// The one USSD session of a modem: who waits, for what, and whose words the network's are. No I/O, no clock.
///
/// `+CUSD` comes before or after the `OK` of the command that asked, or never; what comes while nobody asks is the
/// network's own. After a session the modem is tidied up (its character set, `AT+CUSD=2`) before the next begins, so
/// that a late word of the one is not taken for an answer to the other.
package struct USSDSessionStateMachine: Sendable {
    /// One request and its answer, or one wait for a reply.
    package typealias Exchange = UInt64

    package enum Action: Sendable, Equatable {
        case answer(Exchange, USSDAnswer)
        case fail(Exchange, USSDError)
        case publish(USSDEvent)
        /// Call ``USSDSessionStateMachine/deadlineReached(_:)`` when nobody has replied in time.
        case awaitReply(Exchange)
        /// Send `AT+CUSD=2`, tidy up, then call ``USSDSessionStateMachine/tidied(_:)``.
        case cancelAtModem(USSDSession)
        /// Tidy up, then call ``USSDSessionStateMachine/tidied(_:)``.
        case tidyUp(USSDSession)
    }

    private enum State: Sendable, Equatable {
        case idle
        /// A request of ours is with the modem or the network.
        case asking(USSDSession, Exchange)
        case awaitingReply(USSDSession, Exchange)
        case ending(USSDSession)
    }

    private var state = State.idle
    private var lastExchange: Exchange = 0

    package init() {}

    /// The last session is being tidied up: the next can begin in a moment.
    package var isEnding: Bool { if case .ending = self.state { true } else { false } }

    package func isAsking(_ exchange: Exchange) -> Bool {
        if case .asking(_, exchange) = self.state { true } else { false }
    }

    package var open: (session: USSDSession, awaitsReply: Bool)? {
        switch self.state {
        case .asking(let session, _): (session, false)
        case .awaitingReply(let session, _): (session, true)
        case .idle, .ending: nil
        }
    }

    private mutating func nextExchange() -> Exchange {
        self.lastExchange &+= 1
        return self.lastExchange
    }

    // MARK: What clients want

    package mutating func begin(_ session: USSDSession) throws(USSDError) -> Exchange {
        switch self.state {
        case .idle: break
        case .asking(let other, _), .awaitingReply(let other, _), .ending(let other):
            let owner = other.who.map { "of \($0)" } ?? "the network began"
            throw USSDError(
                .busy, "A USSD session \(owner) is open at this modem: wait until it has ended, or cancel it.",
                session: other)
        }
        let exchange = self.nextExchange()
        self.state = .asking(session, exchange)
        return exchange
    }

    package mutating func reply(in id: String) throws(USSDError) -> Exchange {
        switch self.state {
        case .awaitingReply(let session, _) where session.id == id:
            let exchange = self.nextExchange()
            self.state = .asking(session, exchange)
            return exchange
        case .asking(let session, _) where session.id == id:
            throw USSDError(.noSession, "The session waits for the network, which has asked nothing yet.")
        case .idle, .asking, .awaitingReply, .ending:
            throw Self.noSession
        }
    }

    package mutating func cancel(_ id: String) throws(USSDError) -> [Action] {
        switch self.state {
        case .asking(let session, let exchange) where session.id == id:
            self.state = .ending(session)
            return [.fail(exchange, USSDError(.cancelled, "The USSD session was cancelled.")), .cancelAtModem(session)]
        case .awaitingReply(let session, _) where session.id == id:
            return self.end(session)
        case .idle, .asking, .awaitingReply, .ending:
            throw Self.noSession
        }
    }

    private static let noSession = USSDError(
        .noSession,
        "There is no such USSD session any more: it was ended by the network, by its time-out or by a client.")

    // MARK: What the modem says

    /// - Parameters:
    ///   - text: `nil` when the modem printed no string, or an empty one.
    ///   - network: the session to begin, should the network ask something of its own accord.
    package mutating func received(
        _ report: USSDReport, text: USSDText?, orBegin network: @autoclosure () -> USSDSession
    ) -> [Action] {
        switch self.state {
        case .idle: self.receivedUnasked(report, text, network())
        case .asking(let session, let exchange): self.receivedAnswer(report, text, session, exchange)
        case .awaitingReply(let session, _): self.receivedBetween(report, text, session)
        // Late: it is told, and answers nobody.
        case .ending(let session): Self.told(session, .done, text, report)
        }
    }

    private static func told(
        _ session: USSDSession?, _ state: USSDState, _ text: USSDText?, _ report: USSDReport
    ) -> [Action] {
        guard let text else { return [] }
        return [.publish(USSDEvent(session: session, state: state, text: text, dataCoding: report.dataCoding))]
    }

    private mutating func receivedUnasked(
        _ report: USSDReport, _ text: USSDText?, _ session: USSDSession
    ) -> [Action] {
        switch report.status {
        case .furtherActionRequired:
            return self.await(session, report, text ?? Self.empty)
        case .noFurtherAction, .terminatedByNetwork, .otherClientResponded, .notSupported, .networkTimedOut, .unknown:
            return Self.told(nil, .done, text, report)
        }
    }

    private mutating func receivedAnswer(
        _ report: USSDReport, _ text: USSDText?, _ session: USSDSession, _ exchange: Exchange
    ) -> [Action] {
        func answer(_ state: USSDState) -> Action {
            let text = text ?? Self.empty
            return .answer(
                exchange, USSDAnswer(session: session.id, state: state, text: text, dataCoding: report.dataCoding))
        }
        switch report.status {
        case .furtherActionRequired:
            return [answer(.awaitingReply)] + self.await(session, report, text ?? Self.empty)
        case .noFurtherAction:
            self.state = .ending(session)
            return [answer(.done)] + Self.told(session, .done, text, report) + [.tidyUp(session)]
        // Some networks and modems give the last answer so.
        case .terminatedByNetwork where text != nil:
            self.state = .ending(session)
            return [answer(.done)] + Self.told(session, .done, text, report) + [.tidyUp(session)]
        case .terminatedByNetwork, .otherClientResponded, .notSupported, .networkTimedOut, .unknown:
            self.state = .ending(session)
            return [.fail(exchange, Self.failure(report.status))] + Self.told(session, .done, text, report)
                + [.tidyUp(session)]
        }
    }

    /// While a reply is waited for: the network asks again, or ends it.
    private mutating func receivedBetween(
        _ report: USSDReport, _ text: USSDText?, _ session: USSDSession
    ) -> [Action] {
        switch report.status {
        case .furtherActionRequired:
            return self.await(session, report, text ?? Self.empty)
        case .noFurtherAction, .terminatedByNetwork, .otherClientResponded, .notSupported, .networkTimedOut, .unknown:
            self.state = .ending(session)
            let state: USSDState = text == nil ? .ended : .done
            let event = USSDEvent(session: session, state: state, text: text, dataCoding: report.dataCoding)
            return [.publish(event), .tidyUp(session)]
        }
    }

    private mutating func await(_ session: USSDSession, _ report: USSDReport, _ text: USSDText) -> [Action] {
        let exchange = self.nextExchange()
        self.state = .awaitingReply(session, exchange)
        return [
            .awaitReply(exchange),
            .publish(USSDEvent(session: session, state: .awaitingReply, text: text, dataCoding: report.dataCoding)),
        ]
    }

    private static let empty = USSDText(text: "", encoding: .gsm7)

    private static func failure(_ status: USSDReport.Status) -> USSDError {
        switch status {
        case .otherClientResponded:
            USSDError(.endedByNetwork, "Another program at the modem has taken the USSD session over (+CUSD: 3).")
        case .notSupported:
            USSDError(
                .notSupported,
                "The network does not support this code, or has no USSD for this SIM (+CUSD: 4). On LTE without calls it "
                    + "may work after AT+COPS selects 2G or 3G.")
        case .networkTimedOut:
            USSDError(.networkTimedOut, "The network's own time was over (+CUSD: 5). Try again.")
        case .noFurtherAction, .furtherActionRequired, .terminatedByNetwork:
            USSDError(.endedByNetwork, "The network ended the session without an answer (+CUSD: 2).")
        case .unknown(let number):
            USSDError(.endedByNetwork, "The modem ended the session with +CUSD: \(number), which no standard names.")
        }
    }

    /// The modem refused the command of this exchange, or gave no result. What the network said before stands.
    package mutating func commandFailed(_ exchange: Exchange, _ error: USSDError) -> [Action] {
        guard case .asking(let session, exchange) = self.state else { return [] }
        self.state = .ending(session)
        return [.fail(exchange, error), .cancelAtModem(session)]
    }

    // MARK: Time and loss

    package mutating func deadlineReached(_ exchange: Exchange) -> [Action] {
        switch self.state {
        case .asking(let session, exchange):
            self.state = .ending(session)
            let error = USSDError(
                .timedOut,
                "The network gave no answer in time, and the session was cancelled. A message may still come by SMS.")
            return [.fail(exchange, error), .cancelAtModem(session)]
        case .awaitingReply(let session, exchange):
            return self.end(session)
        case .idle, .asking, .awaitingReply, .ending:
            return []
        }
    }

    private mutating func end(_ session: USSDSession) -> [Action] {
        self.state = .ending(session)
        return [.publish(USSDEvent(session: session, state: .ended, text: nil)), .cancelAtModem(session)]
    }

    /// The modem is as it was before this session.
    package mutating func tidied(_ session: USSDSession) {
        if case .ending(session) = self.state { self.state = .idle }
    }

    /// The port closed, or the modem started anew: it has forgotten the session.
    package mutating func lost(_ reason: String) -> [Action] {
        defer { self.state = .idle }
        switch self.state {
        case .asking(_, let exchange): return [.fail(exchange, USSDError(.portClosed, reason))]
        case .awaitingReply(let session, _):
            return [.publish(USSDEvent(session: session, state: .ended, text: nil))]
        case .idle, .ending: return []
        }
    }
}
