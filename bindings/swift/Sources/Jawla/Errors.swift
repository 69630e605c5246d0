import JawlaCore

extension JawlaError {
    /// The stable code, for machines.
    public var code: String {
        switch self {
        case .FixInput(let code, _, _, _, _): return code
        case .AskPerson(let code, _, _): return code
        case .Wait(let code, _, _, _): return code
        case .EnrolAgain(let code, _, _): return code
        case .ReportBug(let code, _, _, _): return code
        case .Closed(let code, _, _): return code
        }
    }

    /// What the person reads, in their language.
    public func sentence(in language: Language) -> String {
        switch self {
        case .FixInput(_, let french, let arabic, _, _): return language == .ar ? arabic : french
        case .AskPerson(_, let french, let arabic): return language == .ar ? arabic : french
        case .Wait(_, let french, let arabic, _): return language == .ar ? arabic : french
        case .EnrolAgain(_, let french, let arabic): return language == .ar ? arabic : french
        case .ReportBug(_, let french, let arabic, _): return language == .ar ? arabic : french
        case .Closed(_, let french, let arabic): return language == .ar ? arabic : french
        }
    }

    /// The key of the field it is about, if one.
    public var field: String? {
        guard case .FixInput(_, _, _, let field, _) = self else { return nil }
        return field
    }

    /// Every rule that is broken, in the order of the form.
    public var violations: [RuleBroken] {
        guard case .FixInput(_, _, _, _, let violations) = self else { return [] }
        return violations
    }
}
