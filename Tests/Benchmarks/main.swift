// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation

/// Prints each figure as soon as it is measured: name, value, and how it stands against its goal.
func report(_ name: String, _ value: Double, _ goal: Double?) {
    let figure = value >= 1000 ? String(format: "%.0f", value) : String(format: "%.2f", value)
    let verdict = goal.map { goal in
        String(format: "  goal %.0f, ratio %.2f", goal, value / goal) + (value >= goal ? "" : "  MISSED")
    }
    let column = name.padding(toLength: 46, withPad: " ", startingAt: 0)
    say(column + String(repeating: " ", count: max(0, 12 - figure.count)) + figure + (verdict ?? ""))
}

/// Unbuffered, so that a figure is seen when it is measured.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

// One alone, by name, for who works on it.
if CommandLine.arguments.dropFirst().first == "queue" {
    try await QueueBenchmark.run(report: say)
    exit(0)
}
try PDUBenchmark.run(report: report)
await ATBenchmark.run(report: say)
try await StoreBenchmark.run(report: report)
try await QueueBenchmark.run(report: say)
