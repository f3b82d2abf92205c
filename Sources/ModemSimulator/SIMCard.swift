// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The card in the modem and what it asks for before it serves.
struct SIMCard: Equatable {
    enum Lock: Equatable {
        case open
        case pin
        case puk
        /// Ten wrong PUKs: the card is dead.
        case blocked
    }

    var lock: Lock
    var pin: String
    /// PIN needed at the next power-up.
    var isPINEnabled: Bool
    /// Tries left, TS 31.101 §9.2: three for the PIN, ten for the PUK.
    var pinTries = 3
    var pukTries = 10
    /// PUK of a simulated card: always the same, as a test must know it.
    static let puk = "12345678"

    init(pin: String?) {
        self.pin = pin ?? "1234"
        self.isPINEnabled = pin != nil
        self.lock = pin == nil ? .open : .pin
    }

    /// Power-up: the PIN is asked again.
    mutating func reset() {
        if self.isPINEnabled, self.lock == .open { self.lock = .pin }
    }

    /// `true` when the PIN was right.
    mutating func enter(pin: String) -> Bool {
        guard pin == self.pin else {
            self.pinTries -= 1
            if self.pinTries <= 0 { self.lock = .puk }
            return false
        }
        self.pinTries = 3
        self.lock = .open
        return true
    }

    mutating func enter(puk: String, newPIN: String) -> Bool {
        guard puk == Self.puk else {
            self.pukTries -= 1
            if self.pukTries <= 0 { self.lock = .blocked }
            return false
        }
        self.pukTries = 10
        self.pinTries = 3
        self.pin = newPIN
        self.lock = .open
        return true
    }
}
