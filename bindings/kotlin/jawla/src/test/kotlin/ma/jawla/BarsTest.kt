package ma.jawla

import java.nio.file.Path
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import ma.jawla.core.HttpRequest
import ma.jawla.core.PageRequest
import ma.jawla.core.ProjectFilter
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

private const val PROJECTS = 2_000

/** How often each thing is measured: more where figures are to be reported. */
private val ROUNDS = System.getProperty("jawla.rounds", "40").toInt()

/**
 * What calls cost through this layer, on a store of 2,000 projects. The figures are printed; here only
 * their proportions are judged, since a test run shares its machine. `cargo xtask bench bindings` takes
 * them on the release library.
 */
class BarsTest {
    @TempDir
    lateinit var folder: Path

    /** Median of what `work` takes, in microseconds. */
    private suspend fun microseconds(name: String, bar: String, work: suspend () -> Unit): Double {
        repeat(ROUNDS) { work() }
        val taken = (0 until ROUNDS * 2).map {
            val begun = System.nanoTime()
            work()
            System.nanoTime() - begun
        }.sorted()
        val (median, slow) = taken[taken.size / 2] / 1e3 to taken[taken.size * 95 / 100] / 1e3
        println("%-44s median %9.1f us, p95 %9.1f us   %s".format(name, median, slow, bar))
        return median
    }

    @Test
    fun twoThousandProjects() = runBlocking {
        Server(manyProjects(PROJECTS, folder.resolve("projects.csv").toFile())).use { server ->
            enrolled(server, folder.resolve("A"), "A").use { store ->
                assertEquals(PROJECTS, store.everyProject().toList().map { it.document }.toSet().size)
                val found = store.projects(ProjectFilter(text = "ouvrage 1234"), PageRequest())
                assertEquals(listOf("KHO-2026-P9-1234"), found.rows.map { it.codeDas })
                val document = found.rows[0].document

                microseconds("a call that looks at memory", "bar 100 us") { store.changeSerial() }
                microseconds("a call that reads the store", "") { store.maySynchronise() }
                val list = { offset: Int, rows: Int ->
                    suspend { assertEquals(rows, store.projects(ProjectFilter(), PageRequest(offset.toUInt(), rows.toUInt())).rows.size) }
                }
                val fifty = microseconds("list of 50 projects", "bar 2,000 us", list(0, 50))
                val last = microseconds("list of the last 50 of 2,000", "", list(PROJECTS - 50, 50))
                val more = microseconds("list of 200 projects", "", list(0, 200))
                microseconds("search in 2,000 projects", "") { store.projects(ProjectFilter(text = "ouvrage 12"), PageRequest()) }
                microseconds("sheet of a project", "") { store.project(document) }
                val page = { path: String ->
                    suspend {
                        val answer = store.http(HttpRequest("GET", path))
                        assertEquals(200, answer.status.toInt())
                    }
                }
                val pages = microseconds("page of 50 projects by http()", "", page("/projets?tri=titre"))
                microseconds("the last page of 50", "", page("/projets?tri=titre&debut=1950"))
                microseconds("200 rows by http(): four pages", "bar 2,000 us") {
                    for (from in 0 until 200 step 50) page("/projets?tri=titre&debut=$from")()
                }
                assertTrue(more < fifty * 16, "200 rows cost $more us, 50 cost $fifty us")
                assertTrue(last < fifty * 16, "the last page costs $last us, the first $fifty us")
                assertTrue(pages < fifty * 100, "a page costs $pages us, its list $fifty us")
            }
        }
    }
}
