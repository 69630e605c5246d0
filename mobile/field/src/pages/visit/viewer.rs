//! One photo of a visit, large: what it shows, whose it is, when it was taken, and the ones
//! before and after it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use jawla_model::{Hash32, Photo};
use jawla_ui::plain;
use jawla_views::phone::{PhoneStatus, VisitForm};
use serde::Deserialize;

use super::{Place, find, readable};
use crate::names::Names;
use crate::{Answer, Fault, Field, Frame, Tab, page};

/// The page that the viewer was opened from, and leads back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenedFrom {
    Visit,
    Project,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    de: String,
}

#[derive(Template)]
#[template(path = "visit/photo.html")]
struct PhotoPage {
    frame: Frame,
    project: String,
    role: String,
    address: String,
    width_px: u32,
    height_px: u32,
    author: String,
    taken: String,
    doubtful: bool,
    size: String,
    place_in_visit: String,
    /// Whether the file itself is on this phone.
    here: bool,
    previous: Option<String>,
    next: Option<String>,
    /// Where it is taken out; none where that is not the person's own draft.
    remove: Option<String>,
}

/// The address of a photo's page, opened from its visit.
pub(crate) fn href(place: Place, photo: &str) -> String {
    format!("{}/photos/{photo}", place.href())
}

/// The same, opened from the page of its project.
pub(crate) fn href_from_project(place: Place, photo: &str) -> String {
    format!("{}?de=projet", href(place, photo))
}

/// Shows a photo.
pub(crate) async fn show(
    State(field): State<Field>,
    Path((document, visit, hash)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let photo: Hash32 = hash.parse().map_err(|_| Fault::NotFound)?;
    let from = if asked.de == "projet" {
        OpenedFrom::Project
    } else {
        OpenedFrom::Visit
    };
    let status = field.status().await?;
    let form = find(&field, place).await?;
    readable(&status, &form)?;
    let names = Names::of(&field, &status).await?;
    let here = field.phone.blob(photo, Some(0..1)).await?.is_some();
    let shown = made(&names, &status, place, &form, photo, from, here)?;
    page(StatusCode::OK, &shown)
}

fn made(
    names: &Names,
    status: &PhoneStatus,
    place: Place,
    form: &VisitForm,
    photo: Hash32,
    from: OpenedFrom,
    here: bool,
) -> Result<PhotoPage, Fault> {
    let t = names.t;
    let photos = &form.fields.photos;
    let at = photos.iter().position(|one| one.hash == photo);
    let at = at.ok_or(Fault::NotFound)?;
    let one = photos.get(at).ok_or(Fault::NotFound)?;
    let beside = |other: Option<&Photo>| {
        other.map(|other| match from {
            OpenedFrom::Visit => href(place, &other.hash.hex()),
            OpenedFrom::Project => href_from_project(place, &other.hash.hex()),
        })
    };
    let back = match from {
        OpenedFrom::Visit => format!("{}#photos", place.href()),
        OpenedFrom::Project => format!("{}#photos", place.project_href()),
    };
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let (place_no, all) = (number(at).saturating_add(1), number(photos.len()));
    let own_draft = form.editable && form.visit.is_draft();
    let role = t.choose(one.role.label_fr(), one.role.label_ar());
    Ok(PhotoPage {
        frame: Frame::titled(status, role)
            .tab(Tab::Hidden)
            .back(back)
            .style("visit.css"),
        project: plain(t.choose(&form.project.title_fr, &form.project.title_ar)),
        role: role.to_owned(),
        address: format!("/fichier/{}", one.hash.hex()),
        width_px: one.width_px,
        height_px: one.height_px,
        author: names.person(form.visit.author),
        taken: t.instant(one.taken_at.0),
        doubtful: !form.visit.date_plausible,
        size: t.size(one.size_bytes),
        place_in_visit: t.with_all(
            "visit-photo-place",
            &[("place", &t.count_of(place_no)), ("all", &t.count_of(all))],
        ),
        here,
        previous: beside(at.checked_sub(1).and_then(|before| photos.get(before))),
        next: beside(photos.get(at.saturating_add(1))),
        remove: own_draft.then(|| format!("{}/retirer", href(place, &one.hash.hex()))),
    })
}
