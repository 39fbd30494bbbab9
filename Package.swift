// swift-tools-version: 6.3
import PackageDescription

/// Whether the release build counts what it executes, for `Tests/benchmarks/profile.sh`.
let countsExecution = Context.environment["SOUPTAP_COUNT_EXECUTION"] != nil

/// What the compiler is told of how often code is executed, so that what every packet needs lies close
/// together and fits into the first-level cache: what a function never did lies elsewhere. Names in the
/// profile hold no path.
let profiling = [
  "-Xfrontend",
  countsExecution
    ? "-ir-profile-generate"
    : "-ir-profile-use=\(Context.packageDirectory)/Sources/profile/release.profdata",
  "-Xfrontend", "-function-sections", "-Xllvm", "-static-func-full-module-prefix=0",
  "-Xllvm", "-enable-split-machine-functions",
]

/// What every target of ours is compiled with: hostile bytes pass through all of them.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableExperimentalFeature("Lifetimes"),
  // Overlapping accesses to class properties are looked for in debug builds, so by every test, and
  // not once more for every packet. Frames are found by their tables: one register more.
  .unsafeFlags(
    [
      "-cross-module-optimization", "-enforce-exclusivity=unchecked",
      "-Xcc", "-Xclang", "-Xcc", "-mframe-pointer=none",
    ] + profiling,
    .when(configuration: .release)),
]

/// Whether targets that only developers need are there, and symbols in the release binary, for
/// profiles.
let isDeveloping = Context.environment["SOUPTAP_DEVELOP"] != nil

/// How the release binary is linked: small, and with the Swift and C++ runtimes in it, for hosts that
/// have none. Relocations that are packed and done at once leave less to read and nothing to rewrite.
let linking: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-Xclang-linker", "-static-libgcc",
      // A file there leads to the static library of C++.
      "-L", "\(Context.packageDirectory)/Sources/CLinux/linking",
      "-use-ld=lld", "-Xlinker", "--no-export-dynamic",
      "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "-z", "-Xlinker", "now",
      // What is executed often lies in one piece.
      "-Xlinker", "-z", "-Xlinker", "keep-text-section-prefix",
    ] + (isDeveloping || countsExecution ? [] : ["-Xlinker", "--strip-all"])
      + (countsExecution
        ? ["-Xclang-linker", "-fprofile-generate", "-Xlinker", "-z", "-Xlinker", "nostart-stop-gc"]
        : []),
    .when(configuration: .release)),
  // Of argument-parser's Foundation; the shared one brings them along.
  .linkedLibrary("_FoundationCShims", .when(configuration: .release)),
  .linkedLibrary("_FoundationCollections", .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: settings)
}

let package = Package(
  name: "souptap",
  products: [.executable(name: "souptap", targets: ["souptap"])],
  dependencies: [
    // Commands, options, help and completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Live capture and capture filters: libpcap, loaded when it is needed.
    .target(
      name: "CPcap",
      // valgrind, which CI counts instructions with, gives up at newer ones.
      cSettings: [.unsafeFlags(["-gdwarf-4"])],
      linkerSettings: [.linkedLibrary("dl")]),
    // System calls of Linux that Swift cannot call: namespaces, capabilities, passed descriptors,
    // mappings that grow.
    .systemLibrary(name: "CLinux"),
    // Instructions that Swift has no name for, for searches and caches; a header of ours.
    .systemLibrary(name: "CVectors"),
    // Captures compressed with gzip, as tcpdump -z and logrotate leave them.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    // Captures compressed with zstd, the quickest to read among the small ones.
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    // Captures compressed with lz4, which Wireshark writes too.
    .systemLibrary(name: "CLz4", providers: [.apt(["liblz4-dev"])]),
    // Captures compressed with xz, the usual form of archives.
    .systemLibrary(name: "CLzma", providers: [.apt(["liblzma-dev"])]),
    library("Storage", ["CLinux", "CVectors"]),
    library("Wire"),
    library("Savefile", ["Wire"]),
    library("Streams", ["Storage", "Wire"]),
    library("ControlProtocol", ["Storage"]),
    library("Records", ["Wire", "ControlProtocol"]),
    library("Selection", ["Storage", "Wire", "ControlProtocol", "Records"]),
    library("Correlation", ["Storage", "Wire", "ControlProtocol", "Records"]),
    library("Statistics", ["Storage", "Wire", "ControlProtocol", "Records"]),
    library(
      "Inspection",
      ["Storage", "Wire", "Streams", "ControlProtocol", "Correlation", "Records"]),
    library("Rendering", ["Storage", "Wire", "ControlProtocol", "Records", "Statistics"]),
    library("Capture", ["CLinux", "CPcap", "CZlib", "CZstd", "CLz4", "CLzma", "Savefile", "Wire"]),
    .executableTarget(
      name: "souptap",
      dependencies: [
        "Wire", "Savefile", "Streams", "ControlProtocol", "Records", "Correlation", "Statistics",
        "Inspection", "Rendering", "Capture", "Selection", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings,
      linkerSettings: linking),
    .target(
      name: "TestSupport", dependencies: ["Wire", "Savefile", "ControlProtocol"],
      path: "Tests/TestSupport",
      swiftSettings: settings),
    tests("Storage"),
    tests("Wire"),
    tests("Savefile", ["Wire"]),
    tests("Streams", ["Wire"]),
    tests("ControlProtocol", ["Storage"]),
    tests("Correlation", ["Wire", "ControlProtocol", "Records"]),
    tests("Selection", ["Wire", "ControlProtocol", "Records"]),
    tests("Statistics", ["Wire", "ControlProtocol", "Records"]),
    tests("Inspection", ["Wire", "Streams", "ControlProtocol", "Correlation", "Records"]),
    tests("Rendering", ["Wire", "ControlProtocol", "Records", "Statistics"]),
    tests("Capture", ["Wire", "Savefile"]),
    tests("souptap", ["Wire", "Savefile", "ControlProtocol", "Selection"]),
  ]
)

// What only developers need, so that a plain build stays quick.
if isDeveloping {
  package.targets += [
    // Makes real traffic for `Fixtures/record.sh`.
    .executableTarget(name: "traffic", dependencies: ["TestSupport"], swiftSettings: settings),
    // Cuts generated streams everywhere and compares what the parser tells: `.ci/run` has it do so for
    // a million of them.
    .executableTarget(name: "splits", dependencies: ["TestSupport"], swiftSettings: settings),
    // Tells what souptap costs, as a whole and stage by stage.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "TestSupport", "Storage", "Wire", "Streams", "ControlProtocol", "Records", "Inspection",
        "Rendering", "Capture",
      ],
      swiftSettings: settings),
  ]
}
