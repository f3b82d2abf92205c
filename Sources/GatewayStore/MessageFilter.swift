// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// Which messages a list shows. What is `nil` does not matter.
package struct MessageFilter: Sendable, Equatable {
    package var direction: MessageDirection?
    package var state: MessageState?
    package var modem: String?
    /// The other side's number or name, exactly as stored.
    package var peer: String?
    package var batch: String?
    /// Created at or after this moment.
    package var since: Date?
    /// Created before this moment.
    package var until: Date?
    /// Part of the text; ASCII letters match in either case.
    package var text: String?
    /// Words of the text, each as it begins, in either case and with or without diacritics (``SearchQuery``).
    package var words: String?
    /// Received and unread, or received and read.
    package var isUnread: Bool?
    package var kind: MessageKind?
    /// Without short messages of type 0, which are nothing to show.
    package var hidesSilent = false

    package init() {}
}

/// A piece of a list, newest first.
package struct MessagePage: Sendable, Equatable {
    package var items: [StoredMessage]
    /// Where the next, older piece begins; `nil` at the end.
    package var next: String?
}
