# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The Modemgate authors
"""The other side of every end-to-end test: starts the real executable and speaks with it as a user would."""
