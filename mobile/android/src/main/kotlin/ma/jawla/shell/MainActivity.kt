package ma.jawla.shell

import android.Manifest
import android.annotation.SuppressLint
import android.app.Activity
import android.app.AlertDialog
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.print.PrintAttributes
import android.print.PrintManager
import android.provider.Settings
import android.view.View
import android.webkit.WebMessage
import android.webkit.WebMessagePort
import android.webkit.WebView
import android.widget.FrameLayout
import java.util.concurrent.Executors
import kotlinx.coroutines.runBlocking
import ma.jawla.core.JawlaException

private const val WEB_VIEW_MAJOR_MIN = 111
private const val NOTIFY_PERMISSION = 22

/** The one screen: the pages, and what they borrow of the phone. */
class MainActivity : Activity() {
    lateinit var view: WebView
        private set
    internal lateinit var lock: Lock
        private set
    private lateinit var camera: Camera
    private lateinit var position: Position
    private val work = Executors.newFixedThreadPool(4)
    private var port: WebMessagePort? = null
    private var photoReply: ((Result<Unit>) -> Unit)? = null
    private var scanReply: ((Result<String>) -> Unit)? = null
    val bridge = Bridge(this, ::say)
    private val changes: (List<String>) -> Unit = { names ->
        runOnUiThread { bridge.changed(names) }
        if (names.any { it.startsWith("settings") }) work.execute { Speech.follow(this) }
    }

    override fun attachBaseContext(base: Context) = super.attachBaseContext(Speech.of(base))

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        if (!isWebViewRecent()) {
            val newer = Intent(Intent.ACTION_VIEW, Uri.parse("market://details?id=com.google.android.webview"))
            return tell(R.string.app, R.string.old_web_view, R.string.update, R.string.close, newer, ::finish)
        }
        camera = Camera(this)
        position = Position(this) { bridge }
        view = WebView(this)
        val cover = View(this).apply { setBackgroundColor(getColor(R.color.paper)) }
        setContentView(FrameLayout(this).apply { addView(view); addView(cover) })
        lock = Lock(this, cover) {
            val settings = Intent(Settings.ACTION_SECURITY_SETTINGS)
            tell(R.string.no_code_title, R.string.no_code_why, R.string.set_code, R.string.later, settings) {}
        }
        prepare(view)
        Core.listeners.add(changes)
        SyncJob.plan(this)
        view.loadUrl(HOME + (saved?.getString("path") ?: pathOf(intent)).removePrefix("/"))
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        view.loadUrl(HOME + pathOf(intent).removePrefix("/"))
    }

    override fun onResume() {
        super.onResume()
        if (!::lock.isInitialized) return
        lock.enter()
        view.onResume()
        work.execute { runBlocking { Core.open(this@MainActivity).setNetwork(Link(this@MainActivity).current()) } }
    }

    override fun onPause() {
        if (::lock.isInitialized) {
            lock.leave()
            position.stop()
            view.onPause()
        }
        super.onPause()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        if (::view.isInitialized) view.url?.let { out.putString("path", it.removePrefix(HOME)) }
    }

    override fun onDestroy() {
        Core.listeners.remove(changes)
        work.shutdown()
        if (::view.isInitialized) view.destroy()
        super.onDestroy()
    }

    @Deprecated("the platform's own way until version 36")
    override fun onBackPressed() {
        if (view.canGoBack()) view.goBack() else moveTaskToBack(true)
    }

    @Deprecated("the platform's own way without further libraries")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        when (request) {
            UNLOCK -> lock.answered(result == RESULT_OK)
            CAMERA, GALLERY -> work.execute { photoCame(request, result == RESULT_OK, data) }
            SCAN -> work.execute { codeCame(result == RESULT_OK) }
        }
    }

    override fun onRequestPermissionsResult(request: Int, names: Array<out String>, results: IntArray) {
        if (request == POSITION_PERMISSION) position.answered()
    }

    /** Opens the camera or the gallery; [reply] is told when the core has the photo, or why not. */
    fun photo(wanted: PhotoWanted, reply: (Result<Unit>) -> Unit) {
        photoReply = reply
        camera.open(wanted)
    }

    /** Opens the camera for a QR code and answers what it says. */
    fun scan(reply: (Result<String>) -> Unit) {
        scanReply = reply
        camera.openForCode()
    }

    /** Begins or ends telling the page where the phone is. */
    fun position(on: Boolean, reply: (Result<Unit>) -> Unit) = runOnUiThread { position.watch(on, reply) }

    /** Prints the page that is shown, by the platform. */
    fun print() = runOnUiThread {
        val name = view.title ?: getString(R.string.app)
        platform<PrintManager>().print(name, view.createPrintDocumentAdapter(name), PrintAttributes.Builder().build())
    }

    /** Offers a text to the phone's other apps. */
    fun share(title: String, text: String) {
        val intent = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_SUBJECT, title).putExtra(Intent.EXTRA_TEXT, text)
        startActivity(Intent.createChooser(intent, title))
    }

    /** Takes over a photo; what was asked for survives the end of this process. */
    fun photoCame(request: Int, taken: Boolean, data: Intent?) {
        val wanted = camera.pending()
        val reply = photoReply ?: {}
        photoReply = null
        val file = if (taken) camera.picture(request, data) else null
        if (wanted == null || file == null) return reply(Result.failure(Refusal("cancelled")))
        reply(
            runCatching {
                runBlocking { Core.open(this@MainActivity).addPhoto(wanted.document, wanted.visit, file.path, wanted.role) }
                file.delete()
                Unit
            }.recoverCatching { throw Refusal("failed", sentenceOf(it)) },
        )
    }

    private fun codeCame(taken: Boolean) {
        val reply = scanReply ?: return
        scanReply = null
        val text = if (taken) codeIn(Camera.shot(this)) else null
        Camera.shot(this).delete()
        reply(if (text == null) Result.failure(Refusal("cancelled", getString(R.string.no_code))) else Result.success(text))
    }

    private fun say(text: String) = runOnUiThread { port?.postMessage(WebMessage(text)) }

    @SuppressLint("SetJavaScriptEnabled")
    private fun prepare(view: WebView) {
        view.settings.apply {
            javaScriptEnabled = true
            domStorageEnabled = true
            allowFileAccess = false
            allowContentAccess = false
            setGeolocationEnabled(false)
            userAgentString = "$userAgentString JawlaShell/1 (android)"
        }
        view.setWebViewClient(Pages(this, ::connect))
    }

    /** Hands the page its port; each page gets its own. */
    private fun connect(view: WebView) {
        port?.close()
        val (mine, theirs) = view.createWebMessageChannel().let { it[0] to it[1] }
        mine.setWebMessageCallback(object : WebMessagePort.WebMessageCallback() {
            override fun onMessage(port: WebMessagePort, message: WebMessage?) {
                message?.data?.let { text -> work.execute { bridge.hear(text) } }
            }
        })
        port = mine
        view.postWebMessage(WebMessage("jawla", arrayOf(theirs)), Uri.parse("https://$HOST"))
        askForNotifications(view.url)
    }

    /** A path of our own that a notification names, or the invitation that a link is. */
    private fun pathOf(intent: Intent?): String {
        val link = intent?.data
        if (link?.scheme == "jawla1") return "/entree?invitation=" + Uri.encode(link.toString())
        return intent?.getStringExtra("path")?.takeIf { it.startsWith("/") && !it.startsWith("//") } ?: "/"
    }

    private fun sentenceOf(fault: Throwable): String? {
        val sentences = when (fault) {
            is JawlaException.FixInput -> fault.sentenceFr to fault.sentenceAr
            is JawlaException.AskPerson -> fault.sentenceFr to fault.sentenceAr
            is JawlaException.Wait -> fault.sentenceFr to fault.sentenceAr
            else -> return null
        }
        return if (resources.configuration.locales[0].language == "ar") sentences.second else sentences.first
    }

    private fun askForNotifications(url: String?) {
        val permission = Manifest.permission.POST_NOTIFICATIONS
        if (Build.VERSION.SDK_INT < 33 || url?.endsWith("/a-faire") != true) return
        if (checkSelfPermission(permission) != PackageManager.PERMISSION_GRANTED) requestPermissions(arrayOf(permission), NOTIFY_PERMISSION)
    }

    private fun isWebViewRecent(): Boolean {
        if (Build.VERSION.SDK_INT < 26) return true
        val major = WebView.getCurrentWebViewPackage()?.versionName?.substringBefore('.')?.toIntOrNull()
        return major == null || major >= WEB_VIEW_MAJOR_MIN
    }

    /** Says something and offers the place where it can be helped; not every phone has it. */
    private fun tell(title: Int, words: Int, yes: Int, no: Int, place: Intent, after: () -> Unit) {
        AlertDialog.Builder(this).setTitle(title).setMessage(words)
            .setPositiveButton(yes) { _, _ -> runCatching { startActivity(place) } }
            .setNegativeButton(no, null)
            .setOnDismissListener { after() }
            .show()
    }
}
