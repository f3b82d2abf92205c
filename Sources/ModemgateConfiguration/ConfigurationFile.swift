// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

/// Which file is read, and its text.
package enum ConfigurationFile {
    /// 1 MiB: a hundred times the longest sensible file.
    static let limit = 1 << 20

    /// The file that counts when none is named: `MODEMGATE_CONFIG`, else the first that exists of
    /// `$XDG_CONFIG_HOME/modemgate/modemgate.yaml`, `~/.config/modemgate/modemgate.yaml`, `/etc/modemgate/modemgate.yaml`.
    /// Root reads the last one alone.
    package static func standardPath(environment: [String: String], isRoot: Bool) -> String? {
        if let named = environment["MODEMGATE_CONFIG"], !named.isEmpty { return named }
        var candidates = ["/etc/modemgate/modemgate.yaml"]
        if !isRoot, let home = environment["HOME"], home.hasPrefix("/") {
            candidates.insert(FilePath.join(home, ".config/modemgate/modemgate.yaml"), at: 0)
        }
        if !isRoot, let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            candidates.insert(FilePath.join(base, "modemgate/modemgate.yaml"), at: 0)
        }
        return candidates.first { access($0, F_OK) == 0 }
    }

    static func read(_ path: String) throws(ConfigurationError) -> (text: String, isReadableByAll: Bool) {
        let place = ConfigurationPlace.file(path: path, line: 0, column: 0)
        let file: BoundedFile
        do throws(BoundedFile.Failure) {
            file = try BoundedFile.read(path, limit: Self.limit)
        } catch {
            let suggestion = error == .tooLarge ? "at most 1 MiB" : nil
            throw ConfigurationError(place, error.message, suggestion: suggestion)
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            let position = Self.firstInvalid(file.bytes)
            throw ConfigurationError(
                .file(path: path, line: position.line, column: position.column), "is not UTF-8",
                suggestion: "save it as UTF-8")
        }
        return (text, file.mode & 0o004 != 0)
    }

    /// Where the text that is UTF-8 ends.
    private static func firstInvalid(_ bytes: [UInt8]) -> TextPosition {
        var position = TextPosition(line: 1, column: 1)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            position.column += 1
            if scalar == "\n" { position = TextPosition(line: position.line + 1, column: 1) }
        }
        return position
    }
}

/// Where the gateway keeps its database, its socket and the console's history.
package enum DataDirectory {
    /// `/var/lib/modemgate` for root; for others `$XDG_STATE_HOME/modemgate`, else `~/.local/state/modemgate`.
    package static func standard(environment: [String: String], isRoot: Bool) -> String {
        if isRoot { return "/var/lib/modemgate" }
        // A relative XDG_STATE_HOME is to be ignored (XDG Base Directory Specification, "Environment variables").
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") { return FilePath.join(base, "modemgate") }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return FilePath.join(home, ".local/state/modemgate")
        }
        return "/var/lib/modemgate"
    }

    /// This process's effective user is root.
    package static var isRoot: Bool { geteuid() == 0 }
}
