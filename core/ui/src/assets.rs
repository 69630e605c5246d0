//! Files that pages load, under names that hold their content's hash: style, fonts, icons,
//! scripts. Compiled in; nothing is read from disk. What only the office loads is there with the
//! feature `office`: a phone carries no map.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Where the files are mounted.
pub const PREFIX: &str = "/statique/";

/// How long a file of one name stays what it is: a year.
const AGE: &str = "public, max-age=31536000, immutable";

/// How many files there are, about: room made once.
const FILES_EXPECTED: usize = 20;

struct Asset {
    name: &'static str,
    href: String,
    content: Bytes,
    kind: &'static str,
}

macro_rules! assets {
    ($($(#[$only:meta])* $file:literal $kind:literal;)*) => {
        LazyLock::new(|| {
            let mut all = Vec::with_capacity(FILES_EXPECTED);
            $($(#[$only])* all.push(Asset::new($file, include_bytes!(concat!("../static/", $file)), $kind, &all));)*
            all
        })
    };
}

// What a style or a script names by `"./NAME"` stands before it.
static ASSETS: LazyLock<Vec<Asset>> = assets! {
    "noto-sans.woff2" "font/woff2";
    "noto-sans-arabic.woff2" "font/woff2";
    "icons.svg" "image/svg+xml";
    "jawla.svg" "image/svg+xml";
    "pending.svg" "image/svg+xml";
    "jawla.css" "text/css; charset=utf-8";
    "field.css" "text/css; charset=utf-8";
    "visit.css" "text/css; charset=utf-8";
    #[cfg(feature = "office")]
    "office.css" "text/css; charset=utf-8";
    #[cfg(feature = "office")]
    "desk.css" "text/css; charset=utf-8";
    "bridge.js" "text/javascript; charset=utf-8";
    "field.js" "text/javascript; charset=utf-8";
    "visit.js" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "office.js" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "keys.js" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "map.js" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "maplibre.mjs" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "maplibre-worker.mjs" "text/javascript; charset=utf-8";
    #[cfg(feature = "office")]
    "rtl-text.mjs" "text/javascript; charset=utf-8";
};

/// The worker of the map, which alone may compile WebAssembly: the shaping of Arabic is some. A
/// worker lives under the policy that its own file was served with, so no page needs to allow it.
const MAP_WORKER: &str = "maplibre-worker.mjs";
const MAP_WORKER_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

impl Asset {
    fn new(
        name: &'static str,
        bytes: &'static [u8],
        kind: &'static str,
        earlier: &[Asset],
    ) -> Self {
        let content = match std::str::from_utf8(bytes) {
            Ok(text) if name.ends_with(".css") || name.ends_with(".js") => {
                with_hashes(text, earlier)
            }
            _ => Bytes::from_static(bytes),
        };
        let hash = HEXLOWER.encode(&Sha256::digest(&content));
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

/// A style or a script in which `"./NAME"` says the name that the file is served under.
fn with_hashes(text: &'static str, earlier: &[Asset]) -> Bytes {
    let mut out = Cow::Borrowed(text);
    for asset in earlier {
        let plain = format!("\"./{}\"", asset.name);
        if out.contains(&plain) {
            out = Cow::Owned(out.replace(&plain, &format!("\"{}\"", asset.href)));
        }
    }
    Bytes::from(out.into_owned())
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
    let mut response = Response::new(Body::from(asset.content.clone()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(AGE));
    if asset.name == MAP_WORKER {
        let policy = HeaderValue::from_static(MAP_WORKER_POLICY);
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn status_of(path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
        router::<()>().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn files_are_served_under_their_hash_only() {
        assert_eq!(status_of(href("jawla.css")).await, StatusCode::OK);
        assert_eq!(
            status_of("/statique/jawla.css").await,
            StatusCode::NOT_FOUND
        );
        assert_eq!(href("nothing.css"), "#");
    }

    #[test]
    fn a_script_names_only_files_that_are_served() {
        let script = ASSETS
            .iter()
            .find(|asset| asset.name == "visit.js")
            .unwrap();
        let script = std::str::from_utf8(&script.content).unwrap();
        assert!(script.contains(&format!("from \"{}\"", href("field.js"))));
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".js")) {
            let script = std::str::from_utf8(&asset.content).unwrap();
            assert!(!script.contains("\"./"), "{}", asset.name);
        }
    }

    #[test]
    fn a_style_names_only_files_that_are_served() {
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".css")) {
            let style = std::str::from_utf8(&asset.content).unwrap();
            assert!(!style.contains("url(\"./"), "{}", asset.name);
            for (at, _) in style.match_indices("url(") {
                let named = style[at + 4..].split(')').next().unwrap().trim_matches('"');
                assert!(
                    ASSETS.iter().any(|other| other.href == named),
                    "{} names {named}",
                    asset.name
                );
            }
        }
    }
}
