//! *Entrée*: the language, the invitation, the first installation.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use jawla_model::Language;
use jawla_views::phone::{EnrolFault, Exchange, PhoneStanding, PhoneStatus, Settings, WhyWaiting};

use crate::pages::forms::Form;
use crate::{Answer, Fault, Field, Frame, Tab, done, limits, page};

/// Where a phone stands that is opened.
pub(crate) async fn start(State(field): State<Field>, headers: HeaderMap) -> Answer {
    let status = field.status().await?;
    let at_work = status.settings.language.is_some()
        && status.standing != PhoneStanding::NotEnrolled
        && status.installed;
    done(&headers, if at_work { "/a-faire" } else { "/entree" })
}

/// The query of the page that enrols a phone again that has nothing wrong with it.
const AGAIN: &str = "encore";

#[derive(Template)]
#[template(path = "field/language.html")]
struct LanguagePage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "field/entry.html")]
struct EntryPage {
    frame: Frame,
    again: bool,
    invitation: String,
    device: String,
    refused: Option<(String, String)>,
    clock: bool,
    offline: bool,
    other: Language,
}

#[derive(Template)]
#[template(path = "field/installing.html")]
struct InstallingPage {
    frame: Frame,
    running: bool,
    received: String,
    dossiers: String,
    some: bool,
    why: Option<String>,
}

/// Asks for the language, then for the invitation, then says how far the first installation is.
pub(crate) async fn ask(State(field): State<Field>, RawQuery(query): RawQuery) -> Answer {
    let status = field.status().await?;
    if status.settings.language.is_none() {
        let frame = Frame::new(&status, "language-switch").without_line();
        return page(StatusCode::OK, &LanguagePage { frame });
    }
    match status.standing {
        PhoneStanding::Enrolled if !status.installed => installing(&status),
        // The first installation is over: whoever waited for it goes to work. Enrolling again is
        // asked for by name.
        PhoneStanding::Enrolled if query.as_deref() != Some(AGAIN) => {
            Ok(Redirect::to("/a-faire").into_response())
        }
        _ => {
            let carried = query.as_deref().map(offered).unwrap_or_default();
            form(&status, StatusCode::OK, None, &carried, "")
        }
    }
}

/// The invitation that a link carried; the person still says yes to it.
fn offered(query: &str) -> String {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "invitation")
        .map(|(_, text)| text.into_owned())
        .filter(|text| text.chars().count() <= limits::INVITATION_CHARS_MAX)
        .unwrap_or_default()
}

fn form(
    status: &PhoneStatus,
    code: StatusCode,
    fault: Option<EnrolFault>,
    invitation: &str,
    device: &str,
) -> Answer {
    let again = status.standing != PhoneStanding::NotEnrolled;
    let title = if again {
        "phone-entry-again"
    } else {
        "phone-entry-title"
    };
    let mut frame = Frame::new(status, title).without_line();
    if again {
        frame = frame.back("/moi").tab(Tab::Me);
    }
    let t = frame.t;
    page(
        code,
        &EntryPage {
            again,
            invitation: invitation.to_owned(),
            device: device.to_owned(),
            refused: fault.map(|fault| {
                let key = fault_key(fault);
                (t.get(key), t.get(&format!("{key}-do")))
            }),
            clock: status.clock_off_s.unwrap_or(0).saturating_abs() > limits::CLOCK_OFF_S_MAX,
            offline: status.network == jawla_views::phone::Network::None,
            other: t.language.other(),
            frame,
        },
    )
}

const fn fault_key(fault: EnrolFault) -> &'static str {
    match fault {
        EnrolFault::NotAnInvitation => "phone-enrol-not-invitation",
        EnrolFault::Expired => "phone-enrol-expired",
        EnrolFault::Unreachable => "phone-enrol-unreachable",
        EnrolFault::NotOurServer => "phone-enrol-not-ours",
        EnrolFault::StorageFull => "phone-enrol-storage",
        EnrolFault::Refused => "phone-enrol-refused",
        EnrolFault::Defect => "phone-enrol-defect",
    }
}

fn installing(status: &PhoneStatus) -> Answer {
    let frame = Frame::new(status, "phone-install-title")
        .tab(Tab::Todo)
        .watch("sync project")
        .without_line();
    let t = frame.t;
    let (running, down, dossiers) = match status.exchange {
        Exchange::Running(progress) => (true, progress.bytes_down, progress.dossiers),
        Exchange::Idle | Exchange::Waiting { .. } => (false, 0, 0),
    };
    let why = match status.exchange {
        Exchange::Waiting {
            why: WhyWaiting::NoNetwork,
            ..
        } => Some("net-off"),
        Exchange::Waiting { .. } => Some("net-err"),
        _ => None,
    };
    page(
        StatusCode::OK,
        &InstallingPage {
            running,
            received: t.with("phone-install-bytes", "size", t.size(down)),
            dossiers: match i64::try_from(dossiers).unwrap_or(i64::MAX) {
                0 => t.get("phone-install-lists"),
                count => t.count("phone-install-dossiers", count),
            },
            some: dossiers > 0,
            why: why.map(|key| t.get(key)),
            frame,
        },
    )
}

/// Enrols the phone by the invitation that was pasted or scanned.
pub(crate) async fn enrol(State(field): State<Field>, headers: HeaderMap, body: Bytes) -> Answer {
    let form_sent = Form::read(&body)?;
    let status = field.status().await?;
    let invitation = form_sent.text("invitation").trim();
    let device = form_sent.text("appareil").trim();
    let t = crate::texts(&status);
    let fits = invitation.chars().count() <= limits::INVITATION_CHARS_MAX && !invitation.is_empty();
    let named = match device.is_empty() {
        true => t.get("phone-device-default"),
        false => device.chars().take(80).collect(),
    };
    let enrolled = match fits {
        true => field.phone.enrol(invitation, &named).await,
        false => Err(EnrolFault::NotAnInvitation),
    };
    match enrolled {
        Ok(()) => done(&headers, "/"),
        Err(fault) => {
            let shown = if fits { invitation } else { "" };
            form(
                &status,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(fault),
                shown,
                device,
            )
        }
    }
}

/// Sets the language, from the first page or any other.
pub(crate) async fn choose_language(
    State(field): State<Field>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let form = Form::read(&body)?;
    let language = Language::from_code(form.text("langue")).ok_or(Fault::BadForm)?;
    let status = field.status().await?;
    let settings = Settings {
        language: Some(language),
        ..status.settings
    };
    field.phone.save_settings(settings).await?;
    done(&headers, form.way_back("/"))
}
