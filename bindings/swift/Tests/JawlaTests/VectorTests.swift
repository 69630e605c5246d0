import Foundation
import Jawla
import Testing

/// The calls that the Rust side made and wrote down, made again through Swift.
@Suite struct VectorTests {
    /// Puts what earlier steps kept in the place of its name.
    private func filled(_ value: Any, _ kept: [String: String]) -> Any {
        switch value {
        case let text as String:
            // Longest names first, so that none is taken for the beginning of another.
            return kept.sorted { $0.key.count > $1.key.count }
                .reduce(text) { $0.replacingOccurrences(of: "$" + $1.key, with: $1.value) }
        case let list as [Any]: return list.map { filled($0, kept) }
        case let map as [String: Any]: return map.mapValues { filled($0, kept) }
        default: return value
        }
    }

    @Test func everyCallAnswersWhatTheVectorsSay() async throws {
        let folder = try scratch()
        let server = try Server()
        try writeFiles(into: folder)
        var kept = ["folder": folder.path, "invitation": try server.invitation(name: "Vecteurs")]
        let store = try await Store.open(folder: folder.appendingPathComponent("store"), keys: MemoryKeys(), position: Valley())
        let steps = try #require(try vectors()["steps"] as? [[String: Any]])
        #expect(steps.count >= 60)
        for step in steps {
            let name = try #require(step["name"] as? String)
            let call = try #require(step["call"] as? String)
            let arguments = filled(step["arguments"] ?? [:], kept) as? [String: Any] ?? [:]
            do {
                let answer = try await play(store, call, Given(map: arguments))
                for (key, path) in step["keep"] as? [String: String] ?? [:] {
                    kept[key] = at(path, of: answer) as? String
                }
                for (path, texts) in step["has"] as? [String: [String]] ?? [:] {
                    let whole = at(path, of: answer) as? String ?? ""
                    for text in texts { #expect(whole.contains(text), "\(name): \(text)") }
                }
                let wanted = try #require(step["answer"] as? [String: Any], "\(name): answered \(answer)")
                for (path, value) in wanted {
                    let found = at(path, of: answer)
                    #expect(same(found, filled(value, kept)), "\(name): \(path) is \(String(describing: found))")
                }
            } catch let error as JawlaError {
                let wanted = try #require(step["error"] as? [String: Any], "\(name): refused with \(error)")
                #expect(same(seen(error: error), wanted), "\(name): \(error)")
            }
        }
    }
}
