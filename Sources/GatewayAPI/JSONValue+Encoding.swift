// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import NIOCore

extension JSONValue {
    /// The value as JSON in UTF-8, without white space.
    package func encoded() -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 1024)
        self.write(to: &buffer)
        return buffer
    }

    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.writeStaticString("null")
        case .bool(let value): buffer.writeString(value ? "true" : "false")
        case .integer(let value): buffer.writeString(String(value))
        // JSON has neither infinity nor NaN.
        case .number(let value): buffer.writeString(value.isFinite ? value.description : "null")
        case .string(let value): Self.write(value, to: &buffer)
        case .array(let elements): Self.write(elements, to: &buffer)
        case .object(let object): Self.write(object, to: &buffer)
        }
    }

    private static func write(_ elements: [JSONValue], to buffer: inout ByteBuffer) {
        var separator = UInt8(ascii: "[")
        for element in elements {
            buffer.writeInteger(separator)
            element.write(to: &buffer)
            separator = UInt8(ascii: ",")
        }
        buffer.writeStaticString(elements.isEmpty ? "[]" : "]")
    }

    private static func write(_ object: JSONObject, to buffer: inout ByteBuffer) {
        var separator = UInt8(ascii: "{")
        for member in object.members {
            buffer.writeInteger(separator)
            self.write(member.name, to: &buffer)
            buffer.writeInteger(UInt8(ascii: ":"))
            member.value.write(to: &buffer)
            separator = UInt8(ascii: ",")
        }
        buffer.writeStaticString(object.members.isEmpty ? "{}" : "}")
    }

    /// RFC 8259 §7: quotation mark, reverse solidus and the controls are escaped, and nothing else.
    private static func write(_ text: String, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for byte in text.utf8 { self.writeEscaped(byte, to: &buffer) }
        } else {
            buffer.writeString(text)
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, to buffer: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        case 0x08: buffer.writeStaticString("\\b")
        case 0x09: buffer.writeStaticString("\\t")
        case 0x0A: buffer.writeStaticString("\\n")
        case 0x0C: buffer.writeStaticString("\\f")
        case 0x0D: buffer.writeStaticString("\\r")
        case ..<0x20:
            buffer.writeStaticString("\\u00")
            for digit in [byte >> 4, byte & 0xF] {
                buffer.writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default: buffer.writeInteger(byte)
        }
    }
}
