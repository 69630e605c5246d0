package ma.jawla.shell

import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import java.io.File
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec
import kotlinx.coroutines.runBlocking
import ma.jawla.core.NetworkKind
import ma.jawla.core.SyncBudget
import ma.jawla.core.SyncOutcome
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetworkCapabilities

private const val PATIENCE_S = 60L

/** Stands in for the phone's key store, which no JDK has. */
class FakeKeys : Provider("AndroidKeyStore", "1", "stands in for the phone's own") {
    init {
        offer("KeyStore", "AndroidKeyStore") { Store() }
        offer("KeyGenerator", "AES") { Maker() }
    }

    private fun offer(type: String, algorithm: String, make: () -> Any) = putService(
        object : Service(this, type, algorithm, "ma.jawla.shell.FakeKeys", null, null) {
            override fun newInstance(parameter: Any?) = make()
        },
    )

    private class Maker : KeyGeneratorSpi() {
        override fun engineInit(random: SecureRandom?) = Unit
        override fun engineInit(parameters: AlgorithmParameterSpec?, random: SecureRandom?) = Unit
        override fun engineInit(bits: Int, random: SecureRandom?) = Unit
        override fun engineGenerateKey(): SecretKey {
            val made = SecretKeySpec(ByteArray(32).also { SecureRandom().nextBytes(it) }, "AES")
            kept["jawla.wrapping"] = made
            return made
        }
    }

    private class Store : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? = kept[alias]
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit
        override fun engineContainsAlias(alias: String) = alias in kept
        override fun engineIsKeyEntry(alias: String) = alias in kept
        override fun engineSize() = kept.size
        override fun engineAliases(): Enumeration<String> = Collections.enumeration(kept.keys)
        override fun engineDeleteEntry(alias: String) { kept.remove(alias) }
        override fun engineGetCertificateChain(alias: String?): Array<Certificate>? = null
        override fun engineGetCertificate(alias: String?): Certificate? = null
        override fun engineGetCreationDate(alias: String?): Date? = null
        override fun engineSetKeyEntry(alias: String?, key: Key?, password: CharArray?, chain: Array<out Certificate>?) = Unit
        override fun engineSetKeyEntry(alias: String?, key: ByteArray?, chain: Array<out Certificate>?) = Unit
        override fun engineSetCertificateEntry(alias: String?, certificate: Certificate?) = Unit
        override fun engineIsCertificateEntry(alias: String?) = false
        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null
        override fun engineStore(stream: java.io.OutputStream?, password: CharArray?) = Unit
    }

    companion object {
        val kept = mutableMapOf<String, SecretKey>()

        /** Puts a fresh key store in place of the one before. */
        fun install() {
            Security.removeProvider("AndroidKeyStore")
            kept.clear()
            Security.addProvider(FakeKeys())
        }
    }
}

/** A real server process with the demonstration's projects. */
class Server : AutoCloseable {
    private val program = System.getProperty("jawla.program")
    private val root = File(System.getProperty("jawla.root"))
    private val data: File = Files.createTempDirectory("jawla-shell").toFile()
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

    fun invitation(): String {
        val said = run("invite", "--data", data.path, "--scope", "053110507", "--role", "team_lead", "--name", "Essai")
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

/** The link is free, as the platform tells it. */
fun freeLink(context: Context) {
    val manager = context.platform<ConnectivityManager>()
    val able = ShadowNetworkCapabilities.newInstance()
    shadowOf(able).addCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
    shadowOf(manager).setNetworkCapabilities(manager.activeNetwork, able)
}

/** Enrols this process's store and synchronises it once. */
fun enrol(context: Context, server: Server) = runBlocking {
    freeLink(context)
    val store = Core.open(context)
    store.enrol(server.invitation(), "Essai")
    store.setNetwork(NetworkKind.UNMETERED)
    val report = store.synchronise(SyncBudget())
    check(report.outcome == SyncOutcome.COMPLETE) { report.toString() }
    store
}
