//! Files: our own, under names that hold their content's hash; and thumbnails, for people who
//! are signed in.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use data_encoding::HEXLOWER;
use jawla_model::Hash32;
use sha2::{Digest, Sha256};

use crate::Office;
use crate::limits;
use crate::pages::caller::Caller;
use crate::pages::fault::{self, PageFault};
use crate::protection::FILE_POLICY;

/// One of our own files.
struct Asset {
    href: String,
    content: &'static str,
    kind: &'static str,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("../../static/office.css");
    Asset::new("office", "css", content, "text/css; charset=utf-8")
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "jawla",
        "svg",
        include_str!("../../static/jawla.svg"),
        "image/svg+xml",
    )
});

/// What stands where a photo has not arrived yet: texts go before photos.
const PENDING: &str = include_str!("../../static/pending.svg");

impl Asset {
    fn new(name: &str, extension: &str, content: &'static str, kind: &'static str) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(content));
        let short = hash.get(..16).unwrap_or(&hash);
        Self {
            href: format!("/statique/{name}.{short}.{extension}"),
            content,
            kind,
        }
    }

    fn is_named(&self, name: &str) -> bool {
        self.href.strip_prefix("/statique/") == Some(name)
    }
}

/// Where the style is.
pub(crate) fn style_href() -> &'static str {
    &STYLE.href
}

/// Where the icon is.
pub(crate) fn icon_href() -> &'static str {
    &ICON.href
}

/// Serves one of our own files; an address with another hash does not exist.
pub(crate) async fn asset(
    State(office): State<Office>,
    Path(name): Path<String>,
) -> Response<Body> {
    match [&*STYLE, &*ICON]
        .into_iter()
        .find(|asset| asset.is_named(&name))
    {
        Some(asset) => file(asset.content, asset.kind, "public"),
        None => fault::page(&office, &PageFault::NotFound),
    }
}

/// Serves a thumbnail to a person who is signed in. For everybody else, and for one that is not
/// here (yet), the same placeholder, as not found.
pub(crate) async fn thumbnail(
    State(office): State<Office>,
    caller: Caller,
    Path(hash): Path<String>,
) -> Response<Body> {
    let found = match (hash.parse::<Hash32>(), caller.who(&office).await) {
        (Ok(hash), Some(_)) => office.photos.thumbnail(hash).await,
        _ => None,
    };
    let mut response = match found {
        Some(bytes) => file(bytes, "image/jpeg", "private"),
        None => {
            let mut pending = Response::new(Body::from(PENDING));
            *pending.status_mut() = StatusCode::NOT_FOUND;
            let kind = HeaderValue::from_static("image/svg+xml");
            pending.headers_mut().insert(header::CONTENT_TYPE, kind);
            pending
        }
    };
    let policy = HeaderValue::from_static(FILE_POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn file(content: impl Into<Body>, kind: &'static str, whose: &str) -> Response<Body> {
    let mut response = Response::new(content.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let cache = format!("{whose}, max-age={}, immutable", limits::IMMUTABLE_AGE_S);
    if let Ok(cache) = HeaderValue::try_from(cache) {
        headers.insert(header::CACHE_CONTROL, cache);
    }
    response
}
