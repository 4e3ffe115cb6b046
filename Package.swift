// swift-tools-version: 6.2
import PackageDescription

/// How every target of ours is compiled: warnings are errors, and what a module shows is said at its import.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of Loupe and its tests. What a module may import is in docs/architecture.md; ModuleRulesTests reads it.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    resources: [Resource] = [],
    tests: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name), "LoupeTestSupport"] + dependencies + tests,
            swiftSettings: strict
        ),
    ]
}

func library(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/Libraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

var targets: [Target] = [
    library("CPQ", pkgConfig: "libpq", apt: "libpq-dev"),
    library("CPGQuery", apt: "libpg-query-dev"),
    library("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
    library("CSQLiteConfig", apt: "libsqlite3-dev"),
    library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    .target(
        name: "CAssets",
        path: "Sources/Libraries/CAssets",
        exclude: ["files"],
        cSettings: [.headerSearchPath("files")]
    ),
    .executableTarget(name: "loupe", dependencies: ["LoupeServer", arguments], swiftSettings: strict),
    .target(
        name: "LoupeTestSupport",
        dependencies: ["LoupeStore", "LoupePostgres", "LoupeCore", "LoupeTelemetry", logging],
        path: "Tests/LoupeTestSupport",
        exclude: ["mail-server.py"],
        swiftSettings: strict
    ),
]
targets += module("LoupeCore")
targets += module("LoupeTelemetry", ["LoupeCore", logging])
targets += module("LoupePostgres", ["LoupeTelemetry", "LoupeCore", "CPQ", logging])
targets += module(
    "LoupeSecurity",
    ["LoupeCore", "CArgon2", crypto, jwt],
    resources: [.embedInCode("Passwords/common-passwords.bin")]
)
targets += module("LoupeNet", ["LoupeTelemetry", "LoupeCore", "CCurl"])
targets += module(
    "LoupeStore",
    ["LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", grdb, sqlite, logging],
    resources: [.embedInCode("Migrations/sqlite"), .embedInCode("Migrations/postgres")]
)
targets += module("LoupeResults", ["LoupeStore", "LoupeNet", "LoupeTelemetry", "LoupeCore", "CZstd", logging])
targets += module(
    "LoupeConnectors",
    ["LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", "CPGQuery", "CSQLiteConfig", sqlite, logging]
)
targets += module(
    "LoupeServices",
    ["LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeNet", "LoupeTelemetry", "LoupeCore", logging],
    tests: [grdb]
)
targets += module(
    "LoupeEngine",
    [
        "LoupeServices", "LoupeConnectors", "LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeTelemetry",
        "LoupeCore", logging, lifecycle,
    ]
)
targets += module(
    "LoupeAPI",
    [
        "LoupeServices", "LoupeResults", "LoupeStore", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", hummingbird,
        "CAssets", hummingbirdCore, httpTypes, nioCore, logging,
    ],
    tests: [hummingbirdTesting]
)
targets += module(
    "LoupeServer",
    [
        "LoupeAPI", "LoupeEngine", "LoupeServices", "LoupeConnectors", "LoupeResults", "LoupeNet", "LoupeStore",
        "LoupePostgres", "LoupeSecurity", "LoupeTelemetry", "LoupeCore", configuration, lifecycle, unixSignals,
        hummingbird, hummingbirdCore, hummingbirdTLS, nioCore, nioSSL, logging,
    ],
    tests: [hummingbirdTesting]
)

targets += [
    .target(
        name: "LoupeFuzz",
        dependencies: ["LoupeConnectors", "LoupeStore", "LoupeCore"],
        path: "Fuzz/LoupeFuzz",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "loupe-fuzz",
        dependencies: ["LoupeFuzz", arguments],
        path: "Fuzz/loupe-fuzz",
        swiftSettings: strict
    ),
    .testTarget(name: "LoupeFuzzTests", dependencies: ["LoupeFuzz"], swiftSettings: strict),
    // What scripts/bench compares Loupe with.
    .executableTarget(
        name: "loupe-bench",
        dependencies: ["LoupeStore", "LoupePostgres", "LoupeCore", hummingbird, arguments, logging],
        path: "Benchmarks/BareServer",
        swiftSettings: strict
    ),
]

let package = Package(
    name: "loupe",
    products: [.executable(name: "loupe", targets: ["loupe"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            exact: "1.4.0",
            traits: ["JSON", "YAML", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
