// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// A body that is made while it is sent.
struct StreamedFile: Sendable {
    var mediaType: String
    var name: String
    var write: @Sendable (inout any ResponseBodyWriter) async throws -> Void

    var response: Response {
        var headers: HTTPFields = [.contentType: self.mediaType]
        // The name is ours: nothing to quote.
        headers[.contentDisposition] = "attachment; filename=\"\(self.name)\""
        let write = self.write
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await write(&writer)
                try await writer.finish(nil)
            })
    }
}

enum ExportFormat: String, CaseIterable, Sendable {
    case csv, jsonl

    var mediaType: String {
        switch self {
        case .csv: "text/csv"
        case .jsonl: "application/x-ndjson"
        }
    }
}

/// Messages as a file, a page at a time: memory does not grow with their number, and a client that reads slowly is
/// waited for.
struct MessageExport: Sendable {
    /// Messages of one page: some hundred KB.
    private static let pageSize = 200

    private let format: ExportFormat
    private let store: GatewayStore
    private let filter: MessageFilter
    private let first: MessagePage

    /// Reads the first page, so that what cannot be answered is a problem and not half a file.
    init(_ format: ExportFormat, _ store: GatewayStore, _ filter: MessageFilter) async throws {
        self.format = format
        self.store = store
        self.filter = filter
        self.first = try await store.messages(matching: filter, limit: Self.pageSize)
    }

    var file: StreamedFile {
        StreamedFile(
            mediaType: self.format == .csv ? "text/csv; charset=utf-8; header=present" : self.format.mediaType,
            name: "messages.\(self.format.rawValue)"
        ) { writer in
            if self.format == .csv { try await writer.write(ByteBuffer(string: CSV.line(MessageCSV.columns))) }
            var page = self.first
            while true {
                var buffer = ByteBuffer()
                for message in page.items { self.append(message, to: &buffer) }
                if buffer.readableBytes > 0 { try await writer.write(buffer) }
                guard let next = page.next else { return }
                page = try await self.store.messages(matching: self.filter, cursor: next, limit: Self.pageSize)
            }
        }
    }

    private func append(_ message: StoredMessage, to buffer: inout ByteBuffer) {
        switch self.format {
        case .csv: buffer.writeString(CSV.line(MessageCSV.fields(message)))
        case .jsonl:
            message.json.write(to: &buffer)
            buffer.writeString("\n")
        }
    }
}

/// RFC 4180, and harmless in a spreadsheet.
enum CSV {
    static func line(_ fields: [String]) -> String {
        fields.map(self.field).joined(separator: ",") + "\r\n"
    }

    /// A spreadsheet takes a field that begins like a formula for one and may call programs by it: such a field gets an
    /// apostrophe in front, which makes it text. A telephone number with its plus sign is left as it is.
    private static func field(_ text: String) -> String {
        let safe = self.isFormula(text) ? "'" + text : text
        guard safe.utf8.contains(where: { [UInt8(ascii: ","), 0x22, 0x0A, 0x0D].contains($0) }) else { return safe }
        // By scalars: CR LF is one character, and a mark after a quote makes another one of it.
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in safe.unicodeScalars {
            quoted.append(scalar)
            if scalar == "\"" { quoted.append(scalar) }
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static func isFormula(_ text: String) -> Bool {
        // What comes before the first visible character does not keep a spreadsheet from it.
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace && $0.value > 32 }) else {
            return false
        }
        // The wide forms are the same to some spreadsheets.
        guard ["=", "+", "-", "@", "|", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}"].contains(first) else {
            return false
        }
        let rest = text.unicodeScalars.dropFirst()
        let isNumber = text.unicodeScalars.first == "+" && !rest.isEmpty && rest.allSatisfy { ("0"..."9").contains($0) }
        return !isNumber
    }
}

/// A message as a line.
enum MessageCSV {
    static let columns = [
        "id", "direction", "from", "to", "text", "dataHex", "state", "kind", "modem", "encoding", "class", "parts",
        "incomplete", "errorCode", "error", "batch", "reference", "token", "createdAt", "sentAt", "deliveredAt",
        "receivedAt", "readAt",
    ]

    /// In the words of the API; what is not known is empty.
    static func fields(_ message: StoredMessage) -> [String] {
        guard case .object(let object) = message.json else { return [] }
        return self.columns.map { column in
            switch column {
            case "parts": String(message.parts.count)
            case "errorCode": message.error?.code ?? ""
            case "error": message.error?.message ?? ""
            default: object[column].map(self.text) ?? ""
            }
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .bool(let bool): String(bool)
        case .null, .array, .object: ""
        }
    }
}
