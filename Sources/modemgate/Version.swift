// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The one place of the version: `--version`, the API and the packages read it.
enum Version {
    static let current = "0.1.0"
}
