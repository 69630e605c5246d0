package ma.jawla.shell

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.io.FileOutputStream
import java.security.KeyStore as PlatformKeys
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import ma.jawla.core.KeyStore
import ma.jawla.core.PlatformFault

private const val PROVIDER = "AndroidKeyStore"
private const val ALIAS = "jawla.wrapping"
private const val TAG_BITS = 128
private const val IV_BYTES = 12

/**
 * Small secrets, each in a file that only a key of the device's own key store opens. That key never
 * leaves its hardware, and no backup takes the files.
 */
class KeyVault(context: Context) : KeyStore {
    private val folder = File(context.noBackupFilesDir, "keys").apply { mkdirs() }

    override fun load(name: String): ByteArray? = guarded {
        val file = file(name)
        if (!file.exists()) return@guarded null
        val kept = file.readBytes()
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.DECRYPT_MODE, wrapping(), GCMParameterSpec(TAG_BITS, kept, 0, IV_BYTES))
        cipher.updateAAD(name.toByteArray())
        cipher.doFinal(kept, IV_BYTES, kept.size - IV_BYTES)
    }

    override fun save(name: String, bytes: ByteArray) = guarded {
        val cipher = Cipher.getInstance("AES/GCM/NoPadding")
        cipher.init(Cipher.ENCRYPT_MODE, wrapping())
        cipher.updateAAD(name.toByteArray())
        val fresh = File(folder, "${file(name).name}.new")
        FileOutputStream(fresh).use { out ->
            out.write(cipher.iv)
            out.write(cipher.doFinal(bytes))
            out.fd.sync()
        }
        if (!fresh.renameTo(file(name))) throw PlatformFault.Failed("the file was not put in place")
    }

    override fun remove(name: String) = guarded {
        if (file(name).run { exists() && !delete() }) throw PlatformFault.Failed("the file stays")
    }

    private fun file(name: String) = File(folder, name.filter { it.isLetterOrDigit() || it == '.' || it == '-' })

    private fun wrapping(): SecretKey {
        val keys = PlatformKeys.getInstance(PROVIDER).apply { load(null) }
        (keys.getKey(ALIAS, null) as? SecretKey)?.let { return it }
        val maker = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER)
        maker.init(
            KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                .setKeySize(256)
                .build(),
        )
        return maker.generateKey()
    }

    private inline fun <T> guarded(work: () -> T): T = try {
        work()
    } catch (fault: PlatformFault) {
        throw fault
    } catch (other: Exception) {
        throw PlatformFault.Failed(other.javaClass.simpleName)
    }
}
