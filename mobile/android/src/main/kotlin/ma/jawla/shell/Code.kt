package ma.jawla.shell

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.RGBLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader
import java.io.File

private const val SIDE_PIXELS_MAX = 1_600

/** Reads a QR code out of a picture; nothing when it shows none. */
fun codeIn(picture: File): String? {
    val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
    BitmapFactory.decodeFile(picture.path, bounds)
    var sample = 1
    while (maxOf(bounds.outWidth, bounds.outHeight) / sample > SIDE_PIXELS_MAX) sample *= 2
    val bitmap = BitmapFactory.decodeFile(picture.path, BitmapFactory.Options().apply { inSampleSize = sample }) ?: return null
    return codeIn(bitmap)
}

/** Reads a QR code out of a bitmap. */
fun codeIn(bitmap: Bitmap): String? {
    val pixels = IntArray(bitmap.width * bitmap.height)
    bitmap.getPixels(pixels, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height)
    val light = RGBLuminanceSource(bitmap.width, bitmap.height, pixels)
    val hints = mapOf(DecodeHintType.TRY_HARDER to true)
    return try {
        QRCodeReader().decode(BinaryBitmap(HybridBinarizer(light)), hints).text
    } catch (_: ReaderException) {
        null
    }
}
