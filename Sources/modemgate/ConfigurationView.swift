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

    struct SMS: Encodable {
        var nationalLanguages: [String]
        var assemblyTimeout: String
        var deliveryReports: Bool
        var serviceCentre: String?
        var retry: Retry

        enum CodingKeys: String, CodingKey {
            case nationalLanguages, retry
            case assemblyTimeout = "assembly_timeout"
            case deliveryReports = "delivery_reports"
            case serviceCentre = "service_centre"
        }
    }

    struct Retry: Encodable {
        var firstDelay: String
        var longestDelay: String
        var giveUpAfter: String

        enum CodingKeys: String, CodingKey {
            case firstDelay = "first_delay"
            case longestDelay = "longest_delay"
            case giveUpAfter = "give_up_after"
        }
    }

    struct Modem: Encodable {
        var id: String
        var model: String?
        var tty: String
        var pin: String?
        var pinFile: String?

        enum CodingKeys: String, CodingKey {
            case id, model, tty, pin
            case pinFile = "pin_file"
        }
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
    var log: Log

    enum CodingKeys: String, CodingKey {
        case http, sms, modems, log
        case dataDirectory = "data_dir"
    }

    init(_ configuration: GatewayConfiguration) {
        self.dataDirectory = configuration.dataDirectory
        self.http = HTTP(
            listen: "\(configuration.http.listen)", allowedHosts: configuration.http.allowedHosts,
            tls: configuration.http.tls.map { TLS(certificate: $0.certificate, key: $0.key) })
        self.sms = SMS(configuration.sms)
        self.modems = configuration.modems.map { modem in
            Modem(
                id: modem.id, model: modem.model, tty: modem.tty,
                pin: modem.pin != nil && modem.pinFile == nil ? "****" : nil, pinFile: modem.pinFile)
        }
        self.log = Log(level: configuration.log.level.rawValue, showNumbers: configuration.log.showNumbers)
    }
}

extension ConfigurationView.SMS {
    fileprivate init(_ sms: GatewayConfiguration.SMS) {
        self.init(
            nationalLanguages: sms.nationalLanguages, assemblyTimeout: sms.assemblyTimeout.configurationText,
            deliveryReports: sms.deliveryReports, serviceCentre: sms.serviceCentre,
            retry: ConfigurationView.Retry(
                firstDelay: sms.retry.firstDelay.configurationText,
                longestDelay: sms.retry.longestDelay.configurationText,
                giveUpAfter: sms.retry.giveUpAfter.configurationText))
    }
}
