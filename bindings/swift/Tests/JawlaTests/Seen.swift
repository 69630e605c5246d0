import Foundation
import Jawla

/// What a call answered, as JSON has it: structures by the names of their fields in small letters,
/// words of enums likewise, variants that hold something by what they hold.
func seen(_ value: Any) -> Any {
    switch value {
    case let text as String: return text
    case let yes as Bool: return yes
    case let number as any BinaryInteger: return NSNumber(value: Int64(truncatingIfNeeded: number))
    case let bytes as Data: return String(decoding: bytes, as: UTF8.self)
    case let held as FieldValue: return seenField(held)
    case is Void: return ""
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.map { seen($0.value) } ?? NSNull()
    case .collection: return mirror.children.map { seen($0.value) }
    case .enum: return snake(String(describing: value))
    default: break
    }
    var fields: [String: Any] = [:]
    for (label, child) in mirror.children {
        if let label { fields[snake(label)] = seen(child) }
    }
    return fields
}

private func seenField(_ value: FieldValue) -> Any {
    switch value {
    case .text(let text): return ["text": text]
    case .whole(let number): return ["number": NSNumber(value: number)]
    case .flag(let yes): return ["yes": yes]
    case .place(let position): return ["position": seen(position)]
    case .cleared: return "cleared"
    case .newer(let shown): return ["shown": shown]
    }
}

/// A refusal as JSON: what can be done, the code, both sentences.
func seen(error: JawlaError) -> [String: Any] {
    var said: [String: Any] = [
        "code": error.code,
        "sentence_fr": error.sentence(in: .fr),
        "sentence_ar": error.sentence(in: .ar),
    ]
    switch error {
    case .FixInput:
        said["sort"] = "fix_input"
        said["field"] = error.field ?? NSNull()
        said["violations"] = error.violations.map { $0.rule }
    case .AskPerson: said["sort"] = "ask_person"
    case .Wait(_, _, _, let retryAfterMs):
        said["sort"] = "wait"
        said["retry_after_ms"] = retryAfterMs.map { NSNumber(value: $0) } ?? NSNull()
    case .EnrolAgain: said["sort"] = "enrol_again"
    case .ReportBug: said["sort"] = "report_bug"
    case .Closed: said["sort"] = "closed"
    }
    return said
}

/// `onThisPhone` as `on_this_phone`; a figure at the end of a name stands apart: `population2024`.
func snake(_ name: String) -> String {
    var out = ""
    var before: Character = "_"
    for letter in name {
        let begins = letter.isUppercase || (letter.isNumber && before.isLetter && before.isLowercase)
        if begins && !out.isEmpty { out += "_" }
        out += letter.lowercased()
        before = letter
    }
    return out
}

/// What stands at a path: `rows.0.word`, `rows.#` for the count, nothing for the whole.
func at(_ path: String, of value: Any) -> Any? {
    path.split(separator: ".").reduce(Optional(value)) { found, step in
        if step == "#" { return (found as? [Any])?.count }
        if let index = Int(step), let list = found as? [Any] { return list.indices.contains(index) ? list[index] : nil }
        return (found as? [String: Any])?[String(step)]
    }
}

/// Whether two values of JSON are the same.
func same(_ one: Any?, _ other: Any?) -> Bool {
    (one as? NSObject ?? NSNull()).isEqual(other as? NSObject ?? NSNull())
}
