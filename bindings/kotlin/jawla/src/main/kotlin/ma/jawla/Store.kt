package ma.jawla

import java.nio.file.Path
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import ma.jawla.core.Clock
import ma.jawla.core.ExchangeMode
import ma.jawla.core.FieldStore
import ma.jawla.core.FieldStoreInterface
import ma.jawla.core.FieldValue
import ma.jawla.core.FieldWritten
import ma.jawla.core.JawlaException
import ma.jawla.core.KeyStore
import ma.jawla.core.Language
import ma.jawla.core.NetworkSource
import ma.jawla.core.OpenOptions
import ma.jawla.core.PageRequest
import ma.jawla.core.PlatformServices
import ma.jawla.core.PositionSource
import ma.jawla.core.ProjectFilter
import ma.jawla.core.ProjectSummary
import ma.jawla.core.SecureRandom
import ma.jawla.core.SyncBudget
import ma.jawla.core.SyncProgress
import ma.jawla.core.SyncReport
import ma.jawla.core.VisitFilter
import ma.jawla.core.VisitWithProject

private const val PAGE = 200u

/** A field to be written: lines, notes, codes, days. */
fun text(key: String, value: String) = FieldWritten(key, FieldValue.Text(value))

/** A field to be written: whole numbers, in the unit that the field's name ends with. */
fun whole(key: String, value: Long) = FieldWritten(key, FieldValue.Whole(value))

/** What a synchronisation tells as it goes. */
sealed interface SyncEvent {
    /** How far it is; figures only rise, but for what is left. */
    data class Going(val progress: SyncProgress) : SyncEvent

    /** How it ended: the last event. */
    data class Ended(val report: SyncReport) : SyncEvent
}

/**
 * A device's store. Every call of the library is one of this object (by delegation); what follows
 * are those that Kotlin makes shorter.
 *
 * All calls suspend and block no thread of the caller. Cancelling a coroutine cancels its call: an
 * order is then done or was never begun. What a call answered is on disk. Errors are
 * [JawlaException], sorted by what can be done. One store per folder and process; [close] it.
 */
class Store private constructor(private val core: FieldStore) : FieldStoreInterface by core, AutoCloseable {
    /** Every project that passes, read page by page as it is collected. */
    fun everyProject(filter: ProjectFilter = ProjectFilter()): Flow<ProjectSummary> = flow {
        var offset: UInt? = 0u
        while (offset != null) {
            val page = core.projects(filter, PageRequest(offset, PAGE))
            for (row in page.rows) emit(row)
            offset = page.nextOffset
        }
    }

    /** Every visit that passes, read page by page as it is collected. */
    fun everyVisit(filter: VisitFilter = VisitFilter()): Flow<VisitWithProject> = flow {
        var offset: UInt? = 0u
        while (offset != null) {
            val page = core.visits(filter, PageRequest(offset, PAGE))
            for (row in page.rows) emit(row)
            offset = page.nextOffset
        }
    }

    /** A synchronisation as it goes. It begins when collected, and is cancelled with its collector. */
    fun synchronisation(budget: SyncBudget = SyncBudget()): Flow<SyncEvent> = flow {
        val run = core.beginSynchronisation(budget)
        try {
            while (true) emit(SyncEvent.Going(run.next() ?: break))
            emit(SyncEvent.Ended(run.finish()))
        } finally {
            run.cancel()
            run.close()
        }
    }

    /** The names of what changed from now on; ends when the store is closed. */
    fun changes(): Flow<List<String>> = flow {
        var serial = core.changeSerial()
        while (true) {
            val changed = try {
                core.changesAfter(serial)
            } catch (_: JawlaException.Closed) {
                return@flow
            }
            serial = changed.serial
            emit(changed.names)
        }
    }

    /**
     * Closes the store and waits until it is; a second time does nothing. Calls that come later are
     * [JawlaException.Closed]; the handle itself goes with the garbage.
     */
    suspend fun end() = withContext(NonCancellable) {
        if (!core.isClosed()) core.closeStore()
    }

    /** [end] for whoever may block: `use` blocks in tests and scripts. */
    override fun close() = runBlocking(Dispatchers.Default) { end() }

    companion object {
        /**
         * Opens the store in [folder], or makes it.
         *
         * @throws JawlaException as [FieldStore.open].
         */
        suspend fun open(
            folder: Path,
            keys: KeyStore,
            exchange: ExchangeMode = ExchangeMode.WHEN_ASKED,
            language: Language? = null,
            referenceJson: String? = null,
            clock: Clock? = null,
            random: SecureRandom? = null,
            network: NetworkSource? = null,
            position: PositionSource? = null,
        ): Store {
            val options = OpenOptions(folder.toString(), exchange, language, referenceJson)
            return Store(FieldStore.open(options, PlatformServices(keys, clock, random, network, position)))
        }
    }
}
