//! The office's pages over a real connection, on a server with a whole province.

use std::net::SocketAddr;

use anyhow::Context;
use axum::http::{StatusCode, header};

use super::asking::{Answered, over};
use super::paint::Shown;
use super::{Bars, kb, row};
use crate::ground::Ground;
use crate::report::{Row, ms};

const LOGIN: &str = "mesure";
const PASSWORD: &str = "trois-chevaux-gris";

const PAGE: Bars = Bars {
    share: 0.95,
    time_ms: 150.0,
    size_bytes: 250_000,
    words: "p95 <= 150 ms",
};
const FILTER: Bars = Bars {
    share: 0.95,
    time_ms: 200.0,
    size_bytes: 250_000,
    words: "p95 <= 200 ms",
};
const OVERVIEW: Bars = Bars {
    share: 0.95,
    time_ms: 150.0,
    size_bytes: 60_000,
    words: "p95 <= 150 ms, HTML <= 60 kB",
};

/// A file of all projects is there within so long.
const FILE_MS_MAX: f64 = 3_000.0;

/// Somebody who has signed in.
pub struct Bureau {
    address: SocketAddr,
    cookie: String,
    sheet: String,
    projects: u64,
}

impl Bureau {
    /// Becomes the first administrator.
    pub async fn open(ground: &Ground, projects: u64) -> anyhow::Result<Self> {
        let address = ground.running.plain;
        let link = ground.folder.first_administrator()?;
        let link = link.context("there is an administrator already")?;
        let form = format!(
            "lien={}&identifiant={LOGIN}&mot_de_passe={PASSWORD}&encore={PASSWORD}",
            link.secret
        );
        let entered = over(address, "/bienvenue", "", Some(&form)).await?;
        anyhow::ensure!(
            entered.status.is_redirection(),
            "/bienvenue: {}",
            entered.status
        );
        let cookie = entered.headers.get(header::SET_COOKIE);
        let cookie = cookie.context("no session")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self {
            address,
            cookie,
            sheet: format!("/projets/{}", ground.document_ids()[0]),
            projects,
        })
    }

    async fn ask(&self, path: &str) -> anyhow::Result<Answered> {
        let answer = over(self.address, path, &self.cookie, None).await?;
        let (status, to) = (answer.status, answer.location());
        anyhow::ensure!(status == StatusCode::OK, "{path}: {status} {to:?}");
        Ok(answer)
    }

    fn list(&self) -> [(&'static str, &str, &'static Bars); 8] {
        [
            ("office page: overview", "/", &OVERVIEW),
            ("office page: projects, first 50", "/projets", &PAGE),
            (
                "office page: projects, page 100",
                "/projets?page=100",
                &PAGE,
            ),
            (
                "office page: projects, words searched",
                "/projets?q=route+piste",
                &FILTER,
            ),
            (
                "office page: projects, by state and programme",
                "/projets?etat=EC&programme=III-P1",
                &FILTER,
            ),
            ("office page: project sheet, 60 visits", &self.sheet, &PAGE),
            ("office page: visits", "/visites", &PAGE),
            ("office page: validation queue", "/a-valider", &PAGE),
        ]
    }

    /// Each page, many times.
    pub async fn pages(&self, samples: usize) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (measure, path, bars) in self.list() {
            let (mut times, mut size_bytes) = (Vec::new(), 0);
            for turn in 0..=samples {
                let answer = self.ask(path).await?;
                size_bytes = answer.body.len();
                if turn > 0 {
                    times.push(answer.whole_ms);
                }
            }
            rows.push(row(measure, &times, size_bytes, bars));
        }
        Ok(rows)
    }

    /// All projects as files: when the first and when the last byte is there.
    pub async fn exports(&self) -> anyhow::Result<Vec<Row>> {
        let files = [
            ("office file: CSV of all projects", "/projets.csv"),
            ("office file: XLSX of all projects", "/projets.xlsx"),
            ("office file: GeoJSON of all projects", "/projets.geojson"),
        ];
        let mut rows = Vec::new();
        for (measure, path) in files {
            let answer = self.ask(path).await?;
            let lines = match path {
                "/projets.csv" => csv_records(&answer.body).saturating_sub(1),
                _ => self.projects,
            };
            anyhow::ensure!(lines == self.projects, "{path} has {lines} projects");
            let measured = format!(
                "{}, first byte {}",
                ms(answer.whole_ms),
                ms(answer.first_ms)
            );
            rows.push(
                Row::printed(measure, measured)
                    .against("<= 3 s, streamed", answer.whole_ms <= FILE_MS_MAX)
                    .remark(format!(
                        "{} projects, {} kB",
                        self.projects,
                        kb(answer.body.len())
                    ))
                    .figure("whole_ms", answer.whole_ms)
                    .figure("first_ms", answer.first_ms)
                    .figure("body_bytes", answer.body.len() as f64),
            );
        }
        Ok(rows)
    }

    /// What a browser shall show.
    pub fn in_browser(&self) -> Vec<Shown> {
        let shown = |(name, path, _): (&'static str, &str, _)| Shown {
            name,
            url: format!("http://{}{path}", self.address),
            cookie: self.cookie.clone(),
            width: 1280,
            throttle: 1,
            paint_ms_max: None,
        };
        self.list().into_iter().take(2).map(shown).collect()
    }
}

/// Records of a CSV file: ends of lines that stand outside quotes.
fn csv_records(file: &[u8]) -> u64 {
    let mut quoted = false;
    let mut records = 0;
    for byte in file {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => records += 1,
            _ => {}
        }
    }
    records
}
