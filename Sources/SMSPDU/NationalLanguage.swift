// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// National language identifier, TS 23.038 §6.2.1.2.4.
package enum NationalLanguage: UInt8, Sendable, CaseIterable {
    case turkish = 1
    case spanish = 2
    case portuguese = 3
    case bengali = 4
    case gujarati = 5
    case hindi = 6
    case kannada = 7
    case malayalam = 8
    case oriya = 9
    case punjabi = 10
    case tamil = 11
    case telugu = 12
    case urdu = 13

    /// ISO 639-1.
    package var code: String {
        switch self {
        case .turkish: "tr"
        case .spanish: "es"
        case .portuguese: "pt"
        case .bengali: "bn"
        case .gujarati: "gu"
        case .hindi: "hi"
        case .kannada: "kn"
        case .malayalam: "ml"
        case .oriya: "or"
        case .punjabi: "pa"
        case .tamil: "ta"
        case .telugu: "te"
        case .urdu: "ur"
        }
    }

    /// The language of an ISO 639-1 code, nil for one without tables.
    package init?(code: String) {
        guard let language = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = language
    }

    /// Spanish has no locking shift table (TS 23.038 annex A.3.2).
    package var hasLockingShift: Bool { self != .spanish }
}

/// The tables that a user data header selects; nil is the default one.
struct LanguageShifts: Hashable, Sendable {
    /// The identifier of the locking shift in the low half, of the single shift in the high one; 0 is the default.
    private var identifiers: UInt8 = 0

    @inline(__always)
    var locking: NationalLanguage? {
        get { NationalLanguage(rawValue: self.identifiers & 0x0F) }
        set { self.identifiers = self.identifiers & 0xF0 | (newValue?.rawValue ?? 0) }
    }

    @inline(__always)
    var single: NationalLanguage? {
        get { NationalLanguage(rawValue: self.identifiers >> 4) }
        set { self.identifiers = self.identifiers & 0x0F | (newValue?.rawValue ?? 0) << 4 }
    }

    init() {}

    init(locking: NationalLanguage?, single: NationalLanguage?) {
        self.locking = locking
        self.single = single
    }

    init(_ header: [InformationElement]) {
        self.init()
        for element in header where element.data.count == 1 {
            switch element.identifier {
            case .lockingShift: self.locking = NationalLanguage(rawValue: element.data[0])
            case .singleShift: self.single = NationalLanguage(rawValue: element.data[0])
            default: break
            }
        }
    }

    /// The elements that say so.
    var elements: [InformationElement] {
        var elements: [InformationElement] = []
        if let locking = self.locking { elements.append(InformationElement(.lockingShift, [locking.rawValue])) }
        if let single = self.single { elements.append(InformationElement(.singleShift, [single.rawValue])) }
        return elements
    }
}
