// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import GatewayStore
internal import Logging

extension Messaging {
    /// Between two applications of the retention rules: they are in days.
    private static let pruningInterval: Duration = .seconds(3_600)

    /// Indexes new texts and deletes old messages, in small steps beside everything else, until cancelled.
    func keepHouse() async {
        guard let interval = self.configuration.housekeeping else { return }
        // At the start at once.
        var sincePruning = Self.pruningInterval
        while !Task.isCancelled {
            do {
                while !Task.isCancelled, try await self.store.indexTexts() {}
                if sincePruning >= Self.pruningInterval {
                    sincePruning = .zero
                    try await self.prune()
                }
            } catch is CancellationError {
                return
            } catch {
                // A full disk, most likely, which others report; the next round tries again.
                self.counters.add { $0.storeFailures += 1 }
                self.logger.warning("texts not indexed, or old messages not deleted", metadata: ["error": "\(error)"])
            }
            do { try await self.clock.sleep(for: interval) } catch { return }
            sincePruning += interval
        }
    }

    private func prune() async throws {
        let pruned = try await self.store.prune(self.configuration.retention)
        if pruned > 0 { self.logger.info("old messages deleted", metadata: ["sms.count": "\(pruned)"]) }
    }
}
