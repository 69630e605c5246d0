//! Writes every component in both languages and in the theme for the sun, with the files they
//! load, into a folder that any static server shows: `cargo run --example gallery -- FOLDER`.

use std::path::{Path, PathBuf};

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jawla_model::Language;
use jawla_model::visit::RecordWord;
use jawla_ui::{Texts, assets, receipt};
use tower::ServiceExt;

#[derive(Template)]
#[template(path = "ui/gallery.html")]
struct Gallery {
    t: Texts,
    sun: bool,
    icons: &'static str,
    style: &'static str,
    onward: &'static str,
    words: &'static [RecordWord],
    title: &'static str,
    commune: &'static str,
    receipt: String,
    running: String,
    now_ms: i64,
}

impl Gallery {
    fn of(language: Language, sun: bool) -> Self {
        let t = Texts::of(language);
        let (onward, title, commune) = match language {
            Language::Fr => ("chevron-right", "Dar Taliba, PV n° 12/2024", "Bni Ikhlef"),
            Language::Ar => ("chevron-left", "دار الطالبة PV n° 12/2024", "بني يخلف"),
        };
        Self {
            t,
            sun,
            icons: assets::href("icons.svg"),
            style: assets::href("jawla.css"),
            onward,
            words: RecordWord::ALL,
            title,
            commune,
            receipt: receipt::words(language, [7, 80, 160, 250]),
            running: t.with_all("net-run", &[("done", "3"), ("total", "12")]),
            now_ms: 1_795_439_100_000,
        }
    }
}

async fn copy(name: &str, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let href = assets::href(name);
    let request = Request::get(href).body(Body::empty())?;
    let response = assets::router::<()>().oneshot(request).await?;
    let bytes = to_bytes(response.into_body(), 1 << 20).await?;
    std::fs::write(folder.join(href.trim_start_matches('/')), bytes)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(folder.join("statique"))?;
    for name in [
        "jawla.css",
        "icons.svg",
        "noto-sans.woff2",
        "noto-sans-arabic.woff2",
    ] {
        copy(name, &folder).await?;
    }
    for language in Language::ALL {
        for (sun, theme) in [(false, "paper"), (true, "sun")] {
            let page = Gallery::of(*language, sun).render()?;
            std::fs::write(
                folder.join(format!("{}-{theme}.html", language.code())),
                page,
            )?;
        }
    }
    Ok(())
}
