package ma.jawla

import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import ma.jawla.core.GeoPosition
import ma.jawla.core.KeyStore
import ma.jawla.core.NetworkKind
import ma.jawla.core.PositionSource
import ma.jawla.core.SyncBudget
import ma.jawla.core.SyncOutcome

private const val PATIENCE_S = 60L

/** Keys that end with the process. */
class Keys : KeyStore {
    private val kept = ConcurrentHashMap<String, ByteArray>()
    override fun load(name: String) = kept[name]
    override fun save(name: String, bytes: ByteArray) { kept[name] = bytes }
    override fun remove(name: String) { kept.remove(name) }
}

/** Keys in files, for two processes after one another. */
class FileKeys(private val folder: File) : KeyStore {
    init { folder.mkdirs() }
    override fun load(name: String) = File(folder, name).takeIf { it.exists() }?.readBytes()
    override fun save(name: String, bytes: ByteArray) = File(folder, name).writeBytes(bytes)
    override fun remove(name: String) { File(folder, name).delete() }
}

/** Always in the same valley. */
object Valley : PositionSource {
    override fun current(waitMs: UInt) = GeoPosition(328_860_000, -69_060_000, 12u)
}

/** The emulator of bad links, between phones and a server. */
class Link(upstream: String) : AutoCloseable {
    private val process = ProcessBuilder(System.getProperty("jawla.link"), upstream)
        .redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val said = process.inputStream.bufferedReader()

    /** Where phones connect. */
    val address = checkNotNull(said.readLine()) { "the link did not start" }.removePrefix("link ")

    /** `lan`, `edge`, `off`, `cut`, `count`: what the emulator answers. */
    fun order(word: String): String {
        process.outputStream.write("$word\n".toByteArray())
        process.outputStream.flush()
        return checkNotNull(said.readLine()) { "the link ended" }.also { check(!it.startsWith("unknown")) { it } }
    }

    override fun close() {
        process.destroyForcibly().waitFor()
    }
}

/** As many projects as asked for in the commune of the tests, made of the demonstration's. */
fun manyProjects(count: Int, file: File): File {
    val lines = File(System.getProperty("jawla.root"), "data/demo-projects.csv").readLines()
    val ours = lines.drop(1).filter { COMMUNE in it }.map { it.split(';') }
    val made = (0 until count).map { number ->
        val cells = ours[number % ours.size].toMutableList()
        cells[0] = "KHO-2026-P9-%04d".format(number)
        cells[1] = "Ouvrage %04d [démonstration]".format(number)
        cells.joinToString(";")
    }
    return file.apply { writeText((listOf(lines[0]) + made).joinToString("\n")) }
}

const val COMMUNE = "053110507"

/** A real server process with these projects, the demonstration's unless said, perhaps behind a link. */
class Server(projects: File = File("data/demo-projects.csv"), linked: Boolean = false) : AutoCloseable {
    private val program = System.getProperty("jawla.program")
    private val root = File(System.getProperty("jawla.root"))
    private val data: File = Files.createTempDirectory("jawla-kotlin").toFile()
    private val process: Process

    /** The link in front of it. */
    val link: Link?

    init {
        val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
        link = if (linked) Link("127.0.0.1:$port") else null
        process = ProcessBuilder(
            program, "serve", "--data", data.path, "--listen", "127.0.0.1:$port", "--local", "127.0.0.1:0",
            "--public-url", "https://" + (link?.address ?: "127.0.0.1:$port"),
        ).directory(root).redirectErrorStream(true).start()
        val ready = CompletableFuture<Unit>()
        Thread {
            val said = StringBuilder()
            process.inputStream.bufferedReader().forEachLine { line ->
                said.append(line).append('\n')
                if ("bureau, sur cette machine" in line) ready.complete(Unit)
            }
            ready.completeExceptionally(IllegalStateException("the server ended: $said"))
        }.apply { isDaemon = true }.start()
        ready.get(PATIENCE_S, TimeUnit.SECONDS)
        run("import", "projects", projects.path, "--demonstration", "--data", data.path)
    }

    fun invitation(name: String): String {
        val said = run("invite", "--data", data.path, "--scope", COMMUNE, "--role", "team_lead", "--name", name)
        return checkNotNull(Regex("jawla1:\\S+").find(said)) { said }.value
    }

    private fun run(vararg words: String): String {
        val done = ProcessBuilder(program, *words).directory(root).redirectErrorStream(true).start()
        val said = done.inputStream.bufferedReader().readText()
        check(done.waitFor(PATIENCE_S, TimeUnit.SECONDS) && done.exitValue() in setOf(0, 3)) { said }
        return said
    }

    override fun close() {
        link?.close()
        process.destroyForcibly().waitFor()
        data.deleteRecursively()
    }
}

/** Opened, enrolled and synchronised once over a free link. */
suspend fun enrolled(server: Server, folder: Path, name: String, keys: KeyStore = Keys()): Store {
    val store = Store.open(folder, keys, position = Valley)
    store.setNetwork(NetworkKind.UNMETERED)
    store.enrol(server.invitation(name), name)
    val report = store.synchronise(SyncBudget())
    check(report.outcome == SyncOutcome.COMPLETE) { report.toString() }
    return store
}
