// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import HTTPTypes

/// An answer that says what went wrong and what to do about it: `application/problem+json`, RFC 9457.
package struct Problem: Error, Sendable, Equatable {
    package var status: HTTPResponse.Status
    /// Stable, for programs: the last part of `type`.
    package var code: String
    /// One sentence, or a few, that say what to do.
    package var detail: String
    /// Members beyond the standard's.
    package var members = JSONObject()
    package var headers = HTTPFields()

    package init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// The same problem, naming the field of the request it is about.
    func about(field: String) -> Self {
        var problem = self
        problem.members.set("field", .string(String(field.prefix(64))))
        return problem
    }

    /// The same problem, after whose answer the connection is closed.
    func closingConnection() -> Self {
        var problem = self
        problem.headers[.connection] = "close"
        return problem
    }

    var json: JSONValue {
        var object = JSONObject()
        object.append("type", .string("urn:modemgate:problem:\(self.code)"))
        object.append("title", .string(self.status.reasonPhrase))
        object.append("status", .integer(self.status.code))
        object.append("detail", .string(self.detail))
        for member in self.members.members { object.set(member.name, member.value) }
        return .object(object)
    }
}

extension String {
    /// What a client sent, for a sentence of ours: in quotes, and not longer than a sentence bears.
    var quoted: String {
        self.count > 64 ? "\"\(self.prefix(64))…\"" : "\"\(self)\""
    }
}

extension Problem {
    static func badRequest(_ code: String, _ detail: String) -> Self { Self(.badRequest, code, detail) }

    static func bodyTooLarge(limit: Int) -> Self {
        Self(
            .contentTooLarge, "body-too-large",
            "The body is larger than \(limit) octets. Send fewer recipients in one request."
        ).closingConnection()
    }

    /// Our own fault: the log has the cause, the answer does not.
    static let internalError = Self(
        .internalServerError, "internal-error",
        "The gateway failed to do this. Its log says why; nothing else is known about the outcome.")
}
