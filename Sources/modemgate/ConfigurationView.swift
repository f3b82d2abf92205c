// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ModemgateConfiguration

/// What `config show --json` prints: the settings under the names of the file.
struct ConfigurationView: Encodable {
    struct HTTP: Encodable {
        var listen: String
        var allowedHosts: [String]
        var tls: TLS?

        enum CodingKeys: String, CodingKey {
            case listen, tls
            case allowedHosts = "allowed_hosts"
        }
    }

    struct TLS: Encodable {
        var certificate: String
        var key: String
    }

    struct Modem: Encodable {
        var id: String
        var model: String?
        var tty: String
        var pin: String?
        var pinFile: String?
        var limits: Limits?
        var quietHours: String?
        var partPause: String
        var balance: Balance?

        enum CodingKeys: String, CodingKey {
            case id, model, tty, pin, limits, balance
            case pinFile = "pin_file"
            case quietHours = "quiet_hours"
            case partPause = "part_pause"
        }
    }

    struct Balance: Encodable {
        var code: String
        var steps: [String]
        var every: String
        var pattern: String
    }

    struct Webhooks: Encodable {
        var allow: [String]
        var timeout: String
        var firstDelay: String
        var longestDelay: String
        var maximumAge: String
        var concurrency: Int

        enum CodingKeys: String, CodingKey {
            case allow, timeout, concurrency
            case firstDelay = "first_delay"
            case longestDelay = "longest_delay"
            case maximumAge = "maximum_age"
        }
    }

    struct USSD: Encodable {
        var timeout: String
    }

    struct Log: Encodable {
        var level: String
        var showNumbers: Bool

        enum CodingKeys: String, CodingKey {
            case level
            case showNumbers = "show_numbers"
        }
    }

    var dataDirectory: String
    var http: HTTP
    var sms: SMS
    var modems: [Modem]
    var webhooks: Webhooks
    var ussd: USSD
    var log: Log

    enum CodingKeys: String, CodingKey {
        case http, sms, modems, webhooks, ussd, log
        case dataDirectory = "data_dir"
    }

    init(_ configuration: GatewayConfiguration) {
        self.dataDirectory = configuration.dataDirectory
        self.http = HTTP(
            listen: "\(configuration.http.listen)", allowedHosts: configuration.http.allowedHosts,
            tls: configuration.http.tls.map { TLS(certificate: $0.certificate, key: $0.key) })
        self.sms = SMS(configuration.sms)
        self.modems = configuration.modems.map(Modem.init)
        self.webhooks = Webhooks(configuration.webhooks)
        self.ussd = USSD(timeout: configuration.ussd.timeout.configurationText)
        self.log = Log(level: configuration.log.level.rawValue, showNumbers: configuration.log.showNumbers)
    }
}

extension ConfigurationView.Modem {
    fileprivate init(_ modem: GatewayConfiguration.Modem) {
        self.init(
            id: modem.id, model: modem.model, tty: modem.tty,
            pin: modem.pin != nil && modem.pinFile == nil ? "****" : nil, pinFile: modem.pinFile,
            limits: modem.limits == GatewayConfiguration.SIMLimits() ? nil : ConfigurationView.Limits(modem.limits),
            quietHours: modem.quietHours?.description, partPause: modem.partPause.configurationText,
            balance: modem.balance.map { balance in
                ConfigurationView.Balance(
                    code: balance.code, steps: balance.steps, every: balance.every.configurationText,
                    pattern: balance.pattern)
            })
    }
}

extension ConfigurationView.Webhooks {
    fileprivate init(_ webhooks: GatewayConfiguration.Webhooks) {
        self.init(
            allow: webhooks.allow, timeout: webhooks.timeout.configurationText,
            firstDelay: webhooks.firstDelay.configurationText, longestDelay: webhooks.longestDelay.configurationText,
            maximumAge: webhooks.maximumAge.configurationText, concurrency: webhooks.concurrency)
    }
}
