//! Files that pages load, under names that hold their content's hash: style, fonts, icons,
//! scripts. Compiled in; nothing is read from disk.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Where the files are mounted.
pub const PREFIX: &str = "/statique/";

/// How long a file of one name stays what it is: a year.
const AGE: &str = "public, max-age=31536000, immutable";

struct Asset {
    name: &'static str,
    href: String,
    content: &'static [u8],
    kind: &'static str,
}

macro_rules! assets {
    ($($file:literal $kind:literal;)*) => {
        LazyLock::new(|| vec![$(Asset::new($file, include_bytes!(concat!("../static/", $file)), $kind)),*])
    };
}

static ASSETS: LazyLock<Vec<Asset>> = assets! {
    "jawla.css" "text/css; charset=utf-8";
    "field.css" "text/css; charset=utf-8";
    "visit.css" "text/css; charset=utf-8";
    "office.css" "text/css; charset=utf-8";
    "desk.css" "text/css; charset=utf-8";
    "htmx.js" "text/javascript; charset=utf-8";
    "field.js" "text/javascript; charset=utf-8";
    "visit.js" "text/javascript; charset=utf-8";
    "office.js" "text/javascript; charset=utf-8";
    "icons.svg" "image/svg+xml";
    "jawla.svg" "image/svg+xml";
    "pending.svg" "image/svg+xml";
    "noto-sans.woff2" "font/woff2";
    "noto-sans-arabic.woff2" "font/woff2";
};

impl Asset {
    fn new(name: &'static str, content: &'static [u8], kind: &'static str) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(content));
        let short = hash.get(..16).unwrap_or(&hash);
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        Self {
            name,
            href: format!("{PREFIX}{stem}.{short}.{extension}"),
            content,
            kind,
        }
    }
}

/// The address of a file by its plain name, `jawla.css`; `#` for one that does not exist, which
/// the tests of every page look for.
pub fn href(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("#", |asset| asset.href.as_str())
}

/// The route that serves the files.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/statique/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response<Body> {
    let found = ASSETS
        .iter()
        .find(|asset| asset.href.strip_prefix(PREFIX) == Some(name.as_str()));
    let Some(asset) = found else {
        let mut missing = Response::new(Body::empty());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    let mut response = Response::new(Body::from(asset.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(AGE));
    response
}
