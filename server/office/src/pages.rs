//! The pages: one module each, with its templates under `templates/`.

pub(crate) mod assets;
pub(crate) mod caller;
pub(crate) mod entry;
pub(crate) mod fault;
pub(crate) mod overview;
pub(crate) mod welcome;

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};

use crate::Office;
use crate::format::plain;
use crate::gate::SignedIn;
use fault::PageFault;

/// What stands around the content of every page.
pub(crate) struct Frame {
    pub(crate) province_fr: String,
    pub(crate) province_ar: String,
    pub(crate) who: Option<Who>,
    pub(crate) demonstration: Demonstration,
    pub(crate) style: &'static str,
    pub(crate) icon: &'static str,
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

impl Frame {
    /// For somebody who is not (known to be) signed in.
    pub(crate) fn anonymous(office: &Office) -> Self {
        Self {
            province_fr: plain(&office.province.name_fr),
            province_ar: plain(&office.province.name_ar),
            who: None,
            demonstration: Demonstration::Absent,
            style: assets::style_href(),
            icon: assets::icon_href(),
        }
    }

    /// For a person at work.
    pub(crate) fn signed_in(office: &Office, who: &SignedIn, shown: Demonstration) -> Self {
        Self {
            who: Some(Who {
                name: plain(&who.name),
                role: who.role.label_fr(),
            }),
            demonstration: shown,
            ..Self::anonymous(office)
        }
    }

    pub(crate) fn is_demonstration(&self) -> bool {
        self.demonstration == Demonstration::Shown
    }
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
