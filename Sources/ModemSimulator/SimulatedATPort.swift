// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What one AT port of a modem keeps for itself; the rest belongs to the modem.
struct SimulatedATPort: Equatable {
    /// What the bytes that come in mean at the moment.
    enum Input: Equatable {
        case command
        /// After `> `: a message up to Ctrl-Z or ESC.
        case message(ATAnswer.Prompt)
        /// The answer is not out yet; what comes in waits in `backlog`.
        case executing
    }

    /// V.250 asks for 40 characters; these modems take far more. Longer lines are answered `ERROR`.
    static let lineLimit = 2048
    /// A TPDU has at most 164 octets and the service centre address 12, so 352 digits; the rest is noise.
    static let messageLimit = 2048
    /// Bytes kept while a command runs; a real port's buffer is of that order and drops the rest.
    static let backlogLimit = 8192

    var input: Input = .command
    var line: [UInt8] = []
    var lineOverflowed = false
    var backlog: [UInt8] = []

    /// `E`, V.250 §6.2.4: on after power-up on both models.
    var echo = true
    /// `V`, V.250 §6.2.6.
    var verbose = true
    /// `Q`, V.250 §6.2.5.
    var quiet = false
    /// `+CMEE`, TS 27.007 §9.1.
    var errorFormat: Int
    /// `+CMGF`, TS 27.005 §3.2.3: `false` is PDU mode, the state after power-up.
    var isTextMode = false
    /// `+CSCS`, TS 27.007 §5.5.
    var characterSet: String
    /// `+CSDH`, TS 27.005 §3.3.3.
    var showsTextModeDetails = false
    /// `+CSMP`: first octet, validity period, protocol identifier, data coding scheme (TS 27.005 §3.3.1).
    var textModeParameters = [17, 167, 0, 0]
    /// `<n>` of `+CREG`, `+CGREG`, `+CEREG`.
    var registrationReports: [String: Int] = [:]
    /// `<format>` of `+COPS`: 0 long, 1 short, 2 numeric.
    var operatorFormat = 0
    /// Settings that are only kept and read back.
    var settings: [String: String] = [:]

    init(model: SimulatedModemModel) {
        self.errorFormat = model.defaultErrorFormat
        self.characterSet = model.defaultCharacterSet
    }

    /// `ATZ`, `AT&F`: the profile of power-up; what is being typed stays.
    mutating func resetProfile(model: SimulatedModemModel) {
        let fresh = SimulatedATPort(model: model)
        self.echo = fresh.echo
        self.verbose = fresh.verbose
        self.quiet = fresh.quiet
        self.errorFormat = fresh.errorFormat
        self.isTextMode = fresh.isTextMode
        self.characterSet = fresh.characterSet
        self.showsTextModeDetails = fresh.showsTextModeDetails
        self.textModeParameters = fresh.textModeParameters
        self.registrationReports = fresh.registrationReports
        self.operatorFormat = fresh.operatorFormat
        self.settings = fresh.settings
    }
}
