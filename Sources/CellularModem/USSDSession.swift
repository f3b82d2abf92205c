// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import ATProtocol

package import struct Foundation.Date

/// A dialogue with the network (TS 24.090): one at a time for each modem.
package struct USSDSession: Sendable, Equatable {
    package enum Initiator: String, Sendable, CaseIterable {
        case client
        /// The network began, without being asked.
        case network
        /// The gateway, for the balance.
        case schedule
    }

    /// A UUID in lower case.
    package var id: String
    package var initiator: Initiator
    /// Name of the token, or `local`; `nil` for the network's own.
    package var who: String?
    package var startedAt: Date

    package init(id: String, initiator: Initiator, who: String?, startedAt: Date) {
        self.id = id
        self.initiator = initiator
        self.who = who
        self.startedAt = startedAt
    }
}

/// How a session stands after what the network said.
package enum USSDState: String, Sendable, CaseIterable {
    /// The network has said all; the session is over.
    case done
    case awaitingReply = "awaiting-reply"
    /// It ended without another word: cancelled, released by the network, or nobody replied in time.
    case ended
}

/// What the network said to a request.
package struct USSDAnswer: Sendable, Equatable {
    package var session: String
    package var state: USSDState
    package var text: USSDText
    /// `<dcs>` as the modem printed it.
    package var dataCoding: Int?

    package init(session: String, state: USSDState, text: USSDText, dataCoding: Int?) {
        self.session = session
        self.state = state
        self.text = text
        self.dataCoding = dataCoding
    }
}

/// Something happened in a session, or outside of any. Answers are told too, so that none is lost with its client.
package struct USSDEvent: Sendable, Equatable {
    /// `nil`: what the network said belongs to no session, for example a notification.
    package var session: USSDSession?
    package var state: USSDState
    /// `nil` when the session ended without a word.
    package var text: USSDText?
    package var dataCoding: Int?

    package init(session: USSDSession?, state: USSDState, text: USSDText?, dataCoding: Int? = nil) {
        self.session = session
        self.state = state
        self.text = text
        self.dataCoding = dataCoding
    }
}

/// Why there is no answer.
package struct USSDError: Error, Sendable, Equatable {
    package enum Code: String, Sendable, Equatable, CaseIterable {
        /// The code or reply cannot be sent as it is.
        case invalidText
        /// Another session is open at this modem.
        case busy
        /// There is no such session, or it does not wait for a reply.
        case noSession
        /// The modem has no port or no network now.
        case notInService
        /// The modem refused the command.
        case refused
        case notSupported
        /// The network ended the session without an answer.
        case endedByNetwork
        /// The network did not answer in its own time.
        case networkTimedOut
        /// Nothing came within the time-out; the session was cancelled.
        case timedOut
        case cancelled
        /// The port closed while the answer was waited for.
        case portClosed
    }

    package var code: Code
    /// A sentence that says what to do.
    package var message: String
    /// The session in the way, for ``Code/busy``.
    package var session: USSDSession?

    package init(_ code: Code, _ message: String, session: USSDSession? = nil) {
        self.code = code
        self.message = message
        self.session = session
    }
}

/// A modem as the USSD routes and the balance query see it.
package protocol USSDModem: Sendable {
    var id: String { get }
    /// How its balance is asked for, when it is.
    var balanceQuery: BalanceQuery? { get }

    /// Sends a code and waits for what the network says to it.
    ///
    /// - Parameter timeout: until the network has answered; the configured one when `nil`.
    func openUSSD(
        code: String, timeout: Duration?, initiator: USSDSession.Initiator, who: String
    ) async throws(USSDError) -> USSDAnswer

    /// Replies to what the network asked, and waits for what it says next.
    func answerUSSD(session: String, text: String, timeout: Duration?) async throws(USSDError) -> USSDAnswer

    /// Ends a session; a request that waits in it gets ``USSDError/Code/cancelled``.
    func cancelUSSD(session: String) async throws(USSDError)

    /// The session that is open now, and whether it waits for a reply.
    func openUSSDSession() async -> (session: USSDSession, awaitsReply: Bool)?

    /// Shows a balance among what is known of the modem; `nil`: none is known for this SIM.
    func show(balance: ModemBalance?) async
}
