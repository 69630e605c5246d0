package ma.jawla.shell

import android.app.LocaleManager
import android.content.Context
import android.content.res.Configuration
import android.os.Build
import android.os.LocaleList
import kotlinx.coroutines.runBlocking
import ma.jawla.core.Language

/** The shell's own questions and notices come in the language that the person chose in the pages. */
object Speech {
    private fun kept(context: Context) = context.getSharedPreferences("language", Context.MODE_PRIVATE)

    /** Keeps what was chosen; the platform is told where it can be. Not for the main thread. */
    fun follow(context: Context) {
        val chosen = runBlocking { Core.open(context).status().settings.language } ?: return
        val tag = if (chosen == Language.AR) "ar-MA" else "fr-MA"
        kept(context).edit().putString("tag", tag).apply()
        if (Build.VERSION.SDK_INT >= 33) {
            context.platform<LocaleManager>().applicationLocales = LocaleList.forLanguageTags(tag)
        }
    }

    /** The same context, its texts in that language: before Android 13 the platform does not do it. */
    fun of(context: Context): Context {
        val tag = kept(context).getString("tag", null) ?: return context
        val spoken = Configuration(context.resources.configuration).apply { setLocales(LocaleList.forLanguageTags(tag)) }
        return context.createConfigurationContext(spoken)
    }
}
