//! Signing in and out.

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use jawla_ui::Texts;
use serde::Deserialize;

use crate::gate::{Connection, SessionToken, SignInRefusal};
use crate::pages::caller::{Caller, local_address};
use crate::pages::fault::{PageFault, or_page};
use crate::pages::{Frame, html};
use crate::{Office, cookie, format};

/// Where to sign in.
const ADDRESS: &str = "/connexion";
/// The pair of an address that says that a person has just signed out.
const SIGNED_OUT: &str = "fin=1";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    login: String,
    wanted: String,
    fault: Option<String>,
    note: Option<String>,
}

/// What the form of signing in brings.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct SignInForm {
    identifiant: String,
    mot_de_passe: String,
    suite: String,
}

/// Shows the form.
pub(crate) async fn ask(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    let suite = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "suite")
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let wanted = local_address(&suite);
    if caller.who(&office).await.is_some() {
        return Redirect::to(wanted.as_deref().unwrap_or("/")).into_response();
    }
    let t = caller.texts();
    let page = SignInPage {
        frame: Frame::at_entrance(&office, &caller),
        login: String::new(),
        wanted: wanted.unwrap_or_default(),
        fault: None,
        note: (query == SIGNED_OUT).then(|| t.get("office-sign-in-signed-out")),
    };
    or_page(&office, t, html(StatusCode::OK, &page))
}

/// Takes the form.
pub(crate) async fn sign_in(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Response<Body> {
    let answer = match form {
        Ok(Form(form)) => open_session(&office, &caller, form).await,
        Err(rejection) => Err(PageFault::from(rejection)),
    };
    or_page(&office, caller.texts(), answer)
}

async fn open_session(
    office: &Office,
    caller: &Caller,
    form: SignInForm,
) -> Result<Response<Body>, PageFault> {
    let t = caller.texts();
    let wanted = local_address(&form.suite);
    let login = form.identifiant.trim();
    match office.gate.sign_in(login, &form.mot_de_passe).await {
        Ok(token) => Ok(enter(office, caller, &token, wanted.as_deref().unwrap_or("/")).await),
        Err(refusal) => {
            let (status, fault) = refused(office, t, refusal);
            let page = SignInPage {
                frame: Frame {
                    here: ADDRESS.to_owned(),
                    ..Frame::anonymous(office, t)
                },
                login: format::plain(login),
                wanted: wanted.unwrap_or_default(),
                fault: Some(fault),
                note: None,
            };
            let mut response = html(status, &page)?;
            if let SignInRefusal::TooManyTries { retry_after_s } = refusal {
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            Ok(response)
        }
    }
}

fn refused(office: &Office, t: Texts, refusal: SignInRefusal) -> (StatusCode, String) {
    match refusal {
        SignInRefusal::Wrong => (
            StatusCode::UNPROCESSABLE_ENTITY,
            t.get("office-sign-in-wrong"),
        ),
        SignInRefusal::TooManyTries { retry_after_s } => (
            StatusCode::TOO_MANY_REQUESTS,
            wait(office, t, retry_after_s),
        ),
        SignInRefusal::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            t.get("office-sign-in-unavailable"),
        ),
    }
}

/// Says how long to wait, rounded up, and until when.
pub(crate) fn wait(office: &Office, t: Texts, retry_after_s: u64) -> String {
    let wait_ms = i64::try_from(retry_after_s)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000);
    let (key, number) = match retry_after_s {
        0..=59 => ("office-wait-seconds", retry_after_s.max(1)),
        60..=5_400 => ("office-wait-minutes", retry_after_s.div_ceil(60)),
        _ => ("office-wait-hours", retry_after_s.div_ceil(3_600)),
    };
    let until = t.time(office.now_utc_ms().saturating_add(wait_ms));
    let wait = t.count(key, number);
    t.with_all(
        "office-sign-in-too-many-tries",
        &[("wait", &wait), ("until", &until)],
    )
}

/// Gives the browser a new session, closes the one it had, and goes on.
pub(crate) async fn enter(
    office: &Office,
    caller: &Caller,
    token: &SessionToken,
    next: &str,
) -> Response<Body> {
    if let Some(old) = caller.token.as_ref().filter(|old| *old != token) {
        office.gate.sign_out(old.as_str()).await;
    }
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = cookie::set(token, caller.connection) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Closes the session and forgets what the browser kept of it.
pub(crate) async fn sign_out(State(office): State<Office>, caller: Caller) -> Response<Body> {
    if let Some(token) = &caller.token {
        office.gate.sign_out(token.as_str()).await;
    }
    leave(caller.connection)
}

fn leave(connection: Connection) -> Response<Body> {
    let mut response = Redirect::to(&format!("{ADDRESS}?{SIGNED_OUT}")).into_response();
    let headers = response.headers_mut();
    if let Some(cookie) = cookie::clear(connection) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    let forget = HeaderValue::from_static("\"cache\", \"storage\"");
    headers.insert("clear-site-data", forget);
    response
}
