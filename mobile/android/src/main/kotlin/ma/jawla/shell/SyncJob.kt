package ma.jawla.shell

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.os.Build
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import ma.jawla.core.FieldStore
import ma.jawla.core.NetworkKind
import ma.jawla.core.PageRequest
import ma.jawla.core.SyncBudget

private const val JOB = 31
private const val NOTICE = 32
private const val CHANNEL = "taches"
private const val PERIOD_MS = 2 * 3_600_000L
private const val BUDGET_MS = 4 * 60_000L
private const val METERED_BYTES_MAX = 512L * 1024
private const val FREE_BYTES_MAX = 64L * 1024 * 1024

/** An exchange from time to time while nobody looks, within limits of time and bytes. */
class SyncJob : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private var running: Job? = null

    override fun onStartJob(parameters: JobParameters): Boolean {
        running = scope.launch {
            val again = runCatching { exchange(applicationContext) }.isFailure
            jobFinished(parameters, again)
        }
        return true
    }

    override fun onStopJob(parameters: JobParameters): Boolean {
        running?.cancel()
        return true
    }

    companion object {
        /** Plans the job, once. */
        fun plan(context: Context) {
            val planner = context.platform<JobScheduler>()
            if (planner.allPendingJobs.any { it.id == JOB }) return
            planner.schedule(
                JobInfo.Builder(JOB, ComponentName(context, SyncJob::class.java))
                    .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                    .setPeriodic(PERIOD_MS)
                    .setPersisted(true)
                    .setBackoffCriteria(JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                    .build(),
            )
        }

        /** One exchange within its budget; says by a notification what came back to be corrected. */
        suspend fun exchange(context: Context) {
            val store = Core.open(context)
            val before = sentBack(store)
            val free = Link(context).current() == NetworkKind.UNMETERED
            val bytes = if (free) FREE_BYTES_MAX else METERED_BYTES_MAX
            store.synchronise(SyncBudget(BUDGET_MS.toULong(), bytes.toULong()))
            val back = sentBack(store) - before
            if (back.isNotEmpty()) tell(Speech.of(context), back.size)
        }

        private suspend fun sentBack(store: FieldStore) =
            store.returnedVisits(PageRequest()).rows.map { it.visit.visit }.toSet()

        /** Tells that visits came back; the text names nobody and no project, for it shows on a locked screen. */
        fun tell(context: Context, count: Int) {
            val notices = context.platform<NotificationManager>()
            val builder = if (Build.VERSION.SDK_INT >= 26) {
                notices.createNotificationChannel(
                    NotificationChannel(CHANNEL, context.getString(R.string.tasks), NotificationManager.IMPORTANCE_DEFAULT),
                )
                Notification.Builder(context, CHANNEL)
            } else {
                @Suppress("DEPRECATION")
                Notification.Builder(context)
            }
            val open = Intent(context, MainActivity::class.java).putExtra("path", "/a-faire")
            val flags = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT
            notices.notify(
                NOTICE,
                builder.setSmallIcon(R.drawable.notice)
                    .setContentTitle(context.resources.getQuantityString(R.plurals.sent_back, count, count))
                    .setContentText(context.getString(R.string.sent_back_do))
                    .setContentIntent(PendingIntent.getActivity(context, 0, open, flags))
                    .setAutoCancel(true)
                    .build(),
            )
        }
    }
}
