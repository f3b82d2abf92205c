// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ModemgateConfiguration

extension ConfigurationView {
    struct SMS: Encodable {
        var nationalLanguages: [String]
        var assemblyTimeout: String
        var deliveryReports: Bool
        var serviceCentre: String?
        var country: String?
        var defaultValidity: String
        var retry: Retry
        var routes: [Route]
        var sticky: Bool
        var failoverAfter: String
        var limits: [String: Limits]
        var timeZone: String?
        var retention: Retention
        var optOut: OptOut

        enum CodingKeys: String, CodingKey {
            case nationalLanguages, country, retry, routes, sticky, limits, retention
            case assemblyTimeout = "assembly_timeout"
            case deliveryReports = "delivery_reports"
            case serviceCentre = "service_centre"
            case defaultValidity = "default_validity"
            case failoverAfter = "failover_after"
            case timeZone = "time_zone"
            case optOut = "opt_out"
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

    struct Route: Encodable {
        var name: String?
        var prefix: String?
        var token: String?
        var modems: [String]
    }

    /// Absent: no limit.
    struct Limits: Encodable {
        var perMinute: Int?
        var perHour: Int?
        var perDay: Int?
        var perMonth: Int?

        enum CodingKeys: String, CodingKey {
            case perMinute = "per_minute"
            case perHour = "per_hour"
            case perDay = "per_day"
            case perMonth = "per_month"
        }
    }

    struct Retention: Encodable {
        var received: String?
        var sent: String?
        var maximumMessages: Int?

        enum CodingKeys: String, CodingKey {
            case received, sent
            case maximumMessages = "maximum_messages"
        }
    }

    struct OptOut: Encodable {
        var enabled: Bool
        var scope: String
        var languages: [String]
        var words: [String]
        var startWords: [String]
        var confirm: Bool
        var confirmation: String?

        enum CodingKeys: String, CodingKey {
            case enabled, scope, languages, words, confirm, confirmation
            case startWords = "start_words"
        }
    }
}

extension ConfigurationView.SMS {
    init(_ sms: GatewayConfiguration.SMS) {
        let recipient = sms.limits.recipient
        let token = sms.limits.token
        self.init(
            nationalLanguages: sms.nationalLanguages, assemblyTimeout: sms.assemblyTimeout.configurationText,
            deliveryReports: sms.deliveryReports, serviceCentre: sms.serviceCentre, country: sms.country?.country,
            defaultValidity: sms.defaultValidity.configurationText, retry: ConfigurationView.Retry(sms.retry),
            routes: sms.routes.map { route in
                ConfigurationView.Route(
                    name: route.name, prefix: route.prefix, token: route.token, modems: route.modems)
            },
            sticky: sms.isSticky, failoverAfter: sms.failoverAfter.configurationText,
            limits: [
                "recipient": ConfigurationView.Limits(perHour: recipient.perHour, perDay: recipient.perDay),
                "token": ConfigurationView.Limits(
                    perMinute: token.perMinute, perHour: token.perHour, perDay: token.perDay),
            ],
            timeZone: sms.timeZone, retention: ConfigurationView.Retention(sms.retention),
            optOut: ConfigurationView.OptOut(sms.optOut))
    }
}

extension ConfigurationView.Limits {
    init(_ limits: GatewayConfiguration.SIMLimits) {
        self.init(
            perMinute: limits.perMinute, perHour: limits.perHour, perDay: limits.perDay, perMonth: limits.perMonth)
    }
}

extension ConfigurationView.Retry {
    fileprivate init(_ retry: GatewayConfiguration.Retry) {
        self.init(
            firstDelay: retry.firstDelay.configurationText, longestDelay: retry.longestDelay.configurationText,
            giveUpAfter: retry.giveUpAfter.configurationText)
    }
}

extension ConfigurationView.Retention {
    fileprivate init(_ retention: GatewayConfiguration.Retention) {
        self.init(
            received: retention.received?.configurationText, sent: retention.sent?.configurationText,
            maximumMessages: retention.maximumMessages)
    }
}

extension ConfigurationView.OptOut {
    fileprivate init(_ optOut: GatewayConfiguration.OptOut) {
        self.init(
            enabled: optOut.isEnabled, scope: optOut.scope.rawValue, languages: optOut.languages,
            words: optOut.words, startWords: optOut.startWords, confirm: optOut.confirms,
            confirmation: optOut.confirmation)
    }
}
