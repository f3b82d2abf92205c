// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// One request as a route's handler sees it.
struct APIRequest: Sendable {
    let request: Request
    let principal: Principal
    private let parameters: Parameters
    private let maximumBodySize: Int

    init(_ request: Request, context: APIContext, principal: Principal, maximumBodySize: Int) {
        self.request = request
        self.principal = principal
        self.parameters = context.parameters
        self.maximumBodySize = maximumBodySize
    }

    /// A component of the path, percent-decoded: the router splits the path as it came, so that `%2F` is no separator.
    func pathComponent(_ name: String) -> String {
        guard let raw = self.parameters.get(name) else { return "" }
        return raw.removingPercentEncoding ?? raw
    }

    /// The query's fields.
    func query(known: [String]) throws(Problem) -> QueryFields {
        try QueryFields(self.request.uri.query ?? "", known: known)
    }

    /// The body's fields.
    func fields(known: [String]) async throws -> RequestFields {
        try self.requireJSON()
        let bytes = try await self.body()
        do {
            return try RequestFields(try JSONParser.parse(bytes), known: known)
        } catch let error as JSONSyntaxError {
            var problem = Problem.badRequest(
                "broken-json",
                "The body is not JSON: line \(error.line), column \(error.column): \(error.message).")
            problem.members.set("line", .integer(error.line))
            problem.members.set("column", .integer(error.column))
            throw problem
        }
    }

    /// The fields of a body that may be left out.
    func optionalFields(known: [String]) async throws -> RequestFields {
        let headers = self.request.headers
        guard headers[.contentType] == nil, headers[.transferEncoding] == nil,
            headers[.contentLength].map({ $0 == "0" }) ?? true
        else { return try await self.fields(known: known) }
        return try RequestFields(.object(JSONObject()), known: known)
    }

    private func requireJSON() throws(Problem) {
        let mediaType = self.request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard mediaType?.filter({ $0 != " " }) != "application/json" else { return }
        throw Problem(
            .unsupportedMediaType, "unsupported-media-type",
            "Send the body as JSON, with the header Content-Type: application/json."
        ).closingConnection()
    }

    private func body() async throws -> [UInt8] {
        if let text = self.request.headers[.contentLength], let length = Int(text), length > self.maximumBodySize {
            throw Problem.bodyTooLarge(limit: self.maximumBodySize)
        }
        do {
            return Array(buffer: try await self.request.body.collect(upTo: self.maximumBodySize))
        } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge(limit: self.maximumBodySize)
        }
    }
}

/// What a handler answers: a status and JSON, or a file.
struct APIReply: Sendable {
    var status: HTTPResponse.Status
    var body: JSONValue
    /// JSON that is encoded already; takes the place of `body`.
    var encoded: [UInt8]?
    var headers = HTTPFields()
    /// Instead of `body`.
    var file: StreamedFile?

    init(_ status: HTTPResponse.Status = .ok, _ body: JSONValue) {
        self.status = status
        self.body = body
    }

    /// `{items, next}`: `next` is the cursor of the next page, null at the end.
    static func list(_ items: [JSONValue], next: String? = nil) -> Self {
        Self(.ok, ["items": .array(items), "next": .string(orNull: next)])
    }

    init(_ file: StreamedFile) {
        self.init(.ok, .null)
        self.file = file
    }

    var response: Response {
        if let file { return file.response }
        var headers = self.headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(
            status: self.status, headers: headers,
            body: ResponseBody(byteBuffer: self.encoded.map { ByteBuffer(bytes: $0) } ?? self.body.encoded()))
    }
}

extension Problem {
    var response: Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        return Response(status: self.status, headers: headers, body: ResponseBody(byteBuffer: self.json.encoded()))
    }
}

/// What travels with a request through the middleware.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var principal: Principal?

    init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
    }
}
