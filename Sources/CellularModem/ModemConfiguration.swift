// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Serial

/// What the gateway needs to know to run one modem.
package struct ModemConfiguration: Sendable {
    /// Unique in the gateway; part of URLs.
    package var id: String
    /// The family the owner named, used until `AT+CGMM` has answered.
    package var profile: ModemProfile?
    /// SIM PIN, 4 … 8 digits (TS 31.101); entered at most once.
    package var pin: String?
    /// Where the AT port is, for people.
    package var portPath: String
    /// Opens the AT port anew; called again after every hang-up.
    package var openPort: @Sendable (IOThread) throws -> any BytePort
    package var timing: ModemTiming
    /// Until the network has answered a USSD request.
    package var ussdTimeout: Duration = .seconds(60)
    /// The balance asked for on schedule.
    package var balance: BalanceQuery?

    package init(
        id: String, profile: ModemProfile?, pin: String? = nil, portPath: String, timing: ModemTiming = ModemTiming(),
        openPort: @escaping @Sendable (IOThread) throws -> any BytePort
    ) {
        self.id = id
        self.profile = profile
        self.pin = pin
        self.portPath = portPath
        self.timing = timing
        self.openPort = openPort
    }
}

/// Deadlines and intervals, each with its reason.
package struct ModemTiming: Sendable {
    /// Queries that the modem answers from its own memory: below 300 ms on EC25 and SIM7600.
    package var query: Duration = .seconds(5)
    /// `AT+CMGS`: a network that refuses says so after up to 135 s (EG06-E, `+CMS ERROR: 350`).
    package var submit: Duration = .seconds(150)
    /// `AT+CUSD=1`: EC25 and SIM7600 answer `OK` at once and the network's answer follows; one that answers only with
    /// the network must not hold the port, and with it the messages, for longer.
    package var ussdCommand: Duration = .seconds(30)
    package var ussdCancel: Duration = .seconds(10)
    /// How long a question of the network may stay without a reply; networks give up after one to five minutes.
    package var ussdReply: Duration = .seconds(180)
    /// `AT+CPIN="…"` waits for the card.
    package var pin: Duration = .seconds(20)
    /// Signal, cell and registration of a modem in service; changes come as events besides.
    package var poll: Duration = .seconds(10)
    /// The same while SIM or network are waited for.
    package var impatientPoll: Duration = .seconds(2)
    /// Every so many polls the message settings are read back and the storage is swept: a lost `+CMTI` is found here.
    package var pollsPerSweep = 30
    /// Before a port that hung up or stayed silent is opened again: first and longest wait.
    package var reopen: ClosedRange<Duration> = .milliseconds(250) ... .seconds(10)

    package init() {}
}
