package ma.jawla.shell

import android.app.Activity
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.MediaStore
import java.io.File
import java.io.FileNotFoundException
import java.nio.channels.Channels
import ma.jawla.core.PhotoRole

const val CAMERA = 11
const val GALLERY = 12
const val SCAN = 13
private const val PICTURE_BYTES_MAX = 64L * 1024 * 1024

/**
 * Photos by the platform's own camera. What was asked for is written down before the camera opens,
 * because a small phone may end this process while the camera is in front.
 */
class Camera(private val activity: Activity) {
    private val asked = activity.getSharedPreferences("camera", Context.MODE_PRIVATE)

    /** Opens the camera, or the gallery. */
    fun open(wanted: PhotoWanted) {
        val words = listOf(wanted.document, wanted.visit, wanted.role.name, wanted.camera)
        asked.edit().putString("photo", words.joinToString(" ")).commit()
        start(if (wanted.camera) capture() else pick(), if (wanted.camera) CAMERA else GALLERY)
    }

    /** Opens the camera for a code to be read. */
    fun openForCode() = start(capture(), SCAN)

    /** What was asked for before the camera opened; forgotten by being answered. */
    fun pending(): PhotoWanted? {
        val (document, visit, role, camera) = asked.getString("photo", null)?.split(' ') ?: return null
        asked.edit().clear().commit()
        return PhotoWanted(document, visit, PhotoRole.valueOf(role), camera.toBoolean())
    }

    /** The file that came back, readable by path; nothing if there is none. */
    fun picture(request: Int, data: Intent?): File? {
        val file = shot(activity)
        if (request != GALLERY) return file.takeIf { it.length() > 0 }
        val from = data?.data ?: return null
        val input = activity.contentResolver.openInputStream(from) ?: return null
        input.use { source ->
            // What is longer than any photo is cut here, and refused by the core with its reason.
            file.outputStream().use { it.channel.transferFrom(Channels.newChannel(source), 0, PICTURE_BYTES_MAX) }
        }
        return file
    }

    private fun capture(): Intent {
        shot(activity).delete()
        val flags = Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION
        return Intent(MediaStore.ACTION_IMAGE_CAPTURE).putExtra(MediaStore.EXTRA_OUTPUT, PhotoProvider.address(activity)).addFlags(flags)
    }

    private fun pick() = Intent(Intent.ACTION_GET_CONTENT).setType("image/*").addCategory(Intent.CATEGORY_OPENABLE)

    private fun start(intent: Intent, request: Int) {
        try {
            activity.startActivityForResult(intent, request)
        } catch (_: android.content.ActivityNotFoundException) {
            throw Refusal("unavailable", activity.getString(R.string.no_camera))
        }
    }

    companion object {
        /** Where the camera writes; one at a time, in the cache, taken over by the core at once. */
        fun shot(context: Context) = File(context.cacheDir, "camera/shot.jpg").apply { parentFile?.mkdirs() }
    }
}

/** Hands the camera one file to write into, and nothing else. */
class PhotoProvider : ContentProvider() {
    override fun onCreate() = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        val app = context ?: throw FileNotFoundException()
        if (uri != address(app)) throw FileNotFoundException(uri.path)
        return ParcelFileDescriptor.open(Camera.shot(app), ParcelFileDescriptor.parseMode(mode))
    }

    override fun query(uri: Uri, columns: Array<String>?, where: String?, values: Array<String>?, order: String?): Cursor? = null
    override fun getType(uri: Uri) = "image/jpeg"
    override fun insert(uri: Uri, values: ContentValues?): Uri? = null
    override fun delete(uri: Uri, where: String?, values: Array<String>?) = 0
    override fun update(uri: Uri, values: ContentValues?, where: String?, args: Array<String>?) = 0

    companion object {
        fun address(context: Context): Uri = Uri.parse("content://${context.packageName}.photos/shot.jpg")
    }
}
