// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "word-count",
  dependencies: [.package(name: "sched", path: "../..")],
  targets: [
    .executableTarget(
      name: "WordCount", dependencies: [.product(name: "Sched", package: "sched")],
      path: "Sources")
  ]
)
