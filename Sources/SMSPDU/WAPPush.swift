// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A WAP push as a short message carries it: the connectionless Push PDU of WAP-230 §8.2.4.1.
package struct WAPPush: Sendable, Equatable {
    /// WAP push connectionless session service, registered with IANA.
    package static let port: UInt16 = 2948

    /// MIME type of the content; `nil` when it is a number unknown here.
    package let contentType: String?
    package let body: [UInt8]

    /// - Parameters:
    ///   - data: the user data of the whole message, header left out.
    ///   - ports: of the header.
    /// - Returns: `nil` for what is no push.
    package init?(data: [UInt8], ports: ApplicationPorts?) {
        guard ports?.destination == Self.port else { return nil }
        var reader = WSPReader(data)
        // Transaction id, then the type: Push or ConfirmedPush, table 34.
        guard reader.octet() != nil, let type = reader.octet(), type == 0x06 || type == 0x07,
            let length = reader.variableInteger(), let headers = reader.take(length)
        else { return nil }
        var fields = WSPReader(headers)
        guard let contentType = fields.value() else { return nil }
        self.contentType = Self.mediaType(contentType)
        self.body = reader.rest
    }

    /// Content-type-value, WAP-230 §8.4.2.24: a well-known number, a text, or one of them with parameters.
    private static func mediaType(_ value: WSPReader.Value) -> String? {
        switch value {
        case .short(let code): return self.wellKnown[Int(code)]
        case .text(let text): return self.name(text)
        case .octets(let octets):
            var reader = WSPReader(octets)
            switch reader.value() {
            case .short(let code): return self.wellKnown[Int(code)]
            case .text(let text): return self.name(text)
            case .octets(let code): return WSPReader.Value.integer(code).flatMap { self.wellKnown[$0] }
            case nil: return nil
            }
        }
    }

    private static func name(_ text: [UInt8]) -> String? {
        let name = WSPCharacterSet.string(text, set: nil).prefix { $0 != ";" && $0 != " " }
        // Longest type and subtype of RFC 6838 §4.2, with the slash.
        return name.contains("/") && name.utf8.count <= 255 ? name.lowercased() : nil
    }

    package static let mmsMediaType = "application/vnd.wap.mms-message"

    /// Well-known content types that are pushed, by their number in the OMNA registry of WSP content type codes.
    private static let wellKnown: [Int: String] = [
        0x02: "text/html", 0x03: "text/plain", 0x08: "text/vnd.wap.wml",
        0x2D: "text/vnd.wap.si", 0x2E: "application/vnd.wap.sic",
        0x2F: "text/vnd.wap.sl", 0x30: "application/vnd.wap.slc",
        0x31: "text/vnd.wap.co", 0x32: "application/vnd.wap.coc",
        0x33: "application/vnd.wap.multipart.related", 0x34: "application/vnd.wap.sia",
        0x35: "text/vnd.wap.connectivity-xml", 0x36: "application/vnd.wap.connectivity-wbxml",
        0x3E: mmsMediaType,
        0x42: "application/vnd.syncml.dm+wbxml", 0x43: "application/vnd.syncml.dm+xml",
        0x44: "application/vnd.syncml.notification",
        0x4A: "application/vnd.oma.drm.rights+xml", 0x4B: "application/vnd.oma.drm.rights+wbxml",
    ]
}
