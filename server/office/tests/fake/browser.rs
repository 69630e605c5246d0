//! A browser of the tests: sends requests to the router in process and keeps a cookie.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jawla_model::{Hash32, ReportingState};
use jawla_office::{Connection, router};
use tower::ServiceExt;

use crate::fake::{self, DAY_MS, FakeGate, FakeViews, now_ms};

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A server and, once signed in, the cookie a browser would keep.
pub struct Browser {
    pub router: Router,
    pub gate: Arc<FakeGate>,
    pub connection: Option<Connection>,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn new(views: FakeViews) -> Self {
        Self::with_gate(Arc::new(views), FakeGate::default())
    }

    pub fn with_gate(views: Arc<FakeViews>, gate: FakeGate) -> Self {
        let gate = Arc::new(gate);
        Self {
            router: router(fake::office(views, Arc::clone(&gate))),
            gate,
            connection: None,
            cookie: None,
        }
    }

    pub fn signed_in(views: FakeViews) -> Self {
        let browser = Self::new(views);
        browser.with_session("session-0")
    }

    pub fn with_session(mut self, token: &str) -> Self {
        self.gate.sessions.lock().unwrap().insert(token.to_owned());
        self.cookie = Some(format!("jawla-local={token}"));
        self
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let mut request = request;
        if let Some(connection) = self.connection {
            request.extensions_mut().insert(connection);
        }
        if let Some(cookie) = &self.cookie {
            request
                .headers_mut()
                .insert(header::COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, address: &str, form: &str) -> Answer {
        self.post_from(address, form, "same-origin").await
    }

    pub async fn post_from(&self, address: &str, form: &str, site: &str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "127.0.0.1:8080")
            .header("sec-fetch-site", site)
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await
    }
}

/// The fields of the form of signing in.
pub fn credentials(login: &str, password: &str) -> String {
    format!(
        "identifiant={login}&mot_de_passe={}",
        password.replace(' ', "+")
    )
}

/// Four projects, two visits, three communes: every state a line can be in.
pub fn a_province() -> FakeViews {
    let mut projects: Vec<_> = (1..=5).map(fake::project).collect();
    projects[1].title_fr = String::new();
    projects[1].title_ar = "دار الطالبة بوادي زم".to_owned();
    projects[1].communes = "053110109+053110107".to_owned();
    projects[1].reporting_state = ReportingState::Done;
    projects[1].conflicts = 2;
    projects[1].weighty_conflicts = 1;
    projects[2].programme = "III-P3".to_owned();
    projects[2].reporting_state = ReportingState::NotLaunched;
    projects[2].cost_centimes = None;
    projects[2].progress_bp = None;
    projects[2].last_visit_at_ms = None;
    projects[3].programme = "III-P3".to_owned();
    projects[3].reporting_state = ReportingState::NotRetained;
    projects[4].last_visit_at_ms = Some(now_ms() - 62 * DAY_MS);
    let mut first = fake::visit(1, &projects[0]);
    first.visit.photos = 3;
    first.visit.note = "Le remblai est fait ; reste l’ouvrage d’art.".to_owned();
    first.strip = vec![fake::photo(&first.visit, Hash32([1; 32]))];
    let mut second = fake::visit(2, &projects[1]);
    second.visit.date_plausible = false;
    second.visit.review = "approved".to_owned();
    second.visit.conflicts = 1;
    second.author = None;
    FakeViews {
        disputed: [projects[1].document].into(),
        projects,
        visits: vec![first, second],
        freshness: vec![
            fake::fresh("Khouribga", "053110107", Some(now_ms() - DAY_MS)),
            fake::fresh("Oued Zem", "053110109", Some(now_ms() - 62 * DAY_MS)),
            fake::fresh("Bejaad", "053110101", None),
        ],
        ..FakeViews::default()
    }
}

/// The same, as demonstration data.
pub fn a_demonstration() -> FakeViews {
    let mut views = a_province();
    for project in &mut views.projects {
        project.demonstration = true;
    }
    views
}
