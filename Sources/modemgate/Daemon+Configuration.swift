// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import GatewayAPI
import Messaging
import ModemgateConfiguration
import SMSPDU
import Serial

// What the file says, in the terms of the modules that need it.

extension ModemConfiguration {
    init(_ modem: GatewayConfiguration.Modem) {
        let path = modem.tty
        self.init(
            id: modem.id, profile: modem.model.flatMap(ModemProfile.named), pin: modem.pin, portPath: path,
            openPort: { thread in try TTYPort(path: path, on: thread) })
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
    init(_ sms: GatewayConfiguration.SMS, log: GatewayConfiguration.Log) {
        self.init()
        self.logsNumbers = log.showNumbers
        self.nationalLanguages = sms.nationalLanguages.compactMap(NationalLanguage.init(code:))
        self.deliveryReports = sms.deliveryReports
        self.serviceCentre = sms.serviceCentre
        self.assemblyTimeout = sms.assemblyTimeout
        self.retry = RetryPolicy(sms.retry)
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
