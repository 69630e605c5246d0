package ma.jawla.shell

import android.app.Activity
import android.app.KeyguardManager
import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricPrompt
import android.os.Build
import android.os.CancellationSignal
import android.os.SystemClock
import android.view.View
import android.view.WindowManager

const val UNLOCK = 14
private const val AWAY_MS_MAX = 5 * 60_000L

/**
 * Asks for the phone's own code or fingerprint at the start and after five minutes away. A screen
 * that asks is in no screenshot. A phone without a code cannot be asked: the person is told.
 */
class Lock(private val activity: Activity, private val cover: View, private val warn: () -> Unit) {
    private val guard = activity.platform<KeyguardManager>()
    private var opened = false
    private var leftAtMs = 0L
    private var asking = false
    private var warned = false

    /** The screen comes to the front. */
    fun enter() {
        val away = SystemClock.elapsedRealtime() - leftAtMs
        if (opened && away <= AWAY_MS_MAX) return
        if (!guard.isDeviceSecure) {
            if (!warned) warn()
            warned = true
            return passed()
        }
        show(locked = true)
        if (!asking) ask()
    }

    /** The screen goes away; for the camera, too, which is no reason to ask again. */
    fun leave() {
        leftAtMs = SystemClock.elapsedRealtime()
    }

    /** The platform's own question came back. */
    fun answered(allowed: Boolean) {
        asking = false
        if (allowed) passed() else activity.moveTaskToBack(true)
    }

    private fun passed() {
        opened = true
        leftAtMs = SystemClock.elapsedRealtime()
        show(locked = false)
    }

    private fun show(locked: Boolean) {
        cover.visibility = if (locked) View.VISIBLE else View.GONE
        val flag = WindowManager.LayoutParams.FLAG_SECURE
        if (locked) activity.window.addFlags(flag) else activity.window.clearFlags(flag)
    }

    private fun ask() {
        asking = true
        if (Build.VERSION.SDK_INT < 30) {
            val question = guard.createConfirmDeviceCredentialIntent(activity.getString(R.string.app), activity.getString(R.string.unlock))
            if (question == null) answered(true) else activity.startActivityForResult(question, UNLOCK)
            return
        }
        BiometricPrompt.Builder(activity)
            .setTitle(activity.getString(R.string.app))
            .setSubtitle(activity.getString(R.string.unlock))
            .setAllowedAuthenticators(BiometricManager.Authenticators.BIOMETRIC_WEAK or BiometricManager.Authenticators.DEVICE_CREDENTIAL)
            .build()
            .authenticate(CancellationSignal(), activity.mainExecutor, object : BiometricPrompt.AuthenticationCallback() {
                override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) = answered(true)
                override fun onAuthenticationError(code: Int, words: CharSequence) = answered(false)
            })
    }
}
