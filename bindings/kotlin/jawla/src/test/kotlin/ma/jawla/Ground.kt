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

/** A real server process with the demonstration's projects. */
class Server : AutoCloseable {
    private val program = System.getProperty("jawla.program")
    private val root = File(System.getProperty("jawla.root"))
    private val data: File = Files.createTempDirectory("jawla-kotlin").toFile()
    private val process: Process

    init {
        val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
        process = ProcessBuilder(
            program, "serve", "--data", data.path, "--listen", "127.0.0.1:$port", "--local", "127.0.0.1:0",
            "--public-url", "https://127.0.0.1:$port",
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
        run("import", "projects", "data/demo-projects.csv", "--demonstration", "--data", data.path)
    }

    fun invitation(name: String): String {
        val said = run("invite", "--data", data.path, "--scope", "053110507", "--role", "team_lead", "--name", name)
        return checkNotNull(Regex("jawla1:\\S+").find(said)) { said }.value
    }

    private fun run(vararg words: String): String {
        val done = ProcessBuilder(program, *words).directory(root).redirectErrorStream(true).start()
        val said = done.inputStream.bufferedReader().readText()
        check(done.waitFor(PATIENCE_S, TimeUnit.SECONDS) && done.exitValue() in setOf(0, 3)) { said }
        return said
    }

    override fun close() {
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
