// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The cell the modem camps on, from `+QENG: "servingcell"`, `+QCSQ` (Quectel) or `+CPSI` (SIMCom).
///
/// What a line does not say is `nil`, and a line that says "no service" is no cell at all.
package struct ServingCell: Sendable, Equatable {
    /// `GSM`, `UMTS`, `LTE`.
    package var technology: String?
    /// Mobile country and network code, 5 or 6 digits.
    package var plmn: String?
    package var lac: Int?
    package var cellID: Int?
    /// Received power in dBm.
    package var rssi: Int?
    /// LTE reference signal received power in dBm.
    package var rsrp: Int?
    /// LTE reference signal received quality in dB.
    package var rsrq: Double?
    /// Signal to interference and noise ratio in dB.
    package var sinr: Double?

    package init?(line: String) {
        let fields = ATFields(line)
        switch line.resultPrefix {
        case "+QCSQ": self.init(qcsq: fields)
        case "+QENG": self.init(qeng: fields)
        case "+CPSI": self.init(cpsi: fields)
        default: return nil
        }
    }

    private init(technology: String) {
        self.technology = technology
    }

    /// Seen: `+QCSQ: "LTE",85,-124,55,-18` (QDC507GLEFM21: RSSI without its sign; SINR in 1/5 dB from -20),
    /// `+QCSQ: "LTE",-69,-102,150,-12`, `+QCSQ: "NOSERVICE"`.
    private init?(qcsq fields: ATFields) {
        guard let technology = Self.technology(fields.string(0)) else { return nil }
        self.init(technology: technology)
        self.rssi = fields.integer(1).flatMap(Self.power)
        guard technology == "LTE" else { return }
        self.rsrp = fields.integer(2).flatMap(Self.power)
        self.sinr = fields.integer(3).flatMap { (0...250).contains($0) ? Double($0) / 5 - 20 : nil }
        self.rsrq = fields.integer(4).flatMap(Self.quality)
    }

    /// Seen: `"servingcell","NOCONN","LTE","FDD",302,220,188E598,428,66935,66,5,5,2CEE,-122,-19,-82,-9,5` (QDC507, hex
    /// unquoted, SINR in dB), `"servingcell","CONNECT","WCDMA",440,10,75,6FE0090,10736,58,0,-78,-3,-,-,-,-,-`,
    /// `"servingcell","SEARCH"`, `"servingcell","LIMSRV","LTE",…`.
    private init?(qeng fields: ATFields) {
        guard let technology = Self.technology(fields.string(2)) else { return nil }
        self.init(technology: technology)
        // LTE has FDD or TDD before the network codes.
        let first = technology == "LTE" ? 4 : 3
        self.plmn = Self.plmn(fields.string(first), fields.string(first + 1))
        if technology == "LTE" {
            self.cellID = fields.hexadecimal(6)
            self.lac = fields.hexadecimal(12)
            self.rsrp = fields.integer(13).flatMap(Self.power)
            self.rsrq = fields.integer(14).flatMap(Self.quality)
            self.rssi = fields.integer(15).flatMap(Self.power)
            self.sinr = fields.integer(16).flatMap { (-23...40).contains($0) ? Double($0) : nil }
        } else {
            self.lac = fields.hexadecimal(5)
            self.cellID = fields.hexadecimal(6)
            // GSM: rxlev. On WCDMA field 10 is the power of the pilot alone (RSCP), not the total.
            self.rssi = technology == "GSM" ? fields.integer(10).flatMap(Self.power) : nil
        }
    }

    /// Seen: `LTE,Online,310-260,0x3F29,89815063,125,EUTRAN-BAND12,5035,2,2,-196,-1167,-832,7` (SIM7600A-H: RSRQ, RSRP and
    /// RSSI in 1/10 dB), `WCDMA,Online,250-20,0x4D07,4487261,WCDMA IMT 2000,38,…`,
    /// `GSM,Online,262-02,0x011f,18121,6 EGSM 900,-67,0,0-0` (ARFCN and band in one field), `NO SERVICE,Online`.
    private init?(cpsi fields: ATFields) {
        guard let technology = Self.technology(fields.string(0)) else { return nil }
        self.init(technology: technology)
        let codes = fields.string(2)?.split(separator: "-").map(String.init) ?? []
        if codes.count == 2 { self.plmn = Self.plmn(codes[0], codes[1]) }
        self.lac = fields.hexadecimal(3)
        self.cellID = fields.integer(4)
        if technology == "LTE" {
            self.rsrq = fields.integer(10).flatMap { Self.tenths($0, -400...0) }
            self.rsrp = fields.integer(11).flatMap { Self.tenths($0, -1600 ... -1) }.map { Int($0.rounded()) }
            self.rssi = fields.integer(12).flatMap { Self.tenths($0, -1600 ... -1) }.map { Int($0.rounded()) }
            self.sinr = fields.integer(13).flatMap { (-23...40).contains($0) ? Double($0) : nil }
        } else if technology == "GSM" {
            self.rssi = fields.integer(6).flatMap(Self.power)
        }
    }

    // MARK: Values

    private static func technology(_ text: String?) -> String? {
        switch text?.uppercased() {
        case "LTE", "CAT-M", "CAT-NB", "EMTC", "NBIOT": "LTE"
        case "WCDMA", "TDSCDMA", "TD-SCDMA", "UMTS", "HSPA", "HSDPA", "HSUPA": "UMTS"
        case "GSM", "EDGE", "GPRS": "GSM"
        default: nil
        }
    }

    /// Both codes are printed as numbers by some firmware: `262,1` is 26201.
    private static func plmn(_ country: String?, _ network: String?) -> String? {
        guard let country, let network, let countryCode = Int(country), let networkCode = Int(network),
            (1...999).contains(countryCode), (0...999).contains(networkCode)
        else { return nil }
        return Self.padded(country, 3) + Self.padded(network, 2)
    }

    private static func padded(_ text: String, _ count: Int) -> String {
        String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    /// dBm; a missing sign is added.
    private static func power(_ value: Int) -> Int? {
        let power = value > 0 ? 0 - value : value
        return (-160 ... -1).contains(power) ? power : nil
    }

    /// dB, RSRQ is -40 … 0 with margin.
    private static func quality(_ value: Int) -> Double? {
        (-40...0).contains(value) ? Double(value) : nil
    }

    private static func tenths(_ value: Int, _ range: ClosedRange<Int>) -> Double? {
        range.contains(value) ? Double(value) / 10 : nil
    }
}
