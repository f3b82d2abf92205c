# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
#
# What scripts/run, scripts/test and scripts/bench share: where the project is, what it needs, how it is built.
# Sourced, not run.

# Without a terminal apt must not ask, and a build must not wait for input.
export DEBIAN_FRONTEND=noninteractive

# A clone that belongs to another user (a mounted volume, a CI checkout) must not stop git inside SwiftPM.
export GIT_CONFIG_COUNT=1
export GIT_CONFIG_KEY_0=safe.directory
export GIT_CONFIG_VALUE_0='*'

# The oldest Swift that reads Package.swift (tools version 6.2).
swift_minimum_major=6
swift_minimum_minor=2

# How the shipped executable is built; scripts/run, scripts/test and scripts/bench must agree,
# or each would build everything again. Warnings are no errors here: a newer compiler than ours may find new ones.
# Without the version script every symbol of the static libraries is exported and kept: 5 MB more (measured).
# shellcheck disable=SC2034,SC2154 # used by the scripts that source this file, which set root
release_flags=(-c release --static-swift-stdlib -Xlinker "--version-script=$root/scripts/lib/local-symbols.map")

# Debian packages a build needs: the compiler's own (linker, C headers, C++ library), git for SwiftPM,
# and the system libraries that are linked: SQLite (GRDB), zlib (NIO's HTTP compression), udev and ALSA.
# shellcheck disable=SC2034
build_packages=(binutils gcc g++ libc6-dev git ca-certificates pkg-config
    libsqlite3-dev zlib1g-dev libudev-dev libasound2-dev)

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# require_packages NAME…: installs the Debian packages that are missing, and says which.
require_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian: make sure that these packages, or yours of that kind, are installed: $*"
        return 0
    fi
    for name in "$@"; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "Debian packages are missing and sudo is not here. As root, run: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing Debian packages: ${missing[*]}"
    # A source that cannot be reached matters only when the package comes from it.
    "${as_root[@]}" apt-get update --quiet=2 || say "apt-get update had errors; going on with the lists at hand."
    "${as_root[@]}" apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" </dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# Refuses to go on without a Swift that can build this.
require_swift() {
    local wanted="Swift $swift_minimum_major.$swift_minimum_minor or newer" version
    command -v swift >/dev/null ||
        die "$wanted is needed, and there is no swift on the PATH. See https://www.swift.org/install/linux/"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || die "'swift --version' does not answer with a version; $wanted is needed."
    if [ "${version%%.*}" -lt "$swift_minimum_major" ] ||
        { [ "${version%%.*}" -eq "$swift_minimum_major" ] && [ "${version#*.}" -lt "$swift_minimum_minor" ]; }; then
        die "$wanted is needed; $(command -v swift) is Swift $version. See https://www.swift.org/install/linux/"
    fi
}
