//! *Moi*: who one is, the language, how pages look, the bytes on this phone.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jawla_model::Language;
use jawla_ui::format::plain;
use jawla_views::phone::{PhoneStanding, Settings};

use crate::names::Names;
use crate::pages::forms::Form;
use crate::{Answer, Fault, Field, Frame, Tab, done, page};

#[derive(Template)]
#[template(path = "field/me.html")]
struct MePage {
    frame: Frame,
    name: String,
    role: &'static str,
    communes: Vec<String>,
    settings: Settings,
    language: Language,
    files: String,
    database: String,
    free: Option<String>,
    contact: String,
    version: &'static str,
    server: String,
    enrol_again: bool,
}

/// Shows the page.
pub(crate) async fn show(State(field): State<Field>) -> Answer {
    let status = field.status().await?;
    let names = Names::of(&field, &status).await?;
    let t = names.t;
    let mut communes: Vec<String> = field
        .phone
        .views()
        .scopes()
        .await?
        .iter()
        .map(|scope| names.communes(&scope.communes))
        .filter(|name| !name.is_empty())
        .collect();
    communes.sort();
    communes.dedup();
    let name = status
        .person
        .as_ref()
        .map(|person| plain(t.choose(&person.name_fr, &person.name_ar)))
        .filter(|name| !name.is_empty());
    page(
        StatusCode::OK,
        &MePage {
            name: name.unwrap_or_else(|| t.get("phone-nobody")),
            role: status
                .role
                .map_or("", |role| t.choose(role.label_fr(), role.label_ar())),
            communes,
            settings: status.settings,
            language: t.language,
            files: t.size(status.storage.files_bytes),
            database: t.size(status.storage.database_bytes),
            free: status.storage.free_bytes.map(|bytes| t.size(bytes)),
            contact: status.last_contact_ms.map_or_else(
                || t.get("phone-never-contact"),
                |at_ms| t.ago(at_ms, status.now_ms),
            ),
            version: status.version,
            server: plain(&status.server),
            enrol_again: status.standing != PhoneStanding::Enrolled,
            frame: Frame::new(&status, "tab-me").tab(Tab::Me).watch("sync"),
        },
    )
}

/// Keeps one setting: the name of the field is the setting's.
pub(crate) async fn set(State(field): State<Field>, headers: HeaderMap, body: Bytes) -> Answer {
    let form = Form::read(&body)?;
    let status = field.status().await?;
    let mut settings = status.settings;
    let yes = form.text("valeur") == "oui";
    match form.text("reglage") {
        "soleil" => settings.sun = yes,
        "photos" => settings.photos_on_free_link_only = yes,
        "texte" => {
            let step: u8 = form.text("valeur").parse().map_err(|_| Fault::BadForm)?;
            settings.text_step = step.min(3);
        }
        _ => return Err(Fault::BadForm),
    }
    field.phone.save_settings(settings).await?;
    done(&headers, "/moi")
}
