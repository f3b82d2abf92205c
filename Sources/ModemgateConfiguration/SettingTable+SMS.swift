// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension SettingTable where Target == ConfigurationDraft {
    /// What a message is.
    static var messages: [Setting<ConfigurationDraft>] {
        [
            Setting("sms.nationalLanguages", .list) { value, draft throws(ConfigurationError) in
                draft.sms.nationalLanguages = try value.items { item throws(ConfigurationError) in
                    try item.nationalLanguage()
                }
            },
            Setting("sms.assembly_timeout") { value, draft throws(ConfigurationError) in
                draft.sms.assemblyTimeout = try value.duration(in: .seconds(1)...(.seconds(30 * 86_400)))
            },
            Setting("sms.delivery_reports") { value, draft throws(ConfigurationError) in
                draft.sms.deliveryReports = try value.boolean()
            },
            Setting("sms.service_centre") { value, draft throws(ConfigurationError) in
                draft.sms.serviceCentre = try value.internationalNumber()
            },
            Setting("sms.country") { value, draft throws(ConfigurationError) in
                draft.sms.country = try value.diallingProcedure()
            },
            Setting("sms.default_validity") { value, draft throws(ConfigurationError) in
                draft.sms.defaultValidity = try value.duration(in: .seconds(60)...Self.days(30))
            },
            Setting("sms.retry.first_delay") { value, draft throws(ConfigurationError) in
                draft.sms.retry.firstDelay = try value.duration(in: .seconds(1)...(.seconds(3600)))
            },
            Setting("sms.retry.longest_delay") { value, draft throws(ConfigurationError) in
                draft.sms.retry.longestDelay = try value.duration(in: .seconds(1)...(.seconds(86_400)))
            },
            Setting("sms.retry.give_up_after") { value, draft throws(ConfigurationError) in
                draft.sms.retry.giveUpAfter = try value.duration(in: .seconds(1)...(.seconds(30 * 86_400)))
            },
        ]
    }

    /// How messages go out and how long they stay.
    static var flow: [Setting<ConfigurationDraft>] {
        [
            Setting("sms.routes", .yaml) { value, draft throws(ConfigurationError) in
                (draft.sms.routes, draft.routedModems) = try value.routes()
            },
            Setting("sms.sticky") { value, draft throws(ConfigurationError) in
                draft.sms.isSticky = try value.boolean()
            },
            Setting("sms.failover_after") { value, draft throws(ConfigurationError) in
                draft.sms.failoverAfter = try value.duration(in: .seconds(10)...Self.days(1))
            },
            Setting("sms.limits.recipient.per_hour") { value, draft throws(ConfigurationError) in
                draft.sms.limits.recipient.perHour = try value.limit()
            },
            Setting("sms.limits.recipient.per_day") { value, draft throws(ConfigurationError) in
                draft.sms.limits.recipient.perDay = try value.limit()
            },
            Setting("sms.limits.token.per_minute") { value, draft throws(ConfigurationError) in
                draft.sms.limits.token.perMinute = try value.limit()
            },
            Setting("sms.limits.token.per_hour") { value, draft throws(ConfigurationError) in
                draft.sms.limits.token.perHour = try value.limit()
            },
            Setting("sms.limits.token.per_day") { value, draft throws(ConfigurationError) in
                draft.sms.limits.token.perDay = try value.limit()
            },
            Setting("sms.time_zone") { value, draft throws(ConfigurationError) in
                draft.sms.timeZone = try value.timeZone()
            },
            Setting("sms.retention.received") { value, draft throws(ConfigurationError) in
                draft.sms.retention.received = try value.duration(in: Self.days(1)...Self.days(36_500))
            },
            Setting("sms.retention.sent") { value, draft throws(ConfigurationError) in
                draft.sms.retention.sent = try value.duration(in: Self.days(1)...Self.days(36_500))
            },
            Setting("sms.retention.maximum_messages") { value, draft throws(ConfigurationError) in
                draft.sms.retention.maximumMessages = try value.number(in: 1000...1_000_000_000)
            },
        ]
    }

    private static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
