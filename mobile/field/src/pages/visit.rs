//! The form of a visit: one scrolling page of six folds that saves by itself, and the readable
//! sheet of a visit that is somebody else's.

mod fields;
mod form;
mod orders;
mod photos;
mod saving;
mod sheet;
pub(crate) mod typed;
pub(crate) mod viewer;

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use jawla_model::{DocumentId, Hash32, PersonId, VisitField, VisitId, VisitKind};
use jawla_views::phone::{PhoneStatus, VisitForm};
use jawla_views::{Command, CommandError};
use serde::Deserialize;

use crate::{Answer, Fault, Field, done, limits};

/// The routes of visits.
pub(crate) fn routes() -> Router<Field> {
    let photos = post(photos::add).layer(DefaultBodyLimit::max(limits::PHOTO_BYTES_MAX));
    Router::new()
        .route("/projets/{document}/visites", post(begin))
        .route(
            "/visites/{document}/{visit}",
            get(open).post(saving::save_all),
        )
        .route(
            "/visites/{document}/{visit}/champ",
            post(saving::save_field),
        )
        .route("/visites/{document}/{visit}/quitter", post(saving::leave))
        .route(
            "/visites/{document}/{visit}/terminer",
            get(back_to_form).post(saving::finish),
        )
        .route(
            "/visites/{document}/{visit}/comme-avant",
            post(orders::fill_as_before),
        )
        .route(
            "/visites/{document}/{visit}/actions",
            post(orders::plan_action),
        )
        .route(
            "/visites/{document}/{visit}/departager",
            post(orders::settle),
        )
        .route("/visites/{document}/{visit}/annuler", post(orders::undo))
        .route(
            "/visites/{document}/{visit}/supprimer",
            get(orders::ask_delete).post(orders::delete),
        )
        .route("/visites/{document}/{visit}/photos", photos)
        .route(
            "/visites/{document}/{visit}/photos/{hash}",
            get(viewer::show),
        )
        .route(
            "/visites/{document}/{visit}/photos/{hash}/retirer",
            post(photos::remove),
        )
}

/// Which visit an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) document: DocumentId,
    pub(crate) visit: VisitId,
}

impl Place {
    fn read(document: &str, visit: &str) -> Result<Self, Fault> {
        Ok(Self {
            document: document.parse().map_err(|_| Fault::NotFound)?,
            visit: visit.parse().map_err(|_| Fault::NotFound)?,
        })
    }

    pub(crate) fn href(self) -> String {
        format!("/visites/{}/{}", self.document, self.visit)
    }

    pub(crate) fn project_href(self) -> String {
        format!("/projets/{}", self.document)
    }
}

/// The two ids of an address, as axum hands them over.
pub(crate) type Ids = Path<(String, String)>;

/// What the page says above the form, once.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Told {
    /// It was just finished.
    #[serde(default)]
    fini: String,
    /// The change that took a photo out: it can be taken back for a moment.
    #[serde(default)]
    retire: String,
}

/// What a person typed that could not be kept, by key of the field: the text and the sentence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refused {
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) sentences: BTreeMap<String, String>,
    /// Whether the person asked to finish: then every broken rule is said beside its field.
    pub(crate) asked_to_finish: bool,
    /// A sentence about the whole.
    pub(crate) whole: Option<String>,
}

async fn open(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    Query(told): Query<Told>,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    show(&field, place, StatusCode::OK, &told, &Refused::default()).await
}

/// A reload of what an order answered leads to the page itself.
async fn back_to_form(Path((document, visit)): Ids) -> Answer {
    let place = Place::read(&document, &visit)?;
    done(&HeaderMap::new(), &place.href())
}

/// The page of a visit: the form, or the sheet where this person may not write.
pub(crate) async fn show(
    field: &Field,
    place: Place,
    code: StatusCode,
    told: &Told,
    refused: &Refused,
) -> Answer {
    let status = field.status().await?;
    let form = find(field, place).await?;
    if form.editable {
        let removed = told.retire.parse::<Hash32>().ok();
        let said = form::Said {
            finished: !told.fini.is_empty(),
            removed_photo: removed,
        };
        let reference = field.phone.reference().await;
        let people = field.phone.views().people().await?;
        let page = form::page(&status, place, &form, &reference, &people, &said, refused);
        return crate::page(code, &page);
    }
    readable(&status, &form)?;
    let reference = field.phone.reference().await;
    let people = field.phone.views().people().await?;
    crate::page(
        code,
        &sheet::page(&status, place, &form, &reference, &people),
    )
}

/// What somebody else has not finished is not shown.
pub(crate) fn readable(status: &PhoneStatus, form: &VisitForm) -> Result<(), Fault> {
    let me = status.person.as_ref().map(|person| person.person);
    if form.visit.is_draft() && !form.editable && form.visit.author != me {
        return Err(Fault::NotFound);
    }
    Ok(())
}

/// The form of a visit.
pub(crate) async fn find(field: &Field, place: Place) -> Result<VisitForm, Fault> {
    let form = field.phone.visit_form(place.document, place.visit).await?;
    form.filter(|form| form.visit.status != jawla_model::VisitStatus::Deleted.code())
        .ok_or(Fault::NotFound)
}

/// The form of a visit that this person may write into.
pub(crate) async fn writable(field: &Field, place: Place) -> Result<VisitForm, Fault> {
    let form = find(field, place).await?;
    if form.editable {
        return Ok(form);
    }
    let reason = jawla_model::Reason::Role;
    Err(CommandError::NotAllowed(reason).into())
}

/// Whose phone it is.
pub(crate) fn person(status: &PhoneStatus) -> Result<PersonId, Fault> {
    let person = status.person.as_ref().map(|person| person.person);
    person.ok_or_else(|| CommandError::NotEnrolled.into())
}

#[derive(Deserialize)]
struct Begin {
    #[serde(default)]
    kind: String,
}

async fn begin(
    State(field): State<Field>,
    Path(document): Path<String>,
    axum::Form(begin): axum::Form<Begin>,
) -> Answer {
    let document: DocumentId = document.parse().map_err(|_| Fault::NotFound)?;
    let kind = match begin.kind.as_str() {
        "" => VisitKind::FollowUp,
        code => VisitKind::from_code(code).ok_or_else(|| CommandError::BadValue {
            key: VisitField::Kind.key(),
            error: jawla_model::rules::field::ValueError::UnknownCode,
        })?,
    };
    let by = person(&field.status().await?)?;
    let order = Command::StartVisit { document, kind };
    let receipt = field.phone.carry_out(by, order).await?;
    let visit = receipt.visit.ok_or(CommandError::NotFound)?;
    // Always to the form: there is no page to keep.
    done(&HeaderMap::new(), &Place { document, visit }.href())
}
