package ma.jawla.shell

import android.Manifest
import android.app.Application
import android.app.KeyguardManager
import android.app.LocaleManager
import android.app.NotificationManager
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.pm.ApplicationInfo
import android.graphics.Bitmap
import android.location.Location
import android.location.LocationManager
import android.net.Uri
import android.os.Looper
import android.provider.MediaStore
import android.view.WindowManager
import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.io.File
import javax.imageio.ImageIO
import kotlinx.coroutines.runBlocking
import ma.jawla.core.PageRequest
import ma.jawla.core.PhotoRole
import ma.jawla.core.PlatformFault
import ma.jawla.core.ProjectFilter
import ma.jawla.core.VisitKind
import org.json.JSONArray
import org.json.JSONObject
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The shell on the platform's own classes, with the real library behind it. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class ShellTest {
    private val app: Application get() = RuntimeEnvironment.getApplication()

    @Before
    fun freshKeys() = FakeKeys.install()

    @After
    fun closed() = runBlocking { Core.close() }

    private class Wanted(private val address: String, private val main: Boolean = true, private val verb: String = "GET") : WebResourceRequest {
        override fun getUrl(): Uri = Uri.parse(address)
        override fun isForMainFrame() = main
        override fun isRedirect() = false
        override fun hasGesture() = false
        override fun getMethod() = verb
        override fun getRequestHeaders() = mapOf("accept" to "text/html")
    }

    private fun screen(intent: Intent? = null) = Robolectric.buildActivity(MainActivity::class.java, intent).setup()

    private fun load(activity: MainActivity, address: String, main: Boolean = true): WebResourceResponse =
        Pages(activity) {}.shouldInterceptRequest(activity.view, Wanted(address, main))

    private fun text(answer: WebResourceResponse) = answer.data.readBytes().decodeToString()

    private fun settle() = shadowOf(Looper.getMainLooper()).idle()

    @Test
    fun pagesComeOutOfTheCoreAndTheNetworkIsNotAsked() {
        val activity = screen().get()
        assertEquals(HOME, shadowOf(activity.view).lastLoadedUrl)
        val led = text(load(activity, HOME))
        assertTrue(led, "location.replace" in led)
        val entrance = load(activity, HOME + "entree")
        assertEquals(200, entrance.statusCode)
        assertTrue("<html" in text(entrance))
        val chosen = Core.ask(
            app, "POST", "/langue", listOf("content-type" to "application/x-www-form-urlencoded"),
            "langue=ar&vers=%2Fentree".toByteArray(),
        )
        assertEquals(303, chosen.status.toInt())
        assertTrue("dir=\"rtl\"" in text(load(activity, HOME + "entree")))
        assertEquals(403, load(activity, "https://example.invalid/").statusCode)
        assertEquals(403, load(activity, "http://jawla.local/").statusCode)
        assertEquals(404, load(activity, HOME + "nulle-part").statusCode)
        val sheet = Regex("href=\"(/[^\"]+\\.css[^\"]*)\"").find(text(load(activity, HOME + "entree")))
        val style = load(activity, HOME.dropLast(1) + checkNotNull(sheet).groupValues[1], main = false)
        assertEquals("text/css", style.mimeType)
    }

    @Test
    fun thePageSettingsLetNothingElseIn() {
        val view = screen().get().view
        assertFalse(view.settings.allowFileAccess)
        assertFalse(view.settings.allowContentAccess)
        assertTrue(Pages(app) {}.shouldOverrideUrlLoading(view, Wanted("https://example.invalid/")))
        assertFalse(Pages(app) {}.shouldOverrideUrlLoading(view, Wanted(HOME + "projets")))
    }

    @Test
    fun theContractOfTheBridgeIsKept() {
        val activity = screen().get()
        val said = mutableListOf<JSONObject>()
        val bridge = Bridge(activity) { said.add(JSONObject(it)) }
        val contract = JSONObject(File(System.getProperty("jawla.root"), "mobile/contract/bridge.json").readText())
        val steps = contract.getJSONArray("steps")
        for (index in 0 until steps.length()) {
            val step = steps.getJSONObject(index)
            said.clear()
            bridge.hear(step.getJSONObject("order").toString())
            assertEquals(step.getString("name"), 1, said.size)
            val expected = step.getJSONObject("answer")
            assertTrue("${step.getString("name")}: ${said[0]}", same(expected, said[0]))
        }
        assertTrue(steps.length() >= 9)
        said.clear()
        for (garbage in listOf("", "[", "null", "7", "{\"do\":", "x".repeat(300_000))) bridge.hear(garbage)
        assertEquals(emptyList<JSONObject>(), said)
        bridge.hear("{\"id\":1,\"v\":1,\"do\":{\"a\":[]}}")
        assertEquals("unknown-order", said.single().getJSONObject("fault").getString("code"))
    }

    private fun same(expected: Any?, found: Any?): Boolean = when (expected) {
        "<text>" -> found is String
        "<number>" -> found is Number
        "<list>" -> found is JSONArray
        is JSONObject -> found is JSONObject &&
            expected.keys().asSequence().toSet() == found.keys().asSequence().toSet() - "sentence" &&
            expected.keys().asSequence().all { same(expected.get(it), found.get(it)) }
        is Number -> found is Number && expected.toLong() == found.toLong()
        else -> expected == found
    }

    @Test
    fun aPhotoSurvivesTheEndOfTheAppWhileTheCameraIsOpen() {
        Server().use { server ->
            val store = enrol(app, server)
            val project = runBlocking { store.projects(ProjectFilter(), PageRequest()).rows.first().document }
            val visit = runBlocking { store.beginVisit(project, VisitKind.FOLLOW_UP) }
            val first = screen()
            first.get().photo(PhotoWanted(project, visit, PhotoRole.OVERVIEW, camera = true)) { error("the app was ended: $it") }
            val asked = shadowOf(first.get()).nextStartedActivityForResult
            assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, asked.intent.action)
            @Suppress("DEPRECATION")
            val address = asked.intent.getParcelableExtra<Uri>(MediaStore.EXTRA_OUTPUT)
            assertEquals(PhotoProvider.address(app), address)
            first.pause().stop().destroy()
            runBlocking { Core.close() }

            Camera.shot(app).writeBytes(JPEG)
            val second = screen()
            second.get().photoCame(CAMERA, true, null)
            val form = runBlocking { Core.open(app).visit(project, visit) }
            assertEquals(1, form.photos.size)
            assertFalse(Camera.shot(app).exists())
            second.get().photoCame(CAMERA, true, null)
            assertEquals(1, runBlocking { Core.open(app).visit(project, visit) }.photos.size)

            // What lies on the disk says nothing to who has no key.
            val title = runBlocking { Core.open(app).project(project).project.titleFr }
            runBlocking { Core.close() }
            val files = app.noBackupFilesDir.walkTopDown().filter { it.isFile }.toList()
            assertTrue(files.size > 2)
            for (file in files) assertFalse(file.name, title in file.readText(Charsets.ISO_8859_1))
            FakeKeys.install()
            assertThrows(Exception::class.java) { runBlocking { Core.open(app) } }
        }
    }

    @Test
    fun aRefusedPhotoSaysWhy() {
        val activity = screen().get()
        var answered: Result<Unit>? = null
        activity.photo(PhotoWanted("0".repeat(32), "1".repeat(32), PhotoRole.OVERVIEW, camera = true)) { answered = it }
        activity.photoCame(CAMERA, false, null)
        assertEquals("cancelled", (answered?.exceptionOrNull() as Refusal).code)
        activity.photo(PhotoWanted("0".repeat(32), "1".repeat(32), PhotoRole.OVERVIEW, camera = true)) { answered = it }
        Camera.shot(app).writeText("no photo")
        activity.photoCame(CAMERA, true, null)
        assertEquals("failed", (answered?.exceptionOrNull() as Refusal).code)
    }

    @Test
    fun theProviderHandsOutOneFileAndNothingElse() {
        val listed = app.packageManager.getProviderInfo(ComponentName(app, PhotoProvider::class.java), 0)
        assertFalse(listed.exported)
        val provider = Robolectric.buildContentProvider(PhotoProvider::class.java).create(listed).get()
        provider.openFile(PhotoProvider.address(app), "w").use { assertNotNull(it) }
        for (other in listOf("content://ma.jawla.shell.photos/../store/store.db", "content://ma.jawla.shell.photos/keys")) {
            assertThrows(Exception::class.java) { provider.openFile(Uri.parse(other), "r") }
        }
        assertEquals(0, app.applicationInfo.flags and ApplicationInfo.FLAG_ALLOW_BACKUP)
    }

    @Test
    @Config(qualifiers = "fr")
    fun theShellSpeaksTheLanguageOfThePages() {
        assertEquals("Plus tard", screen().get().getString(R.string.later))
        Core.ask(
            app, "POST", "/langue", listOf("content-type" to "application/x-www-form-urlencoded"),
            "langue=ar&vers=%2Fentree".toByteArray(),
        )
        Speech.follow(app)
        assertEquals("لاحقا", Speech.of(app).getString(R.string.later))
        assertEquals("لاحقا", screen().get().getString(R.string.later))
        assertEquals("ar-MA", app.platform<LocaleManager>().applicationLocales.toLanguageTags())
    }

    @Test
    fun aTextIsShared() {
        val activity = screen().get()
        activity.share("Visite", "Mur nord fissuré")
        val chooser = shadowOf(activity).nextStartedActivity
        @Suppress("DEPRECATION")
        val sent = checkNotNull(chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT))
        assertEquals(Intent.ACTION_SEND to "Mur nord fissuré", sent.action to sent.getStringExtra(Intent.EXTRA_TEXT))
    }

    @Test
    fun aPictureOfTheGalleryIsTakenOver() {
        Server().use { server ->
            val store = enrol(app, server)
            val project = runBlocking { store.projects(ProjectFilter(), PageRequest()).rows.first().document }
            val visit = runBlocking { store.beginVisit(project, VisitKind.FOLLOW_UP) }
            val activity = screen().get()
            var answered: Result<Unit>? = null
            activity.photo(PhotoWanted(project, visit, PhotoRole.DEFECT, camera = false)) { answered = it }
            assertEquals(Intent.ACTION_GET_CONTENT, shadowOf(activity).nextStartedActivityForResult.intent.action)
            val picked = Uri.parse("content://pictures/1")
            shadowOf(app.contentResolver).registerInputStream(picked, JPEG.inputStream())
            activity.photoCame(GALLERY, true, Intent().setData(picked))
            assertTrue("$answered", answered?.isSuccess == true)
            assertEquals("defaut", runBlocking { store.visit(project, visit) }.photos.single().role)
        }
    }

    @Test
    fun secretsAreWrapped() {
        val vault = KeyVault(app)
        assertNull(vault.load("jawla.store-key"))
        val secret = ByteArray(32) { it.toByte() }
        vault.save("jawla.store-key", secret)
        assertArrayEquals(secret, KeyVault(app).load("jawla.store-key"))
        val kept = File(app.noBackupFilesDir, "keys").listFiles().orEmpty().single().readBytes()
        assertFalse(String(secret, Charsets.ISO_8859_1) in String(kept, Charsets.ISO_8859_1))
        FakeKeys.install()
        assertThrows(PlatformFault::class.java) { vault.load("jawla.store-key") }
        vault.remove("jawla.store-key")
        assertNull(vault.load("jawla.store-key"))
    }

    @Test
    fun thePositionIsAskedForAndComesWithItsAccuracy() {
        val activity = screen().get()
        val said = mutableListOf<JSONObject>()
        val bridge = Bridge(activity) { said.add(JSONObject(it)) }
        val position = Position(activity) { bridge }
        var answered: Result<Unit>? = null
        position.watch(true) { answered = it }
        assertTrue(Manifest.permission.ACCESS_FINE_LOCATION in shadowOf(activity).lastRequestedPermission.requestedPermissions)
        position.answered()
        assertEquals("denied", (answered?.exceptionOrNull() as Refusal).code)

        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        val manager = app.platform<LocationManager>()
        for (provider in manager.allProviders) shadowOf(manager).setProviderEnabled(provider, false)
        position.watch(true) { answered = it }
        assertEquals("unavailable", (answered?.exceptionOrNull() as Refusal).code)
        shadowOf(manager).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        position.watch(true) { answered = it }
        assertTrue(answered?.isSuccess == true)
        val fix = Location(LocationManager.GPS_PROVIDER).apply {
            latitude = 32.886
            longitude = -6.906
            accuracy = 12f
            time = System.currentTimeMillis()
            elapsedRealtimeNanos = android.os.SystemClock.elapsedRealtimeNanos()
        }
        shadowOf(manager).simulateLocation(fix)
        settle()
        val event = said.last { it.optString("event") == "position" }
        assertEquals(12.0, event.getDouble("accuracy_m"), 0.001)
        position.stop()
        assertTrue(shadowOf(manager).getRequestLocationUpdateListeners().isEmpty())
    }

    @Test
    fun theJobIsPlannedOnceAndNeedsALink() {
        screen()
        SyncJob.plan(app)
        val planned = app.platform<JobScheduler>().allPendingJobs
        assertEquals(1, planned.size)
        assertTrue(planned[0].isPeriodic && planned[0].isPersisted && planned[0].requiredNetwork != null)
    }

    @Test
    fun theBackgroundExchangeWorks() {
        Server().use { server ->
            enrol(app, server)
            val before = runBlocking { Core.open(app).status().receipt }
            assertNotNull(before)
            runBlocking { SyncJob.exchange(app) }
            assertEquals(0, shadowOf(app.platform<NotificationManager>()).allNotifications.size)
        }
    }

    @Test
    @Config(qualifiers = "ar")
    fun aTaskSentBackIsToldInArabic() = told("زيار")

    @Test
    @Config(qualifiers = "fr")
    fun aTaskSentBackIsToldInFrench() = told("2 visites à corriger")

    private fun told(words: String) {
        SyncJob.tell(app, 2)
        val notice = shadowOf(app.platform<NotificationManager>()).allNotifications.single()
        val title = notice.extras.getCharSequence("android.title").toString()
        assertTrue(title, words in title)
        val intent = shadowOf(notice.contentIntent).savedIntent
        assertEquals("/a-faire", intent.getStringExtra("path"))
    }

    @Test
    fun aLockedPhoneHidesTheScreenUntilItIsOpened() {
        shadowOf(app.platform<KeyguardManager>()).setIsDeviceSecure(true)
        val activity = screen().get()
        val secure = { activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0 }
        assertTrue(secure())
        activity.lock.answered(true)
        assertFalse(secure())
    }

    @Test
    fun aPhoneWithoutACodeIsAdvisedAndOpens() {
        shadowOf(app.platform<KeyguardManager>()).setIsDeviceSecure(false)
        val activity = screen().get()
        assertEquals(0, activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE)
        assertNotNull(org.robolectric.shadows.ShadowDialog.getLatestDialog())
    }

    @Test
    fun linksLeadToThePagesTheyName() {
        val invitation = Intent(Intent.ACTION_VIEW, Uri.parse("jawla1:AbC_-9"))
        assertEquals(HOME + "entree?invitation=jawla1%3AAbC_-9", shadowOf(screen(invitation).get().view).lastLoadedUrl)
        val task = Intent().putExtra("path", "/a-faire")
        assertEquals(HOME + "a-faire", shadowOf(screen(task).get().view).lastLoadedUrl)
        val foreign = Intent().putExtra("path", "//example.invalid/")
        assertEquals(HOME, shadowOf(screen(foreign).get().view).lastLoadedUrl)
    }

    @Test
    fun backGoesBackInThePages() {
        val activity = screen().get()
        shadowOf(activity.view).pushEntryToHistory(HOME)
        shadowOf(activity.view).pushEntryToHistory(HOME + "projets")
        @Suppress("DEPRECATION")
        activity.onBackPressed()
        assertEquals(1, shadowOf(activity.view).goBackInvocations)
    }

    @Test
    fun aCodeIsReadOutOfAPicture() {
        val words = "jawla1:" + "A1b2-_".repeat(40)
        val matrix = QRCodeWriter().encode(words, BarcodeFormat.QR_CODE, 400, 400)
        val pixels = IntArray(400 * 400) { if (matrix.get(it % 400, it / 400)) 0xFF000000.toInt() else 0xFFFFFFFF.toInt() }
        assertEquals(words, codeIn(Bitmap.createBitmap(pixels, 400, 400, Bitmap.Config.ARGB_8888)))
        val blank = IntArray(400 * 400) { 0xFFFFFFFF.toInt() }
        assertNull(codeIn(Bitmap.createBitmap(blank, 400, 400, Bitmap.Config.ARGB_8888)))
    }

    private companion object {
        /** A photo as a camera makes it. */
        val JPEG: ByteArray = ByteArrayOutputStream().also { out ->
            val picture = BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB)
            for (x in 0 until 640) for (y in 0 until 480) picture.setRGB(x, y, (x * 97 + y * 31) and 0xFFFFFF)
            check(ImageIO.write(picture, "jpg", out))
        }.toByteArray()
    }
}
