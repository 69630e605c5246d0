//! The switch between the two languages.

use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{Response, header};
use axum::response::{IntoResponse, Redirect};
use jawla_model::Language;
use serde::Deserialize;

use crate::pages::caller::{Caller, local_address};
use crate::pages::fault::{PageFault, or_page};
use crate::{Office, cookie};

/// What the switch sends.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Switch {
    langue: String,
    retour: String,
}

/// Keeps the language, in this browser and for the person, and goes back to the page.
pub(crate) async fn choose(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<Switch>, FormRejection>,
) -> Response<Body> {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => {
            return or_page(&office, caller.texts(), Err(PageFault::from(rejection)));
        }
    };
    let back = local_address(&form.retour).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&back).into_response();
    let Some(language) = Language::from_code(&form.langue) else {
        return response;
    };
    if let Some(who) = caller.who(&office).await {
        // The cookie keeps it in this browser even where the store is busy.
        if let Err(error) = office.preferences.set_language(who.person, language).await {
            tracing::warn!(%error, "a person's language was not kept");
        }
    }
    if let Some(cookie) = cookie::set_language(language, caller.connection) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
