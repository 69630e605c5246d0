package ma.jawla.shell

import ma.jawla.core.PhotoRole
import org.json.JSONArray
import org.json.JSONException
import org.json.JSONObject

const val CONTRACT = 1
private const val ORDER_CHARACTERS_MAX = 262_144
private val ID = Regex("[0-9a-f]{32}")

/** What a photo shows, by the code that pages write. */
private val ROLES = mapOf(
    "ensemble" to PhotoRole.OVERVIEW,
    "detail" to PhotoRole.DETAIL,
    "defaut" to PhotoRole.DEFECT,
    "panneau" to PhotoRole.SITE_PANEL,
)

/** A refusal with its code of the contract. */
class Refusal(val code: String, val sentence: String? = null) : Exception(code)

/** One visit's photo that a page asked for. */
data class PhotoWanted(val document: String, val visit: String, val role: PhotoRole, val camera: Boolean)

/**
 * The shell's side of `bridge.js`: texts come in, texts go out. The pages are asked in the core and
 * may take a while, so [hear] is called away from the main thread.
 */
class Bridge(
    private val shell: MainActivity,
    private val say: (String) -> Unit,
) {
    /** One message of the page. */
    fun hear(text: String) {
        if (text.length > ORDER_CHARACTERS_MAX) return
        val order = try {
            JSONObject(text)
        } catch (_: JSONException) {
            return
        }
        val id = order.optLong("id", -1)
        try {
            carry(order, id)
        } catch (refusal: Refusal) {
            refuse(id, refusal)
        } catch (fault: Exception) {
            refuse(id, Refusal("failed"))
        }
    }

    /** Says that something changed, by name. */
    fun changed(names: List<String>) = say(event("changed").put("names", JSONArray(names)).toString())

    fun position(latitude: Double, longitude: Double, accuracyM: Float) = say(
        event("position").put("latitude", latitude).put("longitude", longitude)
            .put("accuracy_m", accuracyM.toDouble()).toString(),
    )

    fun noPosition(denied: Boolean) = say(event("no-position").put("code", if (denied) 1 else 2).toString())

    private fun event(name: String) = JSONObject().put("event", name)

    private fun carry(order: JSONObject, id: Long) {
        if (order.optInt("v") != CONTRACT) throw Refusal("unknown-contract")
        when (order.optString("do")) {
            "hello" -> done(id) {
                put("v", CONTRACT).put("can", JSONArray(listOf("photo", "scan", "position", "print", "share")))
            }
            "http" -> http(order, id)
            "photo" -> shell.photo(wanted(order)) { answer(id, it) {} }
            "scan" -> shell.scan { answer(id, it) { text -> put("text", text) } }
            "position" -> shell.position(order.optBoolean("on")) { answer(id, it) {} }
            "print" -> done(id) { shell.print() }
            "share" -> done(id) { shell.share(order.optString("title"), order.optString("text")) }
            else -> throw Refusal("unknown-order")
        }
    }

    private fun http(order: JSONObject, id: Long) {
        val method = order.optString("method")
        val path = order.optString("path")
        val pairs = order.optJSONArray("headers")
        if (method.isEmpty() || !path.startsWith("/") || path.startsWith("//") || pairs == null) throw Refusal("bad-order")
        val headers = (0 until pairs.length()).map { index ->
            val pair = pairs.optJSONArray(index) ?: throw Refusal("bad-order")
            pair.optString(0) to pair.optString(1)
        }
        val answer = Core.ask(shell, method, path, headers, order.optString("body").toByteArray())
        val told = JSONArray(answer.headers.map { JSONArray(listOf(it.name, it.value)) })
        done(id) { put("status", answer.status.toInt()).put("headers", told).put("body", answer.body.decodeToString()) }
    }

    private fun wanted(order: JSONObject): PhotoWanted {
        val (document, visit) = order.optString("document") to order.optString("visit")
        val role = ROLES[order.optString("role")]
        if (!ID.matches(document) || !ID.matches(visit) || role == null) throw Refusal("bad-order")
        return PhotoWanted(document, visit, role, camera = order.optString("source") != "gallery")
    }

    private fun <T> answer(id: Long, result: Result<T>, fill: JSONObject.(T) -> Unit) = result.fold(
        { value -> done(id) { fill(value) } },
        { fault -> refuse(id, fault as? Refusal ?: Refusal("failed")) },
    )

    private fun done(id: Long, fill: JSONObject.() -> Unit) =
        say(JSONObject().put("id", id).put("ok", JSONObject().apply(fill)).toString())

    private fun refuse(id: Long, refusal: Refusal) {
        val fault = JSONObject().put("code", refusal.code)
        refusal.sentence?.let { fault.put("sentence", it) }
        say(JSONObject().put("id", id).put("fault", fault).toString())
    }
}
