//! The one-time link: a person chooses a login and a password, and is in.

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;

use crate::credentials::{check_login, check_password};
use crate::gate::LinkRefusal;
use crate::pages::caller::Caller;
use crate::pages::entry::{enter, wait};
use crate::pages::fault::{PageFault, or_page};
use crate::pages::{Frame, html};
use crate::{Office, format, limits, texts};

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    frame: Frame,
    secret: String,
    login: String,
    faults: Faults,
}

/// What to correct, beside the field it is about.
#[derive(Default)]
struct Faults {
    whole: Option<String>,
    login: Option<String>,
    password: Option<String>,
    again: Option<&'static str>,
}

impl Faults {
    fn any(&self) -> bool {
        self.whole.is_some()
            || self.login.is_some()
            || self.password.is_some()
            || self.again.is_some()
    }
}

/// What the form brings.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct WelcomeForm {
    lien: String,
    identifiant: String,
    mot_de_passe: String,
    encore: String,
}

/// Shows the form. The link is not looked at yet, so that nothing is said about it for free.
pub(crate) async fn ask(State(office): State<Office>, RawQuery(query): RawQuery) -> Response<Body> {
    let query = query.unwrap_or_default();
    let secret = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "lien")
        .map(|(_, value)| value.into_owned())
        .filter(|secret| could_be_secret(secret));
    let answer = match secret {
        None => Err(PageFault::Link),
        Some(secret) => html(
            StatusCode::OK,
            &WelcomePage {
                frame: Frame::anonymous(&office),
                secret,
                login: String::new(),
                faults: Faults::default(),
            },
        ),
    };
    or_page(&office, answer)
}

fn could_be_secret(secret: &str) -> bool {
    let fits = (1..=limits::LINK_CHARS_MAX).contains(&secret.len());
    fits && secret.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Takes the form.
pub(crate) async fn redeem(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<WelcomeForm>, FormRejection>,
) -> Response<Body> {
    let answer = match form {
        Ok(Form(form)) => open_account(&office, &caller, form).await,
        Err(rejection) => Err(PageFault::from(rejection)),
    };
    or_page(&office, answer)
}

async fn open_account(
    office: &Office,
    caller: &Caller,
    form: WelcomeForm,
) -> Result<Response<Body>, PageFault> {
    if !could_be_secret(&form.lien) {
        return Err(PageFault::Link);
    }
    let login = form.identifiant.trim();
    let faults = by_the_rules(&form, login);
    if faults.any() {
        return again(office, &form, StatusCode::UNPROCESSABLE_ENTITY, faults);
    }
    let refusal = match office
        .gate
        .redeem_link(&form.lien, login, &form.mot_de_passe)
        .await
    {
        Ok(token) => return Ok(enter(office, caller, &token, "/").await),
        Err(refusal) => refusal,
    };
    let mut faults = Faults::default();
    let status = match refusal {
        LinkRefusal::Link => return Err(PageFault::Link),
        LinkRefusal::Login(fault) => {
            faults.login = Some(texts::welcome::login_fault(fault));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        LinkRefusal::Password(fault) => {
            faults.password = Some(texts::welcome::password_fault(fault));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        LinkRefusal::TooManyTries { retry_after_s } => {
            faults.whole = Some(wait(office, retry_after_s));
            StatusCode::TOO_MANY_REQUESTS
        }
        LinkRefusal::Unavailable => {
            faults.whole = Some(texts::sign_in::UNAVAILABLE.to_owned());
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    again(office, &form, status, faults)
}

/// All that can be said without the accounts, so that both fields are corrected at once.
fn by_the_rules(form: &WelcomeForm, login: &str) -> Faults {
    let password = &form.mot_de_passe;
    Faults {
        whole: None,
        login: check_login(login).err().map(texts::welcome::login_fault),
        password: check_password(password, login)
            .err()
            .map(texts::welcome::password_fault),
        again: (form.encore != *password).then_some(texts::welcome::DIFFERENT),
    }
}

fn again(
    office: &Office,
    form: &WelcomeForm,
    status: StatusCode,
    mut faults: Faults,
) -> Result<Response<Body>, PageFault> {
    faults
        .whole
        .get_or_insert_with(|| texts::welcome::TO_CORRECT.to_owned());
    let page = WelcomePage {
        frame: Frame::anonymous(office),
        secret: form.lien.clone(),
        login: format::plain(&form.identifiant),
        faults,
    };
    html(status, &page)
}
