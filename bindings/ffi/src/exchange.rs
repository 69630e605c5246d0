//! Synchronising: now or in a budget, with progress, until it is done or cancelled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jawla_client::platform::LinkKind;
use jawla_client::{self as client, Handset};
use jawla_views::phone::{PhoneStanding, SendOrder};
use jawla_views::{PageWindow, Phone, ProjectQuery};
use tokio::sync::{Mutex, watch};

use crate::error::JawlaError;
use crate::lifecycle::{ReceiptWords, receipt_of};
use crate::limits::TOLD_APART_MS;
use crate::runtime::runtime;
use crate::store::FieldStore;
use crate::words::{Standing, WhyWaiting};

/// What a synchronisation may use. Nothing left out is bounded.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SyncBudget {
    /// Milliseconds it may take.
    #[uniffi(default = None)]
    pub time_ms: Option<u64>,
    /// Bytes it may move, both ways together; it stops with the first message or piece of a file
    /// above that.
    #[uniffi(default = None)]
    pub bytes: Option<u64>,
    /// Failures of the link in a row after which it stops; 2 when none.
    #[uniffi(default = None)]
    pub tries: Option<u32>,
}

/// How far a synchronisation is. Figures only rise, but for what is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct SyncProgress {
    /// Requests sent.
    pub requests: u64,
    /// How often the link failed under way.
    pub cuts: u64,
    /// Bytes of messages sent.
    pub bytes_up: u64,
    /// Bytes of messages received.
    pub bytes_down: u64,
    /// Projects that are on this device by now.
    pub dossiers: u64,
    /// Photos, thumbnails and other files that went or came whole.
    pub files_done: u64,
    /// Files that still wait on this kind of link, when last counted.
    pub files_left: u64,
    /// Bytes of files moved.
    pub file_bytes: u64,
    /// Bytes of files that still wait, when last counted.
    pub file_bytes_left: u64,
}

/// How a synchronisation ended. Nothing is lost in any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SyncOutcome {
    /// Everything that this kind of link carries was exchanged.
    Complete,
    /// It was cancelled.
    Cancelled,
    /// Its time was used up.
    OutOfTime,
    /// Its bytes were used up.
    OutOfBytes,
    /// It broke off; `why` says why.
    Interrupted,
}

/// What a synchronisation did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// How it ended.
    pub outcome: SyncOutcome,
    /// Why it broke off; none otherwise.
    pub why: Option<WhyWaiting>,
    /// The last figures.
    pub progress: SyncProgress,
    /// How long it took, in milliseconds of a monotonic clock.
    pub took_ms: u64,
    /// The receipt of the last complete exchange.
    pub receipt: Option<ReceiptWords>,
}

type Ended = Option<Result<SyncReport, JawlaError>>;

/// A synchronisation under way. Ask `next` until it answers none, then `finish`. Freeing it
/// cancels.
#[derive(Debug, uniffi::Object)]
pub struct SyncRun {
    progress: Mutex<watch::Receiver<SyncProgress>>,
    ended: watch::Receiver<Ended>,
    stop: watch::Sender<bool>,
}

#[uniffi::export]
impl SyncRun {
    /// Waits for the next figures, at most five a second; none when it has ended. One caller at a
    /// time is told each.
    pub async fn next(&self) -> Option<SyncProgress> {
        let mut progress = self.progress.lock().await;
        progress.changed().await.ok()?;
        Some(*progress.borrow_and_update())
    }

    /// Waits for the end; may be asked again and by several.
    ///
    /// # Errors
    /// `EnrolAgain`, `AskPerson` (`storage_full`), `ReportBug`, `Closed`. A link that fails is in
    /// the report.
    pub async fn finish(&self) -> Result<SyncReport, JawlaError> {
        let mut ended = self.ended.clone();
        let ended = ended.wait_for(Option::is_some).await;
        ended
            .ok()
            .and_then(|ended| ended.clone())
            .unwrap_or_else(|| Err(JawlaError::closed()))
    }

    /// Stops it: nothing is lost, `finish` answers `Cancelled`. Looks at memory only.
    pub fn cancel(&self) {
        self.stop.send_replace(true);
    }
}

impl Drop for SyncRun {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Moves an exchange's figures to where the app reads them.
struct Teller {
    out: watch::Sender<SyncProgress>,
    spent: watch::Sender<u64>,
}

impl Teller {
    fn tell(&self, now: client::SyncProgress) {
        let moved = now.body_bytes_up + now.body_bytes_down + now.file_bytes;
        self.spent.send_replace(moved);
        self.out.send_replace(SyncProgress {
            requests: now.requests,
            cuts: now.cuts,
            bytes_up: now.body_bytes_up,
            bytes_down: now.body_bytes_down,
            dossiers: 0,
            files_done: now.files_done,
            files_left: now.files_left,
            file_bytes: now.file_bytes,
            file_bytes_left: now.file_bytes_left,
        });
    }
}

async fn dossiers(handset: &Handset) -> u64 {
    let query = ProjectQuery {
        window: PageWindow {
            offset: 0,
            rows_max: 1,
        },
        ..ProjectQuery::default()
    };
    let page = handset.views().projects(&query).await;
    page.map_or(0, |page| page.total)
}

async fn out_of_time(budget: &SyncBudget) {
    match budget.time_ms {
        Some(time_ms) => tokio::time::sleep(Duration::from_millis(time_ms)).await,
        None => std::future::pending().await,
    }
}

async fn out_of_bytes(budget: &SyncBudget, mut spent: watch::Receiver<u64>) {
    if let Some(bytes_max) = budget.bytes
        && spent.wait_for(|spent| *spent > bytes_max).await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

async fn asked(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // The run itself was freed: the same.
    }
}

/// Why nothing can be exchanged now; none when it can.
async fn hindrance(handset: &Handset, link: LinkKind) -> Result<Option<WhyWaiting>, JawlaError> {
    let status = handset.status().await?;
    Ok(match Standing::from(status.standing) {
        Standing::NotEnrolled => return Err(JawlaError::enrol()),
        Standing::RolledBack => Some(WhyWaiting::MustEnrol),
        _ if status.settings.paused => Some(WhyWaiting::Paused),
        _ if link == LinkKind::None => Some(WhyWaiting::NoNetwork),
        _ => None,
    })
}

async fn exchange(
    handset: &Handset,
    budget: &SyncBudget,
    teller: &Teller,
    stop: watch::Receiver<bool>,
) -> Result<(SyncOutcome, Option<WhyWaiting>), JawlaError> {
    let link = handset.link().await?;
    if let Some(why) = hindrance(handset, link).await? {
        return Ok((SyncOutcome::Interrupted, Some(why)));
    }
    let options = client::SyncOptions {
        link,
        fruitless_tries_max: budget.tries.unwrap_or(2).max(1),
        idle_timeout_ms: 0,
    };
    let spent = teller.spent.subscribe();
    let run = handset.client().sync(options, |now| teller.tell(now));
    let report = tokio::select! {
        biased;
        () = asked(stop) => return Ok((SyncOutcome::Cancelled, None)),
        () = out_of_bytes(budget, spent) => return Ok((SyncOutcome::OutOfBytes, None)),
        () = out_of_time(budget) => return Ok((SyncOutcome::OutOfTime, None)),
        report = run => report?,
    };
    Ok(match report.why() {
        None => (SyncOutcome::Complete, None),
        Some(why) => (SyncOutcome::Interrupted, Some(why.into())),
    })
}

async fn report(
    handset: Handset,
    budget: SyncBudget,
    teller: Teller,
    stop: watch::Receiver<bool>,
) -> Result<SyncReport, JawlaError> {
    let started = Instant::now();
    let (outcome, why) = exchange(&handset, &budget, &teller, stop).await?;
    let mut progress = *teller.out.borrow();
    progress.dossiers = dossiers(&handset).await;
    Ok(SyncReport {
        outcome,
        why,
        progress,
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        receipt: handset.status().await?.receipt.map(receipt_of),
    })
}

/// Hands figures on, with the count of projects, at most five times a second.
async fn pace(
    handset: Handset,
    mut counted: watch::Receiver<SyncProgress>,
    told: watch::Sender<SyncProgress>,
) {
    while counted.changed().await.is_ok() {
        let mut now = *counted.borrow_and_update();
        now.dossiers = dossiers(&handset).await;
        told.send_replace(now);
        tokio::time::sleep(Duration::from_millis(TOLD_APART_MS)).await;
    }
}

#[uniffi::export]
impl FieldStore {
    /// Begins a synchronisation with the province: what was recorded goes, what others recorded
    /// comes, files as the link's cost and the settings allow. One runs at a time; a second waits
    /// for the first.
    ///
    /// # Errors
    /// `Closed`. Everything else is told by the run.
    pub async fn begin_synchronisation(
        &self,
        budget: SyncBudget,
    ) -> Result<Arc<SyncRun>, JawlaError> {
        self.look_at_link().await?;
        let handset = self.look(|opened| opened.handset.clone())?;
        let closing = self.closing();
        let (out, counted) = watch::channel(SyncProgress::default());
        let (spent, _) = watch::channel(0);
        let (told, progress) = watch::channel(SyncProgress::default());
        let (stop, stopped) = watch::channel(false);
        let (end, ended) = watch::channel(None);
        let pacing = pace(handset.clone(), counted, told);
        runtime()?.spawn(async move {
            let work = report(handset, budget, Teller { out, spent }, stopped);
            let work = tokio::spawn(work);
            let aborting = work.abort_handle();
            let done = async {
                tokio::select! {
                    biased;
                    done = work => done,
                    () = pacing => std::future::pending().await,
                }
            };
            let result = tokio::select! {
                biased;
                () = closing => {
                    aborting.abort();
                    Err(JawlaError::closed())
                }
                done = done => match done {
                    Ok(result) => result,
                    Err(_) => Err(JawlaError::bug("panicked", "a synchronisation panicked")),
                },
            };
            end.send_replace(Some(result));
        });
        Ok(Arc::new(SyncRun {
            progress: Mutex::new(progress),
            ended,
            stop,
        }))
    }

    /// Synchronises and answers when it is over: `begin_synchronisation` without the figures.
    /// Cancelling the call cancels the synchronisation.
    ///
    /// # Errors
    /// As `SyncRun.finish`.
    pub async fn synchronise(&self, budget: SyncBudget) -> Result<SyncReport, JawlaError> {
        let run = self.begin_synchronisation(budget).await?;
        run.finish().await
    }

    /// Orders another try for files that arrived damaged twice.
    ///
    /// # Errors
    /// `ReportBug`, `Closed`.
    pub async fn retry_files(&self) -> Result<(), JawlaError> {
        self.with(|handset| async move { Ok(handset.send(SendOrder::RetryFiles).await?) })
            .await
    }

    /// Whether this device may exchange at all: what a background job asks before it starts.
    ///
    /// # Errors
    /// `Wait`, `ReportBug`, `Closed`.
    pub async fn may_synchronise(&self) -> Result<bool, JawlaError> {
        self.with(|handset| async move {
            let status = handset.status().await?;
            Ok(status.standing == PhoneStanding::Enrolled && !status.settings.paused)
        })
        .await
    }
}
