// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayAPI
import GatewayStore
import Messaging
import ModemgateConfiguration
import SMSPDU
import Serial
import Webhooks

// What the file says, in the terms of the modules that need it.

extension ModemConfiguration {
    /// - Throws: what is wrong with the modem's `balance`.
    init(_ modem: GatewayConfiguration.Modem, ussdTimeout: Duration) throws(BalanceQueryError) {
        let path = modem.tty
        self.init(
            id: modem.id, profile: modem.model.flatMap(ModemProfile.named), pin: modem.pin, portPath: path,
            openPort: { thread in try TTYPort(path: path, on: thread) })
        self.ussdTimeout = ussdTimeout
        guard let balance = modem.balance else { return }
        self.balance = try BalanceQuery(
            code: balance.code, steps: balance.steps, every: balance.every, pattern: balance.pattern)
    }
}

extension GatewayAPIConfiguration {
    init(_ configuration: GatewayConfiguration) {
        self.init(
            host: configuration.http.listen.host, port: configuration.http.listen.port,
            unixSocketPath: configuration.socketPath)
        self.allowedHosts = configuration.http.allowedHosts
        self.tls = configuration.http.tls.map { TLS(certificate: $0.certificate, key: $0.key) }
    }
}

extension MessagingConfiguration {
    init(_ configuration: GatewayConfiguration) {
        self.init()
        let sms = configuration.sms
        self.logsNumbers = configuration.log.showNumbers
        self.nationalLanguages = sms.nationalLanguages.compactMap(NationalLanguage.init(code:))
        self.deliveryReports = sms.deliveryReports
        self.serviceCentre = sms.serviceCentre
        self.assemblyTimeout = sms.assemblyTimeout
        self.numberingPlan = sms.country.map(NumberingPlan.init)
        self.defaultValidity = sms.defaultValidity
        self.retry = RetryPolicy(sms.retry)
        self.retention = RetentionRules(
            received: sms.retention.received, sent: sms.retention.sent, maximumMessages: sms.retention.maximumMessages)
        self.routes = sms.routes.map { route in
            RouteRule(name: route.name, prefix: route.prefix, token: route.token, modems: route.modems)
        }
        self.sticky = sms.isSticky
        self.failoverAfter = sms.failoverAfter
        self.timeZone = sms.timeZone.flatMap(TimeZone.init(identifier:)) ?? .current
        self.recipientLimits = SendingLimits(
            perHour: sms.limits.recipient.perHour, perDay: sms.limits.recipient.perDay)
        self.tokenLimits = SendingLimits(
            perMinute: sms.limits.token.perMinute, perHour: sms.limits.token.perHour, perDay: sms.limits.token.perDay)
        for modem in configuration.modems { self.modemLimits[modem.id] = ModemLimits(modem, zone: self.timeZone) }
        self.optOut = OptOutConfiguration(sms.optOut)
    }
}

extension MessagingConfiguration.NumberingPlan {
    init(_ country: DiallingProcedure) {
        self.init(
            callingCode: country.callingCode, trunkPrefix: country.trunkPrefix,
            internationalPrefix: country.internationalPrefix)
    }
}

extension ModemLimits {
    init(_ modem: GatewayConfiguration.Modem, zone: TimeZone) {
        self.init()
        self.sending = SendingLimits(
            perMinute: modem.limits.perMinute, perHour: modem.limits.perHour, perDay: modem.limits.perDay,
            perMonth: modem.limits.perMonth)
        self.quietHours = modem.quietHours.map { QuietHours(start: $0.start, end: $0.end, zone: zone) }
        self.partPause = modem.partPause
    }
}

extension OptOutConfiguration {
    init(_ optOut: GatewayConfiguration.OptOut) {
        self.init()
        self.isEnabled = optOut.isEnabled
        switch optOut.scope {
        case .sim: self.scope = .sim
        case .global: self.scope = .global
        }
        self.languages = optOut.languages
        self.stopWords = optOut.words
        self.startWords = optOut.startWords
        self.confirms = optOut.confirms
        self.confirmation = optOut.confirmation
    }
}

extension WebhooksConfiguration {
    init(_ webhooks: GatewayConfiguration.Webhooks) {
        self.init()
        self.allow = webhooks.allow
        self.timeout = webhooks.timeout
        self.firstDelay = webhooks.firstDelay
        self.longestDelay = webhooks.longestDelay
        self.maximumAge = webhooks.maximumAge
        self.concurrency = webhooks.concurrency
    }
}

extension RetryPolicy {
    /// As many tries as fit into the time after which the owner wants to give up.
    init(_ retry: GatewayConfiguration.Retry) {
        self.init()
        self.firstDelay = retry.firstDelay
        self.longestDelay = retry.longestDelay
        self.maximumTries = 1
        var delay = max(retry.firstDelay, .milliseconds(100))
        var elapsed = delay
        while elapsed <= retry.giveUpAfter, self.maximumTries < 10_000 {
            self.maximumTries += 1
            delay = min(delay * 2, max(retry.longestDelay, retry.firstDelay))
            elapsed += delay
        }
    }
}
