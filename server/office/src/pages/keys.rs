//! The keys of the office: one list, which the panel of every page and a page of its own show.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jawla_ui::Texts;

use crate::Office;
use crate::pages::caller::{Caller, Visitor, for_person};
use crate::pages::{Demonstration, Frame, Section, html};

/// The address of the page.
const HREF: &str = "/clavier";

/// Keys as `keys.js` hears them, and the text that says what they do.
const KEYS: [(&[&str], &str); 8] = [
    (&["/"], "office-keys-find"),
    (&["j", "k"], "office-keys-move"),
    (&["↵"], "office-keys-open"),
    (&["x"], "office-keys-tick"),
    (&["v"], "office-keys-approve"),
    (&["r"], "office-keys-return"),
    (&["?"], "office-keys-help"),
    (&["Esc"], "office-keys-leave"),
];

/// A line of the list.
pub(crate) struct KeyLine {
    pub(crate) keys: &'static [&'static str],
    pub(crate) does: String,
}

/// The lines of the list.
pub(crate) fn lines(t: Texts) -> Vec<KeyLine> {
    let line = |(keys, text): &(&'static [&'static str], &str)| KeyLine {
        keys,
        does: t.get(text),
    };
    KEYS.iter().map(line).collect()
}

/// The addresses of this page.
pub(crate) fn routes() -> Router<Office> {
    Router::new().route(HREF, get(show))
}

/// Whether this is the address of the page, which needs no panel over itself.
pub(crate) fn is_here(address: &str) -> bool {
    address.split('?').next() == Some(HREF)
}

#[derive(Template)]
#[template(path = "keys/page.html")]
struct KeysPage {
    frame: Frame,
    t: Texts,
}

async fn show(State(office): State<Office>, caller: Caller) -> Response<Body> {
    let office = &office;
    let build = |visitor: Visitor| async move {
        let page = KeysPage {
            frame: Frame::at_work(office, &visitor, Section::Keys, Demonstration::Absent).await,
            t: visitor.t,
        };
        html(StatusCode::OK, &page)
    };
    for_person(office, &caller, build).await
}
