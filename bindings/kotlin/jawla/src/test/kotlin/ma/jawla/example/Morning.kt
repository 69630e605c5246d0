package ma.jawla.example

import java.nio.file.Path
import ma.jawla.Store
import ma.jawla.SyncEvent
import ma.jawla.core.KeyStore
import ma.jawla.core.NetworkKind

suspend fun morning(folder: Path, keys: KeyStore, invitation: String) {
    Store.open(folder, keys).use { store ->
        store.setNetwork(NetworkKind.UNMETERED)
        store.enrol(invitation, "phone")
        store.synchronisation().collect { event ->
            if (event is SyncEvent.Ended) println("${event.report.progress.bytesDown} bytes")
        }
        store.everyProject().collect { println(it.titleFr) }
    }
}
