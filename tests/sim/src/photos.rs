//! A photo over a link that is cut: the real client, its driver and the server's real routes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use jawla_client::client::ClientParts;
use jawla_client::platform::{LinkKind, Platform};
use jawla_client::transport::{BodyStream, Incoming, LinkError, Method, Outgoing, Transport};
use jawla_client::{Client, NewVisit, SyncOptions};
use jawla_model::VisitKind;
use jawla_model::visit::PhotoRole;
use jawla_server::http::router_with_clock;
use jawla_sync::device::SessionResult;
use tower::ServiceExt;

use crate::dice::Dice;
use crate::trace::Trace;
use crate::world::Universe;

/// Synchronisations after which a photo must be there.
const SYNCS_MAX: usize = 4;

/// A cut leaves at most that much of a body.
const CUT_BYTES_MAX: usize = 60_000;

/// Every second upload on this link is cut at a byte.
struct CutLink {
    router: Router,
    dice: Mutex<Dice>,
    cuts: AtomicU64,
    trace: Trace,
}

impl CutLink {
    fn draw_cut(&self, request: &Outgoing) -> Option<usize> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = request.method == Method::PATCH && dice.one_in(2);
        cut.then(|| dice.index(request.body.len().min(CUT_BYTES_MAX)))
    }
}

#[async_trait]
impl Transport for CutLink {
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, LinkError> {
        let cut_at = self.draw_cut(&request);
        self.trace.note(format!(
            "{} of {} bytes, cut {cut_at:?}",
            request.method,
            request.body.len()
        ));
        let mut outgoing = http::Request::builder()
            .method(request.method)
            .uri(request.path);
        for (name, value) in request.headers {
            outgoing = outgoing.header(name, value);
        }
        let body = match cut_at {
            None => Body::from(request.body),
            Some(cut_at) => {
                let arrived = Bytes::copy_from_slice(&request.body[..cut_at]);
                let cut = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Body::from_stream(stream::iter([Ok(arrived), Err(cut)]))
            }
        };
        let outgoing = outgoing.body(body).expect("a request of ours is one");
        let Ok(answer) = self.router.clone().oneshot(outgoing).await;
        if cut_at.is_some() {
            self.cuts.fetch_add(1, Ordering::Relaxed);
            return Err(LinkError::Cut { received_bytes: 0 });
        }
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("an answer in memory is whole");
        Ok(Incoming {
            status: head.status.as_u16(),
            headers: head.headers,
            body: BodyStream::whole(body.to_bytes()),
        })
    }
}

/// Lives through a seed; panics when a promise is broken.
pub fn run(seed: u64, trace: &Trace) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts");
    runtime.block_on(live(seed, trace));
}

async fn live(seed: u64, trace: &Trace) {
    let mut universe = Universe::new(seed, trace.clone());
    let invitation = universe.invite(0);
    let (core, now) = (universe.server.core(), universe.server.now());
    let link = CutLink {
        router: router_with_clock(Arc::clone(&core), Arc::new(move || now)),
        dice: Mutex::new(Dice::new(seed, "photos")),
        cuts: AtomicU64::new(0),
        trace: trace.clone(),
    };
    let folder = tempfile::tempdir().expect("a folder is made");
    let client = Client::open_with(ClientParts {
        folder: folder.path().to_owned(),
        platform: Arc::clone(&universe.phones[0].platform) as Arc<dyn Platform>,
        witness: None,
        key: None,
    })
    .expect("a new phone starts");
    client
        .enrol_over(&link, &invitation, "Sim")
        .await
        .expect("it is let in");
    synchronise(&client, &link).await;
    let document = universe.documents[0].0;
    let kind = VisitKind::FollowUp;
    let visit = client
        .start_visit(NewVisit { document, kind })
        .await
        .expect("a visit begins");
    let jpeg = jawla_world::photo::make_field_photo(seed);
    let hash = client
        .attach_photo(document, visit, PhotoRole::Overview, jpeg)
        .await
        .expect("a photo is taken");
    let editing = client.visit(document, visit).await.expect("it reads");
    let size_bytes = editing.photos[0].size_bytes;
    for _ in 0..SYNCS_MAX {
        synchronise(&client, &link).await;
    }
    let left = client.outbox_totals().await.expect("the store reads");
    trace.note(format!("{} cuts", link.cuts.load(Ordering::Relaxed)));
    assert_eq!(
        (left.changes, left.files),
        (0, 0),
        "P7: a photo does not get through a link that is cut"
    );
    let held = core.blobs().find(&hash).expect("the files read");
    assert_eq!(
        held,
        Some(size_bytes),
        "Q1: the server does not hold a photo that the phone counts as sent"
    );
}

async fn synchronise(client: &Client, link: &CutLink) {
    let options = SyncOptions {
        link: LinkKind::Unmetered,
        fruitless_tries_max: 10,
        idle_timeout_ms: 0,
    };
    let report = client
        .sync_over(link, options, |_| {})
        .await
        .expect("the phone's store is healthy");
    let complete = matches!(report.result, SessionResult::Complete { .. });
    assert!(complete, "liveness: records are not held up: {report:?}");
}
