package ma.jawla.shell

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Bundle
import android.os.Looper

const val POSITION_PERMISSION = 21
private const val INTERVAL_MS = 1_000L

/** The platform's position with its accuracy, only while a page watches it. */
class Position(private val activity: Activity, private val bridge: () -> Bridge) : LocationListener {
    private val manager = activity.getSystemService(Context.LOCATION_SERVICE) as LocationManager
    private var reply: ((Result<Unit>) -> Unit)? = null

    /** Starts or stops; asks for the permission at the moment of use. */
    fun watch(on: Boolean, answer: (Result<Unit>) -> Unit) {
        if (!on) {
            stop()
            answer(Result.success(Unit))
        } else if (allowed()) {
            answer(start())
        } else {
            reply = answer
            activity.requestPermissions(
                arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION),
                POSITION_PERMISSION,
            )
        }
    }

    /** The person has answered the question. */
    fun answered() {
        val waiting = reply ?: return
        reply = null
        waiting(if (allowed()) start() else Result.failure(Refusal("denied", activity.getString(R.string.position_denied))))
    }

    fun stop() = manager.removeUpdates(this)

    override fun onLocationChanged(location: Location) {
        if (location.hasAccuracy()) bridge().position(location.latitude, location.longitude, location.accuracy)
    }

    override fun onProviderDisabled(provider: String) {
        if (providers().isEmpty()) bridge().noPosition(denied = false)
    }

    override fun onProviderEnabled(provider: String) = Unit

    @Deprecated("called by old platforms only")
    override fun onStatusChanged(provider: String, status: Int, extras: Bundle?) = Unit

    private fun allowed() =
        activity.checkSelfPermission(Manifest.permission.ACCESS_FINE_LOCATION) == PackageManager.PERMISSION_GRANTED

    private fun providers() = listOf(LocationManager.FUSED_PROVIDER, LocationManager.GPS_PROVIDER)
        .filter { it in manager.allProviders && manager.isProviderEnabled(it) }

    private fun start(): Result<Unit> {
        val usable = providers()
        if (usable.isEmpty()) return Result.failure(Refusal("unavailable", activity.getString(R.string.position_off)))
        for (provider in usable) manager.requestLocationUpdates(provider, INTERVAL_MS, 0f, this, Looper.getMainLooper())
        return Result.success(Unit)
    }
}
