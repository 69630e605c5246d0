package ma.jawla

import java.io.File
import java.nio.file.Path
import kotlinx.coroutines.runBlocking

/** Types into a draft for ever and says what was answered, until it is killed: store, keys, document, visit. */
fun main(words: Array<String>) = runBlocking {
    val store = Store.open(Path.of(words[0]), FileKeys(File(words[1])))
    for (number in 1..1_000_000) {
        store.savePart(words[2], words[3], listOf(text("note", "mot $number")))
        println("answered $number")
    }
}
