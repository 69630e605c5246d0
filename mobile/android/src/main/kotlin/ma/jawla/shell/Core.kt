package ma.jawla.shell

import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import java.io.File
import java.util.concurrent.CopyOnWriteArraySet
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import ma.jawla.core.ChangeObserver
import ma.jawla.core.ExchangeMode
import ma.jawla.core.FieldStore
import ma.jawla.core.HttpHeader
import ma.jawla.core.HttpRequest
import ma.jawla.core.HttpResponse
import ma.jawla.core.NetworkKind
import ma.jawla.core.NetworkSource
import ma.jawla.core.OpenOptions
import ma.jawla.core.PlatformServices
import ma.jawla.core.Subscription

/** The one store of this process: opened once, shared by the screens and the background job. */
object Core {
    private val opening = Mutex()
    private var store: FieldStore? = null
    private var subscription: Subscription? = null

    /** Told the names of what changed, on a thread of the library. */
    val listeners = CopyOnWriteArraySet<(List<String>) -> Unit>()

    /** Opens the store, or answers the one that is open. */
    suspend fun open(context: Context): FieldStore = opening.withLock {
        store ?: run {
            val app = context.applicationContext
            val options = OpenOptions(File(app.noBackupFilesDir, "store").path, ExchangeMode.BY_ITSELF)
            val made = FieldStore.open(options, PlatformServices(KeyVault(app), network = Link(app)))
            subscription = made.observe(Fan)
            store = made
            made
        }
    }

    /** Asks the pages, from a thread that may wait: the web view asks for resources on its own threads. */
    fun ask(context: Context, method: String, path: String, headers: List<Pair<String, String>>, body: ByteArray): HttpResponse =
        runBlocking {
            open(context).http(HttpRequest(method, path, headers.map { (name, value) -> HttpHeader(name, value) }, body))
        }

    /** Closes the store: tests and wiping. A process that is killed needs none of it. */
    suspend fun close() = opening.withLock {
        subscription?.stop()
        subscription = null
        store?.closeStore()
        store = null
    }

    private object Fan : ChangeObserver {
        override fun changed(names: List<String>) = listeners.forEach { it(names) }
    }
}

/** A service of the platform that every phone has. */
inline fun <reified T : Any> Context.platform(): T = checkNotNull(getSystemService(T::class.java))

/** What the link costs, as the platform sees it. */
class Link(private val context: Context) : NetworkSource {
    override fun current(): NetworkKind {
        val manager = context.platform<ConnectivityManager>()
        val able = manager.getNetworkCapabilities(manager.activeNetwork) ?: return NetworkKind.NO_LINK
        return if (able.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)) NetworkKind.UNMETERED else NetworkKind.METERED
    }
}
