//! *Envois*: the truth about what is with the province and what is not.

mod lines;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use jawla_model::{DocumentId, VisitId};
use jawla_ui::{Texts, receipt};
use jawla_views::phone::{
    Exchange, ExchangeProgress, PhoneStanding, PhoneStatus, SendOrder, Settings,
};
use serde::Deserialize;

use crate::{Answer, Fault, Field, Frame, Tab, done, texts};
use lines::{AsideLine, WaitingLine, why_sentence};

/// The routes of *Envois*.
pub(crate) fn routes() -> Router<Field> {
    Router::new()
        .route("/envois", get(open))
        .route("/envois/maintenant", post(now))
        .route("/envois/arreter", post(cancel))
        .route("/envois/reessayer", post(retry))
        .route("/envois/reglages", post(set))
        .route("/envois/rouvrir/{document}/{visit}", post(reopen))
}

/// An exchange under way, in figures.
struct Running {
    sentence: String,
    texts: String,
    texts_max: u64,
    texts_value: u64,
    photos: String,
    photos_max: u64,
    photos_value: u64,
    received: String,
}

#[derive(Template)]
#[template(path = "sending/page.html")]
struct SendingPage {
    frame: Frame,
    contact: String,
    contact_ago: Option<String>,
    words: Option<String>,
    running: Option<Running>,
    blocked: Option<String>,
    total: Option<String>,
    waiting: Vec<WaitingLine>,
    more: Option<String>,
    failed_files: bool,
    asides: Vec<AsideLine>,
    everything_arrived: bool,
    can_send: bool,
    paused: bool,
    free_link_only: bool,
}

async fn open(State(field): State<Field>) -> Answer {
    let status = field.status().await?;
    let t = texts(&status);
    let outgoing = field.phone.outgoing().await?;
    let set_aside = field.phone.set_aside().await?;
    let mut titles = lines::Titles::default();
    let waiting = lines::waiting(&field, t, &outgoing, &mut titles).await?;
    let asides = lines::asides(&field, t, &set_aside, &mut titles).await?;
    let more = outgoing.len().saturating_sub(waiting.len());
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let enrolled = status.standing == PhoneStanding::Enrolled;
    let running = match status.exchange {
        Exchange::Running(progress) => Some(progress),
        _ => None,
    };
    let page = SendingPage {
        frame: Frame::new(&status, "tab-send")
            .tab(Tab::Send)
            .style("visit.css")
            .script("visit.js")
            .without_line()
            .watch("outbox sync"),
        contact: contact(t, &status),
        contact_ago: status
            .last_contact_ms
            .map(|then| t.ago(then, status.now_ms)),
        words: status
            .receipt
            .map(|words| receipt::words(t.language, words)),
        running: running.map(|progress| running_shown(t, &status, progress)),
        blocked: blocked(t, &status),
        total: total(t, &status, count(outgoing.len())),
        failed_files: outgoing.iter().any(|one| one.failed_files > 0),
        everything_arrived: outgoing.is_empty() && asides.is_empty() && running.is_none(),
        can_send: enrolled && running.is_none(),
        more: (more > 0).then(|| t.count("visit-sending-more", count(more))),
        waiting,
        asides,
        paused: status.settings.paused,
        free_link_only: status.settings.photos_on_free_link_only,
    };
    crate::page(StatusCode::OK, &page)
}

fn contact(t: Texts, status: &PhoneStatus) -> String {
    status
        .last_contact_ms
        .map_or_else(|| t.get("visit-sending-never"), |then| t.instant(then))
}

/// Why nothing moves although something waits.
fn blocked(t: Texts, status: &PhoneStatus) -> Option<String> {
    match status.standing {
        PhoneStanding::RolledBack => return Some(t.get("visit-sending-rolled-back")),
        PhoneStanding::Withdrawn => return Some(t.get("visit-sending-withdrawn")),
        PhoneStanding::NotEnrolled | PhoneStanding::Enrolled => {}
    }
    if status.settings.paused {
        return Some(t.get("visit-sending-paused"));
    }
    match status.exchange {
        Exchange::Waiting { why, retry_in_s } => {
            let sentence = why_sentence(t, why);
            Some(match retry_in_s {
                Some(seconds) => {
                    let minutes = seconds.div_ceil(60).max(1);
                    let again = t.count("visit-sending-again", i64::try_from(minutes).unwrap_or(1));
                    format!("{sentence} {again}")
                }
                None => sentence,
            })
        }
        Exchange::Idle | Exchange::Running(_) => None,
    }
}

fn total(t: Texts, status: &PhoneStatus, records: i64) -> Option<String> {
    if records == 0 {
        return None;
    }
    let waiting = status.waiting;
    let files = i64::try_from(waiting.files).unwrap_or(i64::MAX);
    let photos = t.count_with(
        "visit-sending-photos",
        files,
        &[("size", &t.size(waiting.file_bytes))],
    );
    let texts = t.with("visit-sending-texts", "size", t.size(waiting.change_bytes));
    Some(t.with_all(
        "visit-sending-total",
        &[
            ("records", &t.count("visit-sending-records", records)),
            ("texts", &texts),
            ("photos", &photos),
        ],
    ))
}

fn running_shown(t: Texts, status: &PhoneStatus, progress: ExchangeProgress) -> Running {
    let left = status.waiting.change_bytes;
    let files = progress.files_done.saturating_add(progress.files_left);
    Running {
        sentence: match progress.first {
            true => t.count(
                "visit-sending-first",
                i64::try_from(progress.dossiers).unwrap_or(i64::MAX),
            ),
            false => t.get("phone-line-running"),
        },
        texts: t.with_all(
            "visit-sending-bar-texts",
            &[
                ("done", &t.size(progress.bytes_up)),
                ("left", &t.size(left)),
            ],
        ),
        texts_max: progress.bytes_up.saturating_add(left).max(1),
        texts_value: if left == 0 {
            progress.bytes_up.max(1)
        } else {
            progress.bytes_up
        },
        photos: t.with_all(
            "visit-sending-bar-photos",
            &[
                ("done", &t.count_of(progress.files_done)),
                ("total", &t.count_of(files)),
                ("left", &t.size(progress.file_bytes_left)),
            ],
        ),
        photos_max: files.max(1),
        photos_value: if files == 0 { 1 } else { progress.files_done },
        received: t.with(
            "visit-sending-received",
            "size",
            t.size(progress.bytes_down),
        ),
    }
}

async fn order(field: &Field, headers: &HeaderMap, order: SendOrder) -> Answer {
    field.phone.send(order).await?;
    done(headers, "/envois")
}

async fn now(State(field): State<Field>, headers: HeaderMap) -> Answer {
    order(&field, &headers, SendOrder::Now).await
}

async fn cancel(State(field): State<Field>, headers: HeaderMap) -> Answer {
    order(&field, &headers, SendOrder::Cancel).await
}

async fn retry(State(field): State<Field>, headers: HeaderMap) -> Answer {
    order(&field, &headers, SendOrder::RetryFiles).await
}

/// One of the two switches, and how it shall stand.
#[derive(Deserialize)]
struct Switch {
    name: String,
    #[serde(default)]
    on: String,
}

async fn set(
    State(field): State<Field>,
    headers: HeaderMap,
    axum::Form(switch): axum::Form<Switch>,
) -> Answer {
    let on = switch.on == "oui";
    let standing = field.status().await?.settings;
    let settings = match switch.name.as_str() {
        "pause" => Settings {
            paused: on,
            ..standing
        },
        "photos" => Settings {
            photos_on_free_link_only: on,
            ..standing
        },
        _ => return Err(Fault::BadForm),
    };
    field.phone.save_settings(settings).await?;
    done(&headers, "/envois")
}

async fn reopen(
    State(field): State<Field>,
    Path((document, visit)): Path<(String, String)>,
) -> Answer {
    let document: DocumentId = document.parse().map_err(|_| Fault::NotFound)?;
    let visit: VisitId = visit.parse().map_err(|_| Fault::NotFound)?;
    let draft = field.phone.reopen(document, visit).await?;
    done(&HeaderMap::new(), &format!("/visites/{document}/{draft}"))
}
