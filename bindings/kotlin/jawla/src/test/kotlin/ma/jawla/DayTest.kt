package ma.jawla

import java.awt.image.BufferedImage
import java.io.File
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import javax.imageio.ImageIO
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import ma.jawla.example.morning
import ma.jawla.core.ChangeObserver
import ma.jawla.core.FieldValue
import ma.jawla.core.JawlaException
import ma.jawla.core.NetworkKind
import ma.jawla.core.PageRequest
import ma.jawla.core.PhotoRole
import ma.jawla.core.ProjectFilter
import ma.jawla.core.RecordWord
import ma.jawla.core.SyncBudget
import ma.jawla.core.SyncOutcome
import ma.jawla.core.VisitFilter
import ma.jawla.core.VisitKind
import ma.jawla.core.WhyWaiting
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

private const val CANARY = "Canari-Zoubaida-7731"

/** A day in the field, and what goes wrong in one: the real library, a real server. */
class DayTest {
    @TempDir
    lateinit var folder: Path

    private fun photo(seed: Int): String {
        val picture = BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB)
        for (x in 0 until 640) for (y in 0 until 480) picture.setRGB(x, y, (x * 97 + y * (31 + seed)) and 0xFFFFFF)
        val file = folder.resolve("$seed.jpg").toFile()
        check(ImageIO.write(picture, "jpg", file))
        return file.path
    }

    private suspend fun finishedVisit(store: Store, document: String, note: String): String {
        val visit = store.beginVisit(document, VisitKind.FOLLOW_UP)
        store.savePart(document, visit, listOf(text("site_state", "actif"), whole("progress_bp", 4_200), text("note", note)))
        store.takePosition(document, visit, 100u)
        for (seed in 0..1) store.addPhoto(document, visit, photo(seed), PhotoRole.OVERVIEW)
        store.finishVisit(document, visit)
        return visit
    }

    private fun filesBelow(folder: Path) = folder.toFile().walkTopDown().filter { it.isFile }.toList()

    private fun assertNoneHolds(word: String, folder: Path) {
        val files = filesBelow(folder)
        assertTrue(files.size > 2)
        for (file in files) assertFalse(word in file.readText(Charsets.ISO_8859_1), file.name)
    }

    private suspend fun project(store: Store, number: Int = 0) =
        store.projects(ProjectFilter(), PageRequest()).rows[number].document

    private fun <T> refused(kind: Class<T>, work: suspend () -> Unit): T where T : Throwable {
        val fault = runCatching { runBlocking { work() } }.exceptionOrNull()
        assertTrue(kind.isInstance(fault), "$fault")
        return kind.cast(fault)
    }

    @Test
    fun aDayInTheField() = runBlocking {
        val keys = Keys()
        val at = folder.resolve("A")
        val store = enrolled(server, at, "A", keys)
        val projects = store.everyProject().toList()
        assertTrue(projects.size > 3)
        val document = projects[0].document
        val draft = store.beginVisit(document, VisitKind.FOLLOW_UP)
        val wrong = refused(JawlaException.FixInput::class.java) {
            store.savePart(document, draft, listOf(whole("progress_bp", 10_001)))
        }
        assertEquals("value_out_of_bounds" to "progress_bp", wrong.code to wrong.field)
        val broken = refused(JawlaException.FixInput::class.java) { store.finishVisit(document, draft) }
        assertTrue(broken.violations.isNotEmpty() && broken.violations.all { it.sentenceAr.isNotEmpty() })
        store.deleteDraft(document, draft)

        val visit = finishedVisit(store, document, CANARY)
        assertTrue(store.outgoing().any { it.visit == visit })
        val events = store.synchronisation().toList()
        val report = (events.last() as SyncEvent.Ended).report
        assertEquals(SyncOutcome.COMPLETE, report.outcome)
        assertTrue(report.progress.requests >= 1u && report.progress.bytesUp > 0u)
        assertTrue(store.outgoing().isEmpty())
        // While the store is open its write-ahead log is there too.
        assertTrue(filesBelow(at).any { it.name.endsWith("-wal") })
        assertNoneHolds(CANARY, at)
        assertEquals(RecordWord.RECEIVED, store.visit(document, visit).word)
        assertEquals(listOf(visit), store.everyVisit(VisitFilter(own = true)).toList().map { it.visit.visit })

        store.saveProjectField(document, "place", FieldValue.Text("Douar Aït Ali"))
        store.leave(document)
        val newest = store.history(document, PageRequest()).rows[0]
        assertTrue(newest.undoable)
        store.undo(document, newest.change)
        store.end()
        store.end()
        refused(JawlaException.Closed::class.java) { store.status() }

        Store.open(at, keys).use { again ->
            assertEquals(RecordWord.RECEIVED, runBlocking { again.visit(document, visit) }.word)
        }
        assertNoneHolds(CANARY, at)
        refused(JawlaException::class.java) { Store.open(at, Keys()) }
        Unit
    }

    @Test
    fun twoPhonesDisagreeAndOneTapSettles() = runBlocking {
        val one = enrolled(server, folder.resolve("B"), "B")
        val two = enrolled(server, folder.resolve("C"), "C")
        val document = project(one, 1)
        for ((store, name) in listOf(one to "Douar Haut", two to "Douar Bas")) {
            store.saveProjectField(document, "place", FieldValue.Text(name))
            store.leave(document)
        }
        for (store in listOf(one, two, one)) store.synchronise(SyncBudget())
        val row = one.disagreements(document, PageRequest()).rows.single()
        assertEquals(2, row.values.size)
        val seen = row.values.map { it.change }
        val stale = refused(JawlaException.FixInput::class.java) {
            one.settle(document, row.path, row.values[0].value, seen.take(1))
        }
        assertEquals("changed", stale.code)
        one.settle(document, row.path, row.values[0].value, seen)
        for (store in listOf(one, two)) {
            store.synchronise(SyncBudget())
            assertEquals(0uL, store.disagreements(document, PageRequest()).total)
        }
        one.end()
        two.end()
    }

    @Test
    fun aDayOverEdge() = runBlocking {
        Server(linked = true).use { slow ->
            val link = checkNotNull(slow.link)
            link.order("edge")
            val at = folder.resolve("H")
            val keys = Keys()
            val store = enrolled(slow, at, "H", keys)
            val document = project(store)
            val visit = finishedVisit(store, document, "Noté sans réseau, envoyé par EDGE")
            store.setNetwork(NetworkKind.METERED)
            val texts = store.synchronise(SyncBudget())
            assertEquals(SyncOutcome.COMPLETE, texts.outcome)
            assertEquals(RecordWord.RECEIVED, store.visit(document, visit).word)
            assertEquals(listOf(WhyWaiting.WAITS_FOR_FREE_LINK), store.outgoing().map { it.why })
            // The link has a round trip of 600 ms: nothing here is faster than the emulator.
            assertTrue(texts.tookMs >= 600u, "$texts")

            // The province's network, cut on the way: photos go on where they were.
            link.order("lan")
            store.setNetwork(NetworkKind.UNMETERED)
            val events = store.synchronisation().onEach { if (it is SyncEvent.Going) link.order("cut") }.toList()
            store.synchronise(SyncBudget())
            assertTrue(events.last() is SyncEvent.Ended)
            assertTrue(store.outgoing().isEmpty())
            store.end()
            Store.open(at, keys).use { again ->
                assertEquals(RecordWord.RECEIVED, runBlocking { again.visit(document, visit) }.word)
            }
            println("EDGE, texts and thumbnails of a visit: ${texts.progress}, ${texts.tookMs} ms; ${link.order("count")}")
        }
    }

    @Test
    fun fiftyCallsAtOnceAndCancelling() = runBlocking {
        enrolled(server, folder.resolve("D"), "D").use { store ->
            val document = project(store)
            val sheets = (0 until 50).map { async(Dispatchers.Default) { store.project(document) } }.awaitAll()
            assertEquals(1, sheets.map { it.project.document }.toSet().size)
            val going = launch(start = CoroutineStart.UNDISPATCHED) { store.synchronise(SyncBudget()) }
            going.cancelAndJoin()
            store.synchronisation().first()
            assertEquals(SyncOutcome.COMPLETE, store.synchronise(SyncBudget()).outcome)
        }
    }

    @Test
    fun changesAreHeardOnAnotherThreadAndInAFlow() = runBlocking {
        val store = enrolled(server, folder.resolve("E"), "E")
        val document = project(store)
        val threads = CopyOnWriteArrayList<Thread>()
        val heard = CountDownLatch(1)
        val subscription = store.observe(object : ChangeObserver {
            override fun changed(names: List<String>) {
                threads += Thread.currentThread()
                if ("project:$document" in names) heard.countDown()
            }
        })
        val flow = async(start = CoroutineStart.UNDISPATCHED) {
            store.changes().first { "project:$document" in it }
        }
        store.saveProjectField(document, "place", FieldValue.Text("Ici"))
        store.leave(document)
        assertTrue(heard.await(30, TimeUnit.SECONDS))
        withTimeout(30_000) { flow.await() }
        assertNotEquals(Thread.currentThread(), threads.first())
        subscription.stop()
        val ended = async(start = CoroutineStart.UNDISPATCHED) { store.changes().toList() }
        store.end()
        withTimeout(30_000) { ended.await() }
        Unit
    }

    @Test
    fun aProcessThatIsKilledLosesNothingThatWasAnswered() = runBlocking {
        val at = folder.resolve("F")
        val keys = FileKeys(folder.resolve("keys").toFile())
        val store = enrolled(server, at, "F", keys)
        val document = project(store)
        val visit = store.beginVisit(document, VisitKind.FOLLOW_UP)
        store.end()
        val child = ProcessBuilder(
            File(System.getProperty("java.home"), "bin/java").path, "-cp", System.getProperty("java.class.path"),
            "-Djna.library.path=${System.getProperty("jna.library.path")}", "ma.jawla.TypistKt",
            at.toString(), folder.resolve("keys").toString(), document, visit,
        ).redirectErrorStream(true).start()
        val answered = child.inputStream.bufferedReader().lineSequence().first { it.startsWith("answered 20") }
        child.destroyForcibly().waitFor()
        assertEquals("answered 20", answered)
        Store.open(at, keys).use { again ->
            val note = again.visit(document, visit).fields.single { it.key == "note" }.value as FieldValue.Text
            val number = note.text.substringAfter("mot ").toInt()
            assertTrue(number >= 20, note.text)
        }
    }

    @Test
    fun theExampleOfTheReadmeRuns() = runBlocking {
        val root = File(System.getProperty("jawla.root"), "bindings/kotlin")
        val example = root.resolve("README.md").readText().substringAfter("```kotlin\n").substringBefore("```")
        val compiled = root.resolve("jawla/src/test/kotlin/ma/jawla/example/Morning.kt").readText()
        assertEquals(compiled.substringAfter("package ma.jawla.example\n\n"), example)
        morning(folder.resolve("I"), Keys(), server.invitation("I"))
    }

    @Test
    fun wrongInputIsTold() = runBlocking {
        Store.open(folder.resolve("G"), Keys()).use { store ->
            val none = refused(JawlaException.FixInput::class.java) { store.enrol("rien", "G") }
            assertEquals("not_an_invitation", none.code)
            refused(JawlaException.EnrolAgain::class.java) { store.synchronise(SyncBudget()) }
            refused(JawlaException.FixInput::class.java) { store.project("zz") }
            val twice = refused(JawlaException.FixInput::class.java) { Store.open(folder.resolve("G"), Keys()) }
            assertEquals("already_open", twice.code)
        }
    }

    companion object {
        private lateinit var server: Server

        @BeforeAll
        @JvmStatic
        fun start() {
            server = Server()
        }

        @AfterAll
        @JvmStatic
        fun stop() = server.close()
    }
}
