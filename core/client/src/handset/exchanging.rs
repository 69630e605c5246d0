//! The exchange with the province, in the background: when it begins, how far it is, why it
//! waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jawla_sync::device::{LinkFailure, SessionResult};
use jawla_views::Views;
use jawla_views::phone::{Exchange, ExchangeProgress, Network, Settings, WhyWaiting};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::ByItself;
use super::names::Names;
use crate::client::Client;
use crate::device::Standing;
use crate::driver::{SyncOptions, SyncProgress, SyncReport};
use crate::error::ClientError;
use crate::platform::LinkKind;
use crate::transport::LinkError;

/// Quiet after the last order before what was done is sent: a person goes on working.
const QUIET: Duration = Duration::from_secs(2);

/// Between two exchanges that nobody ordered.
const EVERY: Duration = Duration::from_secs(15 * 60);

/// The first wait after a failure; it doubles up to [`WAIT_MAX`].
const WAIT_MIN: Duration = Duration::from_secs(10);

/// The longest wait after failures.
const WAIT_MAX: Duration = Duration::from_secs(15 * 60);

/// Progress is told at most this often.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// What is known of the exchange.
#[derive(Debug, Clone, Copy)]
struct Known {
    exchange: Exchange,
    network: Network,
    /// When the next one begins by itself.
    due: Option<Instant>,
    failures: u32,
    /// Why the last one broke off; none after one that was complete.
    why: Option<WhyWaiting>,
}

/// The task behind an exchange; it ends when this goes. Nothing is lost then.
pub(super) struct ExchangeTask(tokio::task::AbortHandle);

impl Drop for ExchangeTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The exchange of one handset.
pub(super) struct Exchanger {
    known: Mutex<Known>,
    changed: Notify,
    stop: Notify,
    names: Arc<Names>,
    by_itself: ByItself,
}

impl Exchanger {
    /// Starts the task; it ends with the value beside it.
    pub(super) fn start(
        client: &Client,
        names: &Arc<Names>,
        by_itself: ByItself,
    ) -> (Arc<Self>, ExchangeTask) {
        let due = match by_itself {
            ByItself::Yes => Some(Instant::now() + QUIET),
            ByItself::No => None,
        };
        let exchanger = Arc::new(Self {
            known: Mutex::new(Known {
                exchange: Exchange::Idle,
                network: Network::Unknown,
                due,
                failures: 0,
                why: None,
            }),
            changed: Notify::new(),
            stop: Notify::new(),
            names: Arc::clone(names),
            by_itself,
        });
        let task = tokio::spawn(attend(Arc::clone(&exchanger), client.clone()));
        (exchanger, ExchangeTask(task.abort_handle()))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the exchange stands.
    pub(super) fn state(&self) -> Exchange {
        let known = self.known();
        match known.exchange {
            Exchange::Waiting { why, .. } => Exchange::Waiting {
                why,
                retry_in_s: known
                    .due
                    .map(|due| due.saturating_duration_since(Instant::now()).as_secs()),
            },
            other => other,
        }
    }

    /// What the shell said of the link.
    pub(super) fn network(&self) -> Network {
        self.known().network
    }

    /// Keeps what the shell says of the link; one that came is used.
    pub(super) fn set_network(&self, network: Network) {
        {
            let mut known = self.known();
            if known.network == network {
                return;
            }
            known.network = network;
            known.failures = 0;
        }
        if network == Network::None {
            self.cancel();
        } else {
            self.wanted_soon();
        }
        self.names.say(["sync".to_owned()]);
    }

    /// A person wants an exchange now. Without network the order is not kept: the link that comes
    /// begins an exchange of its own, when the person may have paused meanwhile.
    pub(super) fn wanted_now(&self) {
        {
            let mut known = self.known();
            known.failures = 0;
            if known.network == Network::None {
                return;
            }
            known.due = Some(Instant::now());
        }
        self.changed.notify_one();
    }

    /// Something waits to be sent.
    pub(super) fn wanted_soon(&self) {
        if self.by_itself == ByItself::Yes {
            {
                let mut known = self.known();
                // After failures the wait stands: a person's work does not wake the radio.
                if known.failures == 0 || known.due.is_none() {
                    known.due = Some(Instant::now() + QUIET);
                }
            }
            self.changed.notify_one();
        }
    }

    /// Stops the exchange that runs; nothing is lost.
    pub(super) fn cancel(&self) {
        self.known().due = None;
        self.stop.notify_waiters();
    }

    /// Why what waits is not on its way, in general.
    pub(super) fn why(&self, settings: Settings, standing: Standing) -> WhyWaiting {
        let known = self.known();
        match (known.exchange, known.why) {
            _ if standing != Standing::Enrolled => WhyWaiting::MustEnrol,
            (Exchange::Running(_), _) => WhyWaiting::UnderWay,
            _ if settings.paused => WhyWaiting::Paused,
            _ if known.network == Network::None => WhyWaiting::NoNetwork,
            (_, Some(why)) => why,
            _ => WhyWaiting::NextExchange,
        }
    }

    /// Whether photos travel on the link there is.
    pub(super) fn carries_photos(&self, settings: Settings) -> bool {
        link_for(self.known().network, settings).carries_photos()
    }

    fn put(&self, exchange: Exchange) {
        self.known().exchange = exchange;
        self.names.say(["sync".to_owned()]);
    }

    /// Notes how an exchange ended and when the next begins.
    fn ended(&self, why: Option<WhyWaiting>, random: u64) {
        {
            let mut known = self.known();
            known.why = why;
            // An order that came meanwhile stands.
            let ordered = known.due;
            let wait = match why {
                None => {
                    known.failures = 0;
                    EVERY
                }
                Some(_) => {
                    let doubled = WAIT_MIN * 2u32.saturating_pow(known.failures.min(16));
                    known.failures = known.failures.saturating_add(1);
                    jittered(doubled.min(WAIT_MAX), random)
                }
            };
            known.due = match self.by_itself {
                ByItself::Yes => Some(ordered.unwrap_or(Instant::now() + wait)),
                ByItself::No => ordered,
            };
            known.exchange = match why {
                None => Exchange::Idle,
                Some(why) => Exchange::Waiting {
                    why,
                    retry_in_s: None,
                },
            };
        }
        self.names.say(["sync".to_owned(), "outbox".to_owned()]);
        self.changed.notify_one();
    }
}

/// Somewhere up to `wait`, so that a village's phones do not come back together.
fn jittered(wait: Duration, random: u64) -> Duration {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random % wait_ms.max(1)).max(WAIT_MIN / 4)
}

/// What the link counts as. A link of which nobody said what it costs counts as paid.
pub(super) fn link_for(network: Network, settings: Settings) -> LinkKind {
    match network {
        Network::None => LinkKind::None,
        Network::Unmetered => LinkKind::Unmetered,
        Network::Metered | Network::Unknown if !settings.photos_on_free_link_only => {
            LinkKind::MeteredWithPhotos
        }
        Network::Metered => LinkKind::Metered,
        Network::Unknown => LinkKind::Unknown,
    }
}

/// Waits for what is due and runs it, as long as the handset is there.
async fn attend(here: Arc<Exchanger>, client: Client) {
    loop {
        let due = here.known().due;
        match due {
            Some(due) if due <= Instant::now() => {
                here.known().due = None;
                exchange(&here, &client).await;
            }
            _ => {
                let until = Instant::now() + EVERY;
                let until = due.map_or(until, |due| due.min(until));
                tokio::select! {
                    () = here.changed.notified() => {}
                    () = tokio::time::sleep_until(until) => {}
                }
            }
        }
    }
}

async fn exchange(here: &Arc<Exchanger>, client: &Client) {
    // Heard from here on: who pauses while the settings are being read is not overlooked.
    let stopped = here.stop.notified();
    tokio::pin!(stopped);
    stopped.as_mut().enable();
    let asked = client
        .call(|device| {
            Ok((
                device.standing(),
                device.settings()?,
                device.completed_request()?,
            ))
        })
        .await;
    let Ok((standing, settings, completed)) = asked else {
        return here.ended(Some(WhyWaiting::ServerFailed), 0);
    };
    let network = here.network();
    if standing == Standing::NotEnrolled {
        return here.put(Exchange::Idle);
    }
    if settings.paused || network == Network::None {
        return here.put(Exchange::Idle);
    }
    let progress = ExchangeProgress {
        first: completed == 0,
        ..ExchangeProgress::default()
    };
    here.put(Exchange::Running(progress));
    let options = SyncOptions {
        link: link_for(network, settings),
        fruitless_tries_max: 2,
        idle_timeout_ms: 0,
    };
    let (counted, count) = tokio::sync::watch::channel(SyncProgress::default());
    let run = client.sync(options, |now| {
        counted.send_replace(now);
    });
    let tell = tell(here, client, progress, count);
    let report = tokio::select! {
        report = run => report,
        () = tell => return,
        () = stopped => return here.ended_by_person(),
    };
    let random = client.random_u64().await.unwrap_or(0);
    let why = match &report {
        Ok(report) => why_of(report),
        Err(ClientError::NotEnrolled) => Some(WhyWaiting::MustEnrol),
        Err(_) => Some(WhyWaiting::ServerFailed),
    };
    here.ended(why, random);
}

impl Exchanger {
    fn ended_by_person(&self) {
        if self.by_itself == ByItself::Yes {
            self.known().due.get_or_insert(Instant::now() + EVERY);
        }
        self.put(Exchange::Idle);
    }
}

/// Tells progress now and then; never ends by itself.
async fn tell(
    here: &Arc<Exchanger>,
    client: &Client,
    start: ExchangeProgress,
    mut count: tokio::sync::watch::Receiver<SyncProgress>,
) {
    while count.changed().await.is_ok() {
        let now = *count.borrow_and_update();
        let dossiers = match start.first {
            true => projects_here(client).await,
            false => 0,
        };
        here.put(Exchange::Running(ExchangeProgress {
            first: start.first,
            bytes_up: now.body_bytes_up,
            bytes_down: now.body_bytes_down,
            dossiers,
            files_done: now.files_done,
            files_left: now.files_left,
            file_bytes_left: now.file_bytes_left,
        }));
        tokio::time::sleep(TOLD_EVERY).await;
    }
    std::future::pending::<()>().await;
}

async fn projects_here(client: &Client) -> u64 {
    let query = jawla_views::ProjectQuery {
        window: jawla_views::PageWindow {
            offset: 0,
            rows_max: 1,
        },
        ..jawla_views::ProjectQuery::default()
    };
    let page = client.views().projects(&query).await;
    page.map_or(0, |page| page.total)
}

impl SyncReport {
    /// Why it did not come to its end; none when it did.
    pub fn why(&self) -> Option<WhyWaiting> {
        why_of(self)
    }
}

/// Why an exchange did not come to its end; none when it did.
fn why_of(report: &SyncReport) -> Option<WhyWaiting> {
    match report.result {
        SessionResult::Complete { .. } => None,
        SessionResult::Cancelled => Some(WhyWaiting::NextExchange),
        SessionResult::Revoked | SessionResult::Cloned | SessionResult::Unknown => {
            Some(WhyWaiting::MustEnrol)
        }
        SessionResult::Diverged | SessionResult::Broken(_) | SessionResult::TooOld => {
            Some(WhyWaiting::ServerFailed)
        }
        SessionResult::StoreFailed => Some(WhyWaiting::ServerFailed),
        SessionResult::Interrupted(failure) => Some(match (&report.link_error, failure) {
            (Some(LinkError::CaptivePortal { .. } | LinkError::Redirected { .. }), _) => {
                WhyWaiting::NotOurServer
            }
            (_, LinkFailure::Unreachable) => WhyWaiting::Unreachable,
            (_, LinkFailure::Untrusted) => WhyWaiting::Untrusted,
            (_, LinkFailure::NotOurs) => WhyWaiting::NotOurServer,
            (_, LinkFailure::Busy) => WhyWaiting::ServerBusy,
            (_, LinkFailure::Status(_)) => WhyWaiting::ServerFailed,
            (_, LinkFailure::Cut | LinkFailure::TimedOut) => WhyWaiting::Cut,
        }),
    }
}
