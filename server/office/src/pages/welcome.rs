//! The one-time link: a person chooses a login and a password, and is in.

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use jawla_ui::Texts;
use serde::Deserialize;

use crate::credentials::{LoginFault, PasswordFault, check_login, check_password};
use crate::gate::LinkRefusal;
use crate::pages::caller::Caller;
use crate::pages::entry::{enter, wait};
use crate::pages::fault::{PageFault, or_page};
use crate::pages::{Frame, html};
use crate::{Office, credentials, format, limits};

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
    again: Option<String>,
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
pub(crate) async fn ask(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
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
                frame: Frame::at_entrance(&office, &caller),
                secret,
                login: String::new(),
                faults: Faults::default(),
            },
        ),
    };
    or_page(&office, caller.texts(), answer)
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
    or_page(&office, caller.texts(), answer)
}

async fn open_account(
    office: &Office,
    caller: &Caller,
    form: WelcomeForm,
) -> Result<Response<Body>, PageFault> {
    if !could_be_secret(&form.lien) {
        return Err(PageFault::Link);
    }
    let t = caller.texts();
    let login = form.identifiant.trim();
    let faults = by_the_rules(t, &form, login);
    if faults.any() {
        return again(office, t, &form, StatusCode::UNPROCESSABLE_ENTITY, faults);
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
            faults.login = Some(login_fault(t, fault));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        LinkRefusal::Password(fault) => {
            faults.password = Some(password_fault(t, fault));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        LinkRefusal::TooManyTries { retry_after_s } => {
            faults.whole = Some(wait(office, t, retry_after_s));
            StatusCode::TOO_MANY_REQUESTS
        }
        LinkRefusal::Unavailable => {
            faults.whole = Some(t.get("office-sign-in-unavailable"));
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    again(office, t, &form, status, faults)
}

/// All that can be said without the accounts, so that both fields are corrected at once.
fn by_the_rules(t: Texts, form: &WelcomeForm, login: &str) -> Faults {
    let password = &form.mot_de_passe;
    Faults {
        whole: None,
        login: check_login(login).err().map(|fault| login_fault(t, fault)),
        password: check_password(password, login)
            .err()
            .map(|fault| password_fault(t, fault)),
        again: (form.encore != *password).then(|| t.get("office-welcome-different")),
    }
}

fn login_fault(t: Texts, fault: LoginFault) -> String {
    match fault {
        LoginFault::Length => t.with_all(
            "office-welcome-login-length",
            &[
                ("min", &credentials::LOGIN_CHARS_MIN.to_string()),
                ("max", &credentials::LOGIN_CHARS_MAX.to_string()),
            ],
        ),
        LoginFault::Characters => t.get("office-welcome-login-characters"),
        LoginFault::Taken => t.get("office-welcome-login-taken"),
    }
}

fn password_fault(t: Texts, fault: PasswordFault) -> String {
    let number = |key, number: usize| t.with(key, "number", number.to_string());
    match fault {
        PasswordFault::TooShort => number(
            "office-welcome-password-short",
            credentials::PASSWORD_CHARS_MIN,
        ),
        PasswordFault::TooLong => number(
            "office-welcome-password-long",
            credentials::PASSWORD_CHARS_MAX,
        ),
        PasswordFault::Common => t.get("office-welcome-password-common"),
        PasswordFault::ContainsLogin => t.get("office-welcome-password-login"),
    }
}

impl WelcomePage {
    fn login_rule(&self) -> String {
        self.frame.t.with_all(
            "office-welcome-login-rule",
            &[
                ("min", &credentials::LOGIN_CHARS_MIN.to_string()),
                ("max", &credentials::LOGIN_CHARS_MAX.to_string()),
            ],
        )
    }

    fn password_rule(&self) -> String {
        let min = credentials::PASSWORD_CHARS_MIN.to_string();
        self.frame
            .t
            .with("office-welcome-password-rule", "number", min)
    }
}

fn again(
    office: &Office,
    t: Texts,
    form: &WelcomeForm,
    status: StatusCode,
    mut faults: Faults,
) -> Result<Response<Body>, PageFault> {
    faults
        .whole
        .get_or_insert_with(|| t.get("office-welcome-to-correct"));
    let page = WelcomePage {
        frame: Frame::anonymous(office, t),
        secret: form.lien.clone(),
        login: format::plain(&form.identifiant),
        faults,
    };
    html(status, &page)
}
