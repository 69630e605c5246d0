package ma.jawla.shell

import android.content.Context
import android.net.Uri
import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import android.webkit.WebView
import android.webkit.WebViewClient
import java.io.ByteArrayInputStream
import ma.jawla.core.HttpResponse
import org.json.JSONObject

const val HOST = "jawla.local"
const val HOME = "https://$HOST/"
private const val REDIRECTIONS_MAX = 5

/** Answers everything that the page loads out of the core; the network is not asked. */
class Pages(private val context: Context, private val shown: (WebView) -> Unit) : WebViewClient() {
    override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest): WebResourceResponse {
        val address = request.url
        if (address.scheme != "https" || address.host != HOST || request.method !in setOf("GET", "HEAD")) return nothing()
        var path = pathOf(address)
        repeat(REDIRECTIONS_MAX) {
            val answer: HttpResponse = try {
                Core.ask(context, request.method, path, headers(request), ByteArray(0))
            } catch (_: Exception) {
                return page(500, context.getString(R.string.core_failed))
            }
            val leads = answer.headers.firstOrNull { it.name.equals("location", ignoreCase = true) }?.value
            val status = answer.status.toInt()
            if (status !in 300..399 || leads == null) {
                val kind = answer.headers.firstOrNull { it.name.equals("content-type", ignoreCase = true) }?.value.orEmpty()
                val told = answer.headers.associate { it.name to it.value }
                val reason = if (status < 400) "OK" else "Refused"
                return WebResourceResponse(
                    kind.substringBefore(';').ifEmpty { "application/octet-stream" },
                    kind.substringAfter("charset=", "utf-8"),
                    status,
                    reason,
                    told,
                    ByteArrayInputStream(answer.body),
                )
            }
            // A web view takes no redirection from its app: a page is led there, a script is given the end.
            if (request.isForMainFrame) return leading(leads)
            path = leads
        }
        return nothing()
    }

    override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest) = request.url.host != HOST

    override fun onPageFinished(view: WebView, url: String) = shown(view)

    private fun headers(request: WebResourceRequest) = request.requestHeaders.map { (name, value) -> name to value }

    private fun pathOf(address: Uri) = (address.encodedPath ?: "/") + (address.encodedQuery?.let { "?$it" } ?: "")

    private fun leading(to: String): WebResourceResponse {
        val script = "<!doctype html><script>location.replace(${JSONObject.quote(to)})</script>"
        return html(200, script, "default-src 'none'; script-src 'unsafe-inline'")
    }

    private fun page(status: Int, words: String) =
        html(status, "<!doctype html><meta name=viewport content='width=device-width'><p dir=auto>$words</p>", "default-src 'none'")

    private fun html(status: Int, text: String, policy: String) = WebResourceResponse(
        "text/html", "utf-8", status, "OK",
        mapOf("content-security-policy" to policy, "cache-control" to "no-store"),
        ByteArrayInputStream(text.toByteArray()),
    )

    private fun nothing() = WebResourceResponse("text/plain", "utf-8", 403, "Refused", emptyMap(), ByteArrayInputStream(ByteArray(0)))
}
