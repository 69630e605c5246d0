//! The phone's pages over a store of many projects.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use jawla_client::NewVisit;
use jawla_client::handset::{ByItself, Handset, HandsetOptions};
use jawla_client::platform::LinkKind;
use jawla_model::VisitKind;
use jawla_model::{DocumentId, PersonId, ScopeId};
use tokio::net::TcpListener;

use super::asking::inside;
use super::paint::Shown;
use super::{Bars, row};
use crate::ground::Ground;
use crate::phone::{Inside, Phone};
use crate::report::Row;

const BARS: Bars = Bars {
    share: 0.95,
    time_ms: 5.0,
    size_bytes: 60_000,
    words: "p95 <= 5 ms, HTML <= 60 kB",
};

/// A phone with two communes, and its pages.
pub struct Handheld {
    pages: Router,
    sheet: String,
    visit: String,
}

impl Handheld {
    /// Enrols somebody in the workload's commune and in that of the long list, and pulls both.
    pub async fn enrol(ground: &Ground, root: &Path, long: ScopeId) -> anyhow::Result<Self> {
        let person = PersonId(ground.core().draw());
        let scopes = vec![ground.scope, long];
        let phone = Phone::enrol(ground, &root.join("handheld"), person, scopes).await?;
        phone.sync(&Inside::new(ground), LinkKind::Metered).await?;
        let document: DocumentId = ground.document_ids()[0];
        let new = NewVisit {
            document,
            kind: VisitKind::FollowUp,
        };
        let visit = phone.client.start_visit(new).await?;
        let options = HandsetOptions {
            by_itself: ByItself::No,
            ..HandsetOptions::new(jawla_server::reference::shipped()?)
        };
        let handset = Handset::start(phone.client, options);
        let pages = jawla_field::router(Arc::new(handset));
        let chosen = inside(&pages, "/langue", Some("langue=fr")).await?;
        anyhow::ensure!(chosen.status.is_redirection(), "/langue: {}", chosen.status);
        Ok(Self {
            pages,
            sheet: format!("/projets/{document}"),
            visit: format!("/visites/{document}/{visit}"),
        })
    }

    fn list(&self) -> [(&'static str, &str); 7] {
        [
            ("phone page: À faire", "/a-faire"),
            ("phone page: Projets", "/projets"),
            (
                "phone page: Projets, two words searched",
                "/projets?q=route+piste",
            ),
            ("phone page: Fiche projet, 60 visits", &self.sheet),
            ("phone page: Visite", &self.visit),
            ("phone page: Envois", "/envois"),
            ("phone page: Moi", "/moi"),
        ]
    }

    /// Each page, many times.
    pub async fn replies(&self, samples: usize) -> anyhow::Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (measure, path) in self.list() {
            let (mut times, mut size_bytes) = (Vec::new(), 0);
            // The first fills the caches, as opening the app does.
            for turn in 0..=samples {
                let answer = inside(&self.pages, path, None).await?;
                anyhow::ensure!(answer.status == StatusCode::OK, "{path}: {}", answer.status);
                size_bytes = answer.body.len();
                if turn > 0 {
                    times.push(answer.whole_ms);
                }
            }
            rows.push(row(measure, &times, size_bytes, &BARS));
        }
        Ok(rows)
    }

    /// Serves the pages on loopback and says what a browser shall show of them.
    pub async fn in_browser(&self) -> anyhow::Result<Vec<Shown>> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let address = listener.local_addr()?;
        let pages = self.pages.clone();
        tokio::spawn(async move { axum::serve(listener, pages).await });
        let shown = |(name, path): (&'static str, &str)| Shown {
            name,
            url: format!("http://{address}{path}"),
            cookie: String::new(),
            width: 360,
            throttle: 6,
            paint_ms_max: Some(900.0),
        };
        Ok(self.list().into_iter().map(shown).collect())
    }
}
