//! The list of projects: filters in its address, orders, pages, views that a person keeps.

pub(crate) mod list;

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, RawQuery, State};
use axum::http::{Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jawla_ui::Texts;
use jawla_views::limits::DAYS_WITHOUT_VISIT_MAX;
use serde::Deserialize;

use crate::desk::{DeskError, SavedView};
use crate::filters::ProjectFilters;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::fault::PageFault;
use crate::pages::names::Names;
use crate::pages::overview::demonstration;
use crate::pages::{Frame, Section, html};
use crate::{Office, format, limits};
use list::ProjectList;

#[derive(Template)]
#[template(path = "projects.html")]
struct ProjectsPage {
    frame: Frame,
    t: Texts,
    list: ProjectList,
    views: Vec<ViewLink>,
    /// The query of the address, for exports and for saving it.
    query: String,
    note: Option<String>,
}

/// A view that the person keeps.
struct ViewLink {
    name: String,
    href: String,
    current: Current,
}

/// Whether a view is the one shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Current {
    Yes,
    No,
}

impl ViewLink {
    fn is_current(&self) -> bool {
        self.current == Current::Yes
    }
}

impl ProjectsPage {
    fn days(&self) -> String {
        DAYS_WITHOUT_VISIT_MAX.to_string()
    }

    /// The address of an export of exactly this filter.
    fn export(&self, extension: &str) -> String {
        match self.query.is_empty() {
            true => format!("/projets.{extension}"),
            false => format!("/projets.{extension}?{}", self.query),
        }
    }

    /// Whether the view shown is one of those kept.
    fn kept(&self) -> Option<&ViewLink> {
        self.views.iter().find(|view| view.is_current())
    }
}

/// The addresses of this page.
pub(crate) fn routes() -> Router<Office> {
    Router::new()
        .route("/projets", get(show))
        .route("/projets/vues", post(keep))
        .route("/projets/vues/oublier", post(forget))
}

async fn show(
    State(office): State<Office>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let query = query.unwrap_or_default();
    for_person(&office, &caller, |visitor| {
        build(&office, visitor, query, None)
    })
    .await
}

async fn build(
    office: &Office,
    visitor: Visitor,
    query: String,
    note: Option<String>,
) -> Result<Response<Body>, PageFault> {
    let (t, who) = (visitor.t, &visitor.who);
    let now_utc_ms = office.now_utc_ms();
    let filters = ProjectFilters::from_query(&query);
    let question = filters.question(who.scopes.clone(), now_utc_ms);
    let (overview, projects) = tokio::try_join!(
        office.views.overview(&who.scopes),
        office.views.projects(&question),
    )?;
    let codes = projects.rows.iter().map(|row| row.code_das.clone());
    let shared = office
        .views
        .shared_codes(&who.scopes, &codes.collect())
        .await?;
    let names = Names::of(t, &office.reference);
    // A view is kept without its page, and is current on each of them.
    let query = filters.at_page(0).to_query();
    let views = office.preferences.views(who.person).await;
    let frame = Frame::at_work(
        office,
        &visitor,
        Section::Projects,
        demonstration(&overview),
    )
    .await;
    let page = ProjectsPage {
        frame: frame.showing("project"),
        t,
        views: views.iter().map(|view| link(view, &query)).collect(),
        list: ProjectList::of(t, filters, projects, &overview, &names, now_utc_ms)
            .with_shared_codes(t, &shared),
        query,
        note,
    };
    html(StatusCode::OK, &page)
}

/// What is kept is read as an address is: it can only say filters.
fn link(view: &SavedView, shown: &str) -> ViewLink {
    let filters = ProjectFilters::from_query(&view.query);
    ViewLink {
        name: format::plain(&view.name),
        href: filters.href(),
        current: if filters.to_query() == shown {
            Current::Yes
        } else {
            Current::No
        },
    }
}

/// What the form of views sends.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ViewForm {
    nom: String,
    filtre: String,
}

async fn keep(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<ViewForm>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let keep = |visitor: Visitor| async move {
        let Form(form) = form?;
        let filters = ProjectFilters::from_query(&form.filtre).at_page(0);
        let name: String = format::plain(&form.nom)
            .chars()
            .take(limits::VIEW_NAME_CHARS_MAX)
            .collect();
        if name.is_empty() {
            let note = visitor.t.get("office-views-no-name");
            return build(
                office,
                back(visitor, &filters),
                filters.to_query(),
                Some(note),
            )
            .await;
        }
        let view = SavedView {
            name,
            query: filters.to_query(),
        };
        match office.preferences.save_view(visitor.who.person, view).await {
            Ok(()) => Ok(Redirect::to(&filters.href()).into_response()),
            Err(DeskError::Unavailable) => Err(PageFault::Unavailable),
            Err(_) => {
                let note = visitor.t.get("office-views-not-kept");
                build(
                    office,
                    back(visitor, &filters),
                    filters.to_query(),
                    Some(note),
                )
                .await
            }
        }
    };
    for_person(office, &caller, keep).await
}

/// The visitor at the list, for a page that answers a form.
fn back(visitor: Visitor, filters: &ProjectFilters) -> Visitor {
    Visitor {
        here: filters.href(),
        ..visitor
    }
}

async fn forget(
    State(office): State<Office>,
    caller: Caller,
    form: Result<Form<ViewForm>, FormRejection>,
) -> Response<Body> {
    let office = &office;
    let forget = |visitor: Visitor| async move {
        let Form(form) = form?;
        let filters = ProjectFilters::from_query(&form.filtre);
        let person = visitor.who.person;
        match office.preferences.drop_view(person, &form.nom).await {
            // One that is gone already is what was asked for.
            Ok(()) | Err(DeskError::NotFound) => Ok(Redirect::to(&filters.href()).into_response()),
            Err(_) => Err(PageFault::Unavailable),
        }
    };
    for_person(office, &caller, forget).await
}
