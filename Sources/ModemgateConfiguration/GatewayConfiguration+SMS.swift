// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension GatewayConfiguration {
    package struct SMS: Sendable, Equatable {
        /// ISO 639-1 codes in the order of preference. Empty: only the default alphabet and UCS2 are sent.
        package var nationalLanguages: [String] = []
        /// How long the missing parts of a long message are waited for.
        package var assemblyTimeout: Duration = .seconds(86_400)
        package var deliveryReports = true
        /// E.164 with `+`; `nil`: the SIM's own.
        package var serviceCentre: String?
        /// Where numbers without `+` are at home; `nil`: only E.164 numbers and short codes are accepted.
        package var country: DiallingProcedure?
        /// From its acceptance, or its `sendAt`, on; then a message that still waits is expired.
        package var defaultValidity: Duration = .seconds(3 * 86_400)
        package var retry = Retry()
        /// The first that fits counts.
        package var routes: [Route] = []
        /// An answer goes out by the SIM that received.
        package var isSticky = true
        /// A modem that is away for so long loses what waits for it to the next of the route.
        package var failoverAfter: Duration = .seconds(120)
        package var limits = Limits()
        /// IANA name; of quiet hours, and of when a month begins. `nil`: the system's.
        package var timeZone: String?
        package var optOut = OptOut()
        package var retention = Retention()
    }

    /// Sending again after an error that may pass.
    package struct Retry: Sendable, Equatable {
        package var firstDelay: Duration = .seconds(15)
        package var longestDelay: Duration = .seconds(900)
        package var giveUpAfter: Duration = .seconds(86_400)
    }

    /// Which modems a message goes to, in their order. A rule without prefix and token fits every message.
    package struct Route: Sendable, Equatable {
        /// What a request may ask for by name.
        package var name: String?
        /// The recipient's number begins so: `+` and digits, or digits of a short code.
        package var prefix: String?
        /// Sent with this token.
        package var token: String?
        /// Ids, at least one.
        package var modems: [String]

        package init(name: String? = nil, prefix: String? = nil, token: String? = nil, modems: [String]) {
            self.name = name
            self.prefix = prefix
            self.token = token
            self.modems = modems
        }
    }

    /// Messages that may be sent to one recipient, and with one token. `nil`: no limit.
    package struct Limits: Sendable, Equatable {
        package var recipient = Recipient()
        package var token = Token()

        package struct Recipient: Sendable, Equatable {
            package var perHour: Int?
            package var perDay: Int?
        }

        package struct Token: Sendable, Equatable {
            package var perMinute: Int?
            package var perHour: Int?
            package var perDay: Int?
        }
    }

    /// What a SIM may send, in message parts. `nil`: no limit.
    package struct SIMLimits: Sendable, Equatable {
        package var perMinute: Int?
        package var perHour: Int?
        package var perDay: Int?
        /// The budget of a calendar month.
        package var perMonth: Int?

        package init() {}
    }

    /// Recipients who answered STOP.
    package struct OptOut: Sendable, Equatable {
        package enum Scope: String, Sendable, CaseIterable {
            /// Nothing more from the SIM that was told so.
            case sim
            /// Nothing more from any SIM.
            case global
        }

        package var isEnabled = true
        package var scope = Scope.sim
        /// ISO 639-1; whose words are known.
        package var languages = ["en", "fr", "de", "es", "it", "nl", "pt"]
        /// Besides those of the languages.
        package var words: [String] = []
        package var startWords: [String] = []
        package var confirms = true
        /// `nil`: a sentence in the language of the word.
        package var confirmation: String?
    }

    /// How long messages are kept that wait for nothing any more. `nil`: for ever.
    package struct Retention: Sendable, Equatable {
        package var received: Duration?
        package var sent: Duration?
        package var maximumMessages: Int?
    }

    /// A part of every day, in minutes from midnight. `start` after `end`: over midnight.
    package struct QuietHours: Sendable, Equatable, CustomStringConvertible {
        /// 0 … 1439, the first minute of rest.
        package var start: Int
        /// 0 … 1439, the first minute after it. Never `start`.
        package var end: Int

        package init(start: Int, end: Int) {
            self.start = start
            self.end = end
        }

        /// `21:00-08:00`.
        package var description: String { "\(Self.time(self.start))-\(Self.time(self.end))" }

        private static func time(_ minutes: Int) -> String {
            let (hour, minute) = (minutes / 60, minutes % 60)
            return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
        }
    }

    /// A USSD request on schedule whose answer names the balance.
    package struct Balance: Sendable, Equatable {
        /// `*100#`.
        package var code: String
        /// Replies to the network's questions on the way to the balance.
        package var steps: [String]
        package var every: Duration
        /// Regular expression with one group, the amount.
        package var pattern: String

        package init(code: String, steps: [String] = [], every: Duration, pattern: String) {
            self.code = code
            self.steps = steps
            self.every = every
            self.pattern = pattern
        }
    }

    package struct Webhooks: Sendable, Equatable {
        /// Hosts, addresses and networks, each perhaps with a port, that are called although their address is refused
        /// otherwise.
        package var allow: [String] = []
        package var timeout: Duration = .seconds(10)
        package var firstDelay: Duration = .seconds(5)
        package var longestDelay: Duration = .seconds(3600)
        package var maximumAge: Duration = .seconds(3 * 86_400)
        package var concurrency = 4
    }

    package struct USSD: Sendable, Equatable {
        /// For one answer of the network.
        package var timeout: Duration = .seconds(60)
    }
}
