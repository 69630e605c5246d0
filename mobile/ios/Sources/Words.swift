import Foundation
import Jawla

/// The language in which the shell speaks: that of the pages, chosen in them.
enum Words {
    private static let key = "language"

    /// The language chosen last; before that, the phone's.
    static var language: Language {
        let chosen = UserDefaults.standard.string(forKey: key) ?? Bundle.main.preferredLocalizations.first
        return chosen == "ar" ? .ar : .fr
    }

    /// Keeps a choice. The platform's own questions follow at the next start.
    static func choose(_ language: Language) {
        let code = language == .ar ? "ar" : "fr"
        UserDefaults.standard.set(code, forKey: key)
        UserDefaults.standard.set([code], forKey: "AppleLanguages")
    }

    fileprivate static var bundle: Bundle {
        let code = language == .ar ? "ar" : "fr"
        return Bundle.main.path(forResource: code, ofType: "lproj").flatMap { Bundle(path: $0) } ?? .main
    }
}

/// A text of the shell, filled with figures.
func words(_ key: String, _ figures: any CVarArg...) -> String {
    let text = Words.bundle.localizedString(forKey: key, value: nil, table: nil)
    let locale = Locale(identifier: Words.language == .ar ? "ar_MA" : "fr_MA")
    return figures.isEmpty ? text : String(format: text, locale: locale, arguments: figures)
}
