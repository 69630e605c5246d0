//! The pages: one module each, with its templates under `templates/`.

pub(crate) mod assets;
pub(crate) mod caller;
pub(crate) mod disagreements;
pub(crate) mod entry;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod fault;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod language;
pub(crate) mod map;
pub(crate) mod moment;
pub(crate) mod names;
pub(crate) mod overview;
pub(crate) mod phones;
pub(crate) mod project;
pub(crate) mod projects;
pub(crate) mod review;
pub(crate) mod rows;
pub(crate) mod values;
pub(crate) mod visits;
pub(crate) mod welcome;

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use jawla_model::visit::RecordWord;
use jawla_model::{Language, Role};
use jawla_ui::{Texts, assets as files};
use jawla_views::{ConflictQuery, PageWindow, VisitQuery, VisitsShown};

use crate::Office;
use crate::format::plain;
use caller::{Caller, Visitor};
use fault::PageFault;

/// A part of the office, as the rail lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Overview,
    Map,
    Projects,
    Import,
    Visits,
    Review,
    Disagreements,
    Phones,
    /// The page of the keys, which the foot of the rail leads to.
    Keys,
}

impl Section {
    const fn line(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Section::Overview => ("office-nav-overview", "/", "layout-dashboard"),
            Section::Map => ("office-nav-map", "/carte", "map"),
            Section::Projects => ("office-nav-projects", "/projets", "folder"),
            Section::Import => ("office-nav-import", import::HREF, "upload"),
            Section::Visits => ("office-nav-visits", "/visites", "eye"),
            Section::Review => ("office-nav-review", "/a-valider", "clipboard-check"),
            Section::Disagreements => ("office-nav-disagreements", "/a-departager", "scale"),
            Section::Phones => ("office-nav-phones", "/telephones", "smartphone"),
            Section::Keys => ("office-keys-title", "/clavier", "keyboard"),
        }
    }
}

/// The rail: titles and the parts under them.
const RAIL: [(&str, &[Section]); 4] = [
    ("office-group-steering", &[Section::Overview, Section::Map]),
    (
        "office-group-projects",
        &[Section::Projects, Section::Import],
    ),
    (
        "office-group-field",
        &[Section::Visits, Section::Review, Section::Disagreements],
    ),
    ("office-group-administration", &[Section::Phones]),
];

/// A group of the rail as shown.
pub(crate) struct RailGroup {
    pub(crate) title: String,
    pub(crate) links: Vec<RailLink>,
}

/// A line of the rail as shown.
pub(crate) struct RailLink {
    pub(crate) name: String,
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) badge: Option<String>,
    pub(crate) state: Here,
}

/// Whether a line of the rail is the page shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Yes,
    No,
}

impl RailLink {
    pub(crate) fn is_here(&self) -> bool {
        self.state == Here::Yes
    }
}

/// What stands around the content of every page.
pub(crate) struct Frame {
    pub(crate) t: Texts,
    pub(crate) province: String,
    pub(crate) who: Option<Who>,
    pub(crate) demonstration: Demonstration,
    pub(crate) rail: Vec<RailGroup>,
    /// What waits for the person, as far as it could be counted.
    pub(crate) waiting: Waiting,
    /// Where the switch of the language comes back to.
    pub(crate) here: String,
    /// The names of [`jawla_views::Changed`] that this page shows, apart by spaces; empty where
    /// nothing on it changes.
    pub(crate) names: String,
    /// The serial of changes that the page is at least as new as.
    pub(crate) serial: u64,
}

/// Who is signed in, as the header says it.
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: &'static str,
}

/// Whether the page shows demonstration data, which it must then say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demonstration {
    Shown,
    Absent,
}

impl Demonstration {
    /// Shown, where any of some rows is.
    pub(crate) fn of(rows: u64) -> Self {
        match rows {
            0 => Demonstration::Absent,
            _ => Demonstration::Shown,
        }
    }
}

impl Frame {
    /// For somebody who is not (known to be) signed in.
    pub(crate) fn anonymous(office: &Office, t: Texts) -> Self {
        let province = &office.province;
        Self {
            t,
            province: plain(t.choose(&province.name_fr, &province.name_ar)),
            who: None,
            demonstration: Demonstration::Absent,
            rail: Vec::new(),
            waiting: Waiting::default(),
            here: "/".to_owned(),
            names: String::new(),
            serial: 0,
        }
    }

    /// The same, with where the switch of the language comes back to.
    pub(crate) fn at_entrance(office: &Office, caller: &Caller) -> Self {
        Self {
            here: caller.here.clone(),
            ..Self::anonymous(office, caller.texts())
        }
    }

    /// For a person at work, with the counts of what waits for them.
    pub(crate) async fn at_work(
        office: &Office,
        visitor: &Visitor,
        section: Section,
        shown: Demonstration,
    ) -> Self {
        let (t, who) = (visitor.t, &visitor.who);
        let serial = office.changes.serial();
        let waiting = Waiting::of(office, visitor).await;
        let link = |one: &Section| {
            let (name, href, icon) = one.line();
            RailLink {
                name: t.get(name),
                href,
                icon,
                badge: waiting.badge(t, *one),
                state: if *one == section { Here::Yes } else { Here::No },
            }
        };
        Self {
            who: Some(Who {
                name: plain(&who.name),
                role: role_label(t, who.role),
            }),
            demonstration: shown,
            rail: RAIL
                .iter()
                .map(|(title, sections)| RailGroup {
                    title: t.get(title),
                    links: sections
                        .iter()
                        .filter(|one| **one != Section::Import || import::may_import(who.role))
                        .map(link)
                        .collect(),
                })
                .collect(),
            waiting,
            here: visitor.here.clone(),
            serial,
            ..Self::anonymous(office, t)
        }
    }

    /// The same, refreshed when something of these names changes; `everything` always counts.
    pub(crate) fn showing(mut self, names: impl Into<String>) -> Self {
        self.names = names.into();
        self
    }

    pub(crate) fn is_demonstration(&self) -> bool {
        self.demonstration == Demonstration::Shown
    }

    /// The address of one of our own files.
    pub(crate) fn file(&self, name: &str) -> &'static str {
        files::href(name)
    }

    /// One symbol of the sprite.
    pub(crate) fn icon(&self, name: &str) -> String {
        format!("{}#{name}", self.file("icons.svg"))
    }

    /// The keys, for the panel that lists them.
    pub(crate) fn keys(&self) -> Vec<keys::KeyLine> {
        keys::lines(self.t)
    }

    /// Whether the page itself lists the keys.
    pub(crate) fn explains_keys(&self) -> bool {
        keys::is_here(&self.here)
    }

    /// The language that the switch leads to.
    pub(crate) fn other(&self) -> Language {
        self.t.language.other()
    }
}

/// What waits for the person, counted for the rail; unknown where the store is busy.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Waiting {
    pub(crate) review: Option<u64>,
    pub(crate) disagreements: Option<u64>,
}

impl Waiting {
    async fn of(office: &Office, visitor: &Visitor) -> Self {
        let window = PageWindow {
            offset: 0,
            rows_max: 1,
        };
        let received = VisitQuery {
            scopes: visitor.who.scopes.clone(),
            shown: VisitsShown::Finished(BTreeSet::from([RecordWord::Received])),
            window,
            ..VisitQuery::default()
        };
        let open = ConflictQuery {
            scopes: visitor.who.scopes.clone(),
            window,
            ..ConflictQuery::default()
        };
        let (review, disagreements) = tokio::join!(
            office.views.visits(&received),
            office.views.conflicts(&open)
        );
        Self {
            review: review.ok().map(|page| page.total),
            disagreements: disagreements.ok().map(|page| page.total),
        }
    }

    fn badge(&self, t: Texts, section: Section) -> Option<String> {
        let number = match section {
            Section::Review => self.review,
            Section::Disagreements => self.disagreements,
            _ => None,
        };
        number
            .filter(|number| *number > 0)
            .map(|number| t.count_of(number))
    }
}

/// The name of a role.
pub(crate) fn role_label(t: Texts, role: Role) -> &'static str {
    t.choose(role.label_fr(), role.label_ar())
}

/// Renders a page.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Result<Response<Body>, PageFault> {
    let body = page.render()?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Ok(response)
}
