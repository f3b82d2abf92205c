// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

extension Target.Dependency {
    static let argumentParser = Self.product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = Self.product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = Self.product(name: "Crypto", package: "swift-crypto")
    static let grdb = Self.product(name: "GRDB", package: "GRDB.swift")
    static let hummingbird = Self.product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = Self.product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdTLS = Self.product(name: "HummingbirdTLS", package: "hummingbird")
    static let httpTypes = Self.product(name: "HTTPTypes", package: "swift-http-types")
    static let lifecycle = Self.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let logging = Self.product(name: "Logging", package: "swift-log")
    static let unixSignals = Self.product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = Self.product(name: "Yams", package: "Yams")

    static func nio(_ name: String) -> Self { .product(name: name, package: "swift-nio") }
    static func nioExtras(_ name: String) -> Self { .product(name: name, package: "swift-nio-extras") }
    static func nioSSL(_ name: String) -> Self { .product(name: name, package: "swift-nio-ssl") }
}

/// A module of ours: its imports are exactly what DESIGN allows, in the order of the flow.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "modemgate",
    products: [
        .executable(name: "modemgate", targets: ["modemgate"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CTermios"),
        module("PosixMutex"),
        module("Serial", ["PosixMutex", "CTermios"]),
        module("ATProtocol"),
        module("ATChannel", ["ATProtocol", "Serial"]),
        module("SMSPDU"),
        module("CellularModem", ["PosixMutex", "ATChannel", "ATProtocol", "Serial", .logging]),
        module("GatewayStore", ["PosixMutex", .grdb, .crypto]),
        module("Messaging", ["PosixMutex", "CellularModem", "GatewayStore", "SMSPDU", .lifecycle, .logging]),
        module(
            "Webhooks",
            [
                "PosixMutex", "GatewayStore", .asyncHTTPClient, .crypto, .lifecycle, .logging, .nio("NIOCore"),
                .nio("NIOHTTP1"), .nio("NIOPosix"), .nioSSL("NIOSSL"),
            ]),
        module("ModemgateConfiguration", ["ATProtocol", .yams]),
        module(
            "WebSocketServer",
            [
                .nio("NIOCore"), .nio("NIOHTTP1"), .nio("NIOWebSocket"), .nioExtras("NIOHTTPTypes"),
                .nioExtras("NIOHTTPTypesHTTP1"), .hummingbirdCore, .httpTypes, .logging,
            ]),
        module(
            "GatewayAPI",
            [
                "ATProtocol", "CellularModem", "GatewayStore", "Messaging", "PosixMutex", "SMSPDU", "WebSocketServer",
                "Webhooks", .hummingbird, .hummingbirdCore, .hummingbirdTLS, .httpTypes, .nio("NIOCore"),
                .nio("NIOHTTP1"),
                .nioSSL("NIOSSL"), .lifecycle, .logging,
            ]),
        module("ModemSimulator", ["PosixMutex", "ATProtocol", "SMSPDU", "Serial"]),
        .executableTarget(
            name: "modemgate",
            dependencies: [
                "ATChannel", "ATProtocol", "CellularModem", "ModemgateConfiguration", "GatewayAPI", "GatewayStore",
                "Messaging", "ModemSimulator", "SMSPDU", "Serial", "Webhooks", .argumentParser, .asyncHTTPClient,
                .lifecycle, .logging,
                .unixSignals,
                .nio("NIOCore"), .nio("NIOHTTP1"),
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["PosixMutex", "Serial"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("SMSPDUTests", ["SMSPDU"]),
        tests("SerialTests", ["Serial", "CTermios", "TestSupport"]),
        tests("ATProtocolTests", ["ATProtocol"]),
        tests("ATChannelTests", ["ATChannel", "ATProtocol", "Serial", "TestSupport"]),
        tests(
            "CellularModemTests",
            ["ATProtocol", "CellularModem", "ModemSimulator", "SMSPDU", "Serial", "TestSupport", .logging]),
        tests(
            "GatewayStoreTests", ["PosixMutex", "GatewayStore", "TestSupport", .grdb],
            resources: [.copy("Fixtures")]),
        tests(
            "MessagingTests",
            [
                "PosixMutex", "CellularModem", "GatewayStore", "Messaging", "ModemSimulator", "SMSPDU", "Serial",
                "TestSupport", .grdb, .lifecycle, .logging,
            ]),
        tests(
            "WebhooksTests",
            [
                "PosixMutex", "GatewayStore", "TestSupport", "Webhooks", .logging, .nio("NIOCore"), .nio("NIOHTTP1"),
                .nio("NIOPosix"), .nio("NIOTLS"), .nioSSL("NIOSSL"),
            ]),
        tests("ModemgateConfigurationTests", ["ModemgateConfiguration"]),
        tests(
            "WebSocketServerTests",
            ["WebSocketServer", .nio("NIOCore"), .nio("NIOEmbedded"), .nio("NIOWebSocket")]),
        tests(
            "GatewayAPITests",
            [
                "ATProtocol", "CellularModem", "GatewayAPI", "GatewayStore", "Messaging", "PosixMutex",
                "WebSocketServer",
                .asyncHTTPClient, .lifecycle, .logging, .nio("NIOCore"), .nio("NIOHTTP1"), .nio("NIOPosix"),
                .nio("NIOWebSocket"), .nioSSL("NIOSSL"),
            ]),
        tests(
            "ModemSimulatorTests", ["PosixMutex", "ATProtocol", "ModemSimulator", "SMSPDU", "Serial", "TestSupport"]),
        tests(
            "ModemgateTests",
            [
                "modemgate", "ATProtocol", "Messaging", "GatewayStore", "ModemgateConfiguration", "SMSPDU", "Webhooks",
                .argumentParser,
            ]),
        .executableTarget(
            name: "modemgate-bench",
            dependencies: [
                "ATChannel", "ATProtocol", "CellularModem", "CTermios", "GatewayStore", "Messaging", "SMSPDU", "Serial",
                .grdb, .lifecycle, .logging,
            ],
            path: "Tests/Benchmarks", exclude: ["Fixtures"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
