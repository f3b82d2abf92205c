// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A text or data cut into the user data of one or more messages.
package struct Segmentation: Sendable, Equatable {
    package let encoding: MessageEncoding
    /// TP-DCS without a message class.
    package let dataCoding: DataCodingScheme
    /// In order; a single one has no concatenation element.
    package let parts: [UserData]

    init(encoding: MessageEncoding, parts: [UserData]) {
        self.encoding = encoding
        self.dataCoding = DataCodingScheme(encoding.alphabet)
        self.parts = parts
    }
}
