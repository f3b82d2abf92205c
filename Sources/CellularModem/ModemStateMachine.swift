// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// From a tty to service and back: what one modem's session does next. No I/O, no clock.
package struct ModemStateMachine: Sendable {
    /// What the session is to do after an event.
    package enum Action: Hashable, Sendable {
        case none
        /// Ask whether anybody answers, and who.
        case probe
        /// Ask for the SIM's state.
        case checkSIM
        /// Enter the configured PIN, once.
        case enterPIN
        /// Send the model's settings.
        case setUp
        /// Messages can flow: sweep the storage, tell the sender.
        case serve
        /// Messages cannot be sent for now.
        case suspend
        /// Give the tty up and open it anew.
        case closePort
    }

    private enum State: Equatable {
        case plugged
        case probing
        case awaitingSIM(SIMState)
        case settingUp
        case registering(Registration)
        case serving(problems: [String])
        case unresponsive
        case gone(String)
    }

    /// A modem that missed this many answers in a row is taken as unresponsive. One late answer happens in daily life
    /// (a modem that scans for networks is silent for over a minute); three in a row on different commands do not.
    package static let tolerableSilence = 3

    private var state: State = .plugged
    private var silence = 0
    private var pinEntered = false
    /// The SIM asked for its PIN again after it was entered.
    private var pinRefused = false
    private var problems: [String] = []
    private let hasPIN: Bool

    package init(hasPIN: Bool) {
        self.hasPIN = hasPIN
    }

    /// The tty is open.
    package mutating func portOpened() -> Action {
        self.silence = 0
        self.state = .probing
        return .probe
    }

    /// The tty could not be opened.
    package mutating func portUnavailable(_ reason: String) -> Action {
        self.state = .gone(reason)
        return .suspend
    }

    /// The tty hung up or was closed.
    package mutating func portClosed(_ reason: String) -> Action {
        guard self.state != .unresponsive else { return .suspend }
        self.state = .gone(reason)
        return .suspend
    }

    /// The modem said who it is.
    package mutating func identified() -> Action {
        guard self.state == .probing else { return .none }
        self.state = .awaitingSIM(.unknown)
        return .checkSIM
    }

    /// The SIM's state, and how many wrong PINs it still takes (nil: the modem does not say).
    ///
    /// A PIN goes in only when it is configured, only once, and only as long as the SIM reports three tries: a second
    /// wrong one would be the owner's last but one.
    package mutating func simReported(_ sim: SIMState, remainingTries: Int?) -> Action {
        switch (self.state, sim) {
        case (.awaitingSIM, .ready):
            self.state = .settingUp
            return .setUp
        case (.awaitingSIM, .pin):
            self.state = .awaitingSIM(.pin)
            self.pinRefused = self.pinEntered
            guard self.hasPIN, !self.pinEntered, remainingTries == 3 else { return .none }
            self.pinEntered = true
            return .enterPIN
        case (.awaitingSIM, _):
            self.state = .awaitingSIM(sim)
            return .none
        case (.settingUp, .ready), (.registering, .ready), (.serving, .ready):
            return .none
        case (.settingUp, _), (.registering, _), (.serving, _):
            self.state = .awaitingSIM(sim)
            return .suspend
        case (.plugged, _), (.probing, _), (.unresponsive, _), (.gone, _):
            return .none
        }
    }

    /// The settings are sent; `problems` are those the modem refused, as sentences.
    package mutating func setUpFinished(problems: [String]) -> Action {
        guard self.state == .settingUp else { return .none }
        self.problems = problems
        self.state = .registering(.unknown)
        return .none
    }

    package mutating func registrationReported(_ registration: Registration) -> Action {
        switch self.state {
        case .registering:
            guard registration.isRegistered else {
                self.state = .registering(registration)
                return .none
            }
            self.state = .serving(problems: self.problems)
            return .serve
        case .serving:
            guard !registration.isRegistered else { return .none }
            self.state = .registering(registration)
            return .suspend
        case .plugged, .probing, .awaitingSIM, .settingUp, .unresponsive, .gone:
            return .none
        }
    }

    /// A command got its final result, whatever it was.
    package mutating func answered() {
        self.silence = 0
    }

    /// A command's deadline passed.
    package mutating func unanswered() -> Action {
        self.silence += 1
        guard self.silence >= Self.tolerableSilence || self.state == .probing else { return .none }
        self.state = .unresponsive
        return .closePort
    }

    /// The modem started anew by itself (`RDY`): every setting it had is lost.
    package mutating func restarted() -> Action {
        switch self.state {
        case .settingUp, .registering, .serving, .awaitingSIM:
            self.state = .probing
            return .probe
        case .plugged, .probing, .unresponsive, .gone:
            return .none
        }
    }
}

extension ModemStateMachine {
    package var modemState: ModemState {
        switch self.state {
        case .plugged: .plugged
        case .probing, .settingUp: .probing
        case .awaitingSIM: .sim
        case .registering: .registering
        case .serving(let problems): problems.isEmpty ? .ready : .degraded
        case .unresponsive: .unresponsive
        case .gone: .gone
        }
    }

    /// The step to take up again when it was broken off.
    package var unfinished: Action {
        switch self.state {
        case .probing: .probe
        case .awaitingSIM: .checkSIM
        case .settingUp: .setUp
        case .plugged, .registering, .serving, .unresponsive, .gone: .none
        }
    }

    /// Messages can be sent.
    package var isServing: Bool {
        if case .serving = self.state { true } else { false }
    }

    /// The SIM has been found ready and the settings are in place, so that messages can be received.
    package var isSetUp: Bool {
        switch self.state {
        case .registering, .serving: true
        case .plugged, .probing, .awaitingSIM, .settingUp, .unresponsive, .gone: false
        }
    }

    /// Why the modem is not in full service, and what to do about it.
    package var reason: String? {
        switch self.state {
        case .plugged, .probing, .settingUp: nil
        case .awaitingSIM(let sim): self.reason(sim)
        case .registering(let registration): Self.reason(registration)
        case .serving(let problems): problems.isEmpty ? nil : problems.joined(separator: " ")
        case .unresponsive: "The modem does not answer AT commands; the port is opened again by itself."
        case .gone(let reason): reason
        }
    }

    private func reason(_ sim: SIMState) -> String? {
        switch sim {
        case .unknown, .starting: "The SIM is starting."
        case .absent: "No SIM is inserted: insert one, or reseat it."
        case .pin where self.pinRefused:
            "The SIM asks for its PIN although the configured one was entered: check `pin` and unlock the SIM by hand."
        case .pin where self.pinEntered: "The configured PIN is being entered."
        case .pin where self.hasPIN:
            "The SIM asks for its PIN and does not report three tries left, so the configured PIN was not entered: "
                + "unlock the SIM by hand once."
        case .pin: "The SIM asks for its PIN: set `pin` for this modem in the configuration."
        case .puk: "The SIM asks for its PUK: unlock it in a phone with the code from the operator."
        case .locked: "The SIM or the modem is locked to an operator or device: ask the seller for the unlocking code."
        case .failed: "The SIM does not work or is switched off (AT+CFUN): reseat it, or restart the modem."
        case .ready: nil
        }
    }

    private static func reason(_ registration: Registration) -> String? {
        switch registration {
        case .unknown, .notRegistered: "The modem is not registered in a network: check antenna and subscription."
        case .searching: "The modem is searching for a network."
        case .denied: "The network refuses this SIM: ask the operator whether it is active."
        case .home, .roaming: nil
        }
    }
}
