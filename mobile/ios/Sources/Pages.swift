import Foundation
import Jawla
import WebKit

private let redirectionsMax = 5

/// Answers everything that the page loads out of the core; the network is never asked.
@MainActor final class Pages: NSObject, WKURLSchemeHandler {
    nonisolated static let scheme = "jawla"
    nonisolated static let home = "jawla://app"

    private let core: Core
    /// What is being answered; the web view may take back what it asked for.
    private var asked: [ObjectIdentifier: Task<Void, Never>] = [:]

    init(core: Core) {
        self.core = core
    }

    /// The address of a path of our own; the first page for anything else.
    static func address(_ path: String) -> URL {
        let isOwn = path.hasPrefix("/") && !path.hasPrefix("//")
        return URL(string: home + (isOwn ? path : "/")) ?? URL(fileURLWithPath: "/")
    }

    func webView(_ webView: WKWebView, start task: any WKURLSchemeTask) {
        let key = ObjectIdentifier(task)
        asked[key] = Task { [weak self] in
            await self?.answer(task, key)
        }
    }

    func webView(_ webView: WKWebView, stop task: any WKURLSchemeTask) {
        asked.removeValue(forKey: ObjectIdentifier(task))?.cancel()
    }

    private func answer(_ task: any WKURLSchemeTask, _ key: ObjectIdentifier) async {
        let found: HttpResponse
        do {
            found = try await read(task.request)
        } catch {
            found = page(500, words("core_failed"))
        }
        // After `stop` the task must not be touched any more.
        guard asked.removeValue(forKey: key) != nil, let url = task.request.url else { return }
        var headers = Dictionary(found.headers.map { ($0.name, $0.value) }) { first, _ in first }
        headers["content-length"] = String(found.body.count)
        guard let response = HTTPURLResponse(
            url: url, statusCode: Int(found.status), httpVersion: "HTTP/1.1", headerFields: headers
        ) else { return task.didFailWithError(URLError(.badServerResponse)) }
        task.didReceive(response)
        task.didReceive(found.body)
        task.didFinish()
    }

    private func read(_ request: URLRequest) async throws -> HttpResponse {
        let method = request.httpMethod ?? "GET"
        guard let url = request.url, url.scheme == Pages.scheme, url.host == "app", ["GET", "HEAD"].contains(method) else {
            return page(403, "")
        }
        // `Range` is among them: photos come by parts.
        let headers = (request.allHTTPHeaderFields ?? [:]).map { HttpHeader(name: $0.key, value: $0.value) }
        var path = Pages.path(of: url)
        for _ in 0..<redirectionsMax {
            let answer = try await core.ask(method, path, headers: headers, body: nil)
            let leads = answer.headers.first { $0.name.lowercased() == "location" }?.value
            guard (300..<400).contains(answer.status), let leads else { return answer }
            // A scheme handler cannot redirect: a page is led there, a script is given the end.
            if request.mainDocumentURL == url { return leading(leads) }
            path = leads
        }
        return page(508, "")
    }

    static func path(of url: URL) -> String {
        let parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
        let path = parts?.percentEncodedPath ?? ""
        return (path.isEmpty ? "/" : path) + (parts?.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    private func leading(_ path: String) -> HttpResponse {
        let quoted = (try? JSONEncoder().encode(path)).map { String(decoding: $0, as: UTF8.self) } ?? "\"/\""
        let safe = quoted.replacingOccurrences(of: "<", with: "\\u003c")
        return html(200, "<script>location.replace(\(safe))</script>", "default-src 'none'; script-src 'unsafe-inline'")
    }

    private func page(_ status: UInt16, _ sentence: String) -> HttpResponse {
        html(status, "<meta name=viewport content='width=device-width'><p dir=auto>\(sentence)</p>", "default-src 'none'")
    }

    private func html(_ status: UInt16, _ text: String, _ policy: String) -> HttpResponse {
        let headers = [
            HttpHeader(name: "content-type", value: "text/html; charset=utf-8"),
            HttpHeader(name: "content-security-policy", value: policy),
            HttpHeader(name: "cache-control", value: "no-store"),
        ]
        return HttpResponse(status: status, headers: headers, body: Data(("<!doctype html>" + text).utf8))
    }
}
