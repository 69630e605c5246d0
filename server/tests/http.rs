//! The routes of phones, in process: sync, enrolment, uploads cut at every byte, ranges.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

mod support;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use jawla_model::{DocumentId, Hash32, ReceivedAt, Role};
use jawla_server::http::router_with_clock;
use jawla_server::store::Store;
use jawla_sync::chain::sha256;
use jawla_sync::device::SessionResult;
use jawla_sync::enrol::decode_answer;
use support::phone::entry;
use support::{Bench, Phone, START, open_visit, visit};
use tower::ServiceExt;

fn routes(bench: &Bench) -> Router {
    router_with_clock(
        Arc::clone(&bench.core),
        Arc::new(|| ReceivedAt(START.0 + 5)),
    )
}

async fn whole(response: Response) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

fn offset_of(response: &Response) -> u64 {
    response.headers()["upload-offset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// A phone with a document, whose pack names these files.
fn phone_naming(bench: &Bench, number: u8, files: &[Hash32]) -> Phone {
    let scope = bench.scope_of("053110107");
    let mut phone = bench.phone(number, Role::TeamMember, &[scope]);
    phone.sync(&bench.core);
    let id = DocumentId([number; 16]);
    let changes = phone.write(id, &[open_visit(visit(number))]);
    let entries = changes
        .iter()
        .map(|change| entry(id, &change.bytes))
        .collect();
    phone.pack_entries(scope, entries, files.to_vec());
    let talk = phone.sync(&bench.core);
    assert!(matches!(talk.result, SessionResult::Complete { .. }));
    phone
}

struct Call {
    method: Method,
    hash: Hash32,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

impl Call {
    fn new(method: Method, hash: Hash32) -> Self {
        Self {
            method,
            hash,
            headers: Vec::new(),
            body: Body::empty(),
        }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    async fn by(self, router: &Router, ticket: &[u8]) -> Response {
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("/v1/file/{}", self.hash))
            .header("x-jawla-ticket", BASE64URL_NOPAD.encode(ticket));
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        router
            .clone()
            .oneshot(request.body(self.body).unwrap())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_request_over_http_is_the_same_as_without_a_socket() {
    let bench = Bench::new(1);
    let mut phone = phone_naming(&bench, 1, &[]);
    let router = routes(&bench);
    let scope = bench.scope_of("053110107");
    let id = DocumentId([1; 16]);
    let changes = phone.write(id, &[open_visit(visit(9))]);
    phone.pack(scope, id, &changes);
    let body = phone.body();
    let request = Request::post("/v1/sync")
        .header("content-type", "application/x-jawla")
        .body(Body::from(body))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/x-jawla");
    assert_eq!(whole(response).await[..2], jawla_sync::answer::MAGIC);
    assert_eq!(
        bench
            .store
            .outcomes_from(phone.incarnation, 2)
            .unwrap()
            .judged
            .len(),
        1
    );

    for (path, body, status) in [
        ("/v1/sync", &b"<html>"[..], StatusCode::BAD_REQUEST),
        ("/v1/sync", b"", StatusCode::BAD_REQUEST),
        ("/v1/nothing", b"", StatusCode::NOT_FOUND),
    ] {
        let request = Request::post(path).body(Body::from(body)).unwrap();
        assert_eq!(
            router.clone().oneshot(request).await.unwrap().status(),
            status,
            "{path}"
        );
    }
    let request = Request::post("/v1/sync")
        .header("content-type", "text/html")
        .body(Body::empty())
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let problem: serde_json::Value = serde_json::from_slice(&whole(response).await).unwrap();
    assert_eq!(problem["code"], "CONTENT_TYPE");
    assert!(problem["sentence_fr"].as_str().unwrap().ends_with('.'));

    let huge = Request::post("/v1/sync")
        .body(Body::from(vec![0x2f; 2 << 20]))
        .unwrap();
    assert_eq!(
        router.clone().oneshot(huge).await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    for path in ["/livez", "/readyz"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(
            router.clone().oneshot(request).await.unwrap().status(),
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_its_whole_packs() {
    let bench = Bench::new(2);
    let mut phone = phone_naming(&bench, 1, &[]);
    let scope = bench.scope_of("053110107");
    let id = DocumentId([1; 16]);
    for number in 10..12 {
        let changes = phone.write(id, &[open_visit(visit(number))]);
        phone.pack(scope, id, &changes);
    }
    let body = phone.body();
    let pieces: Vec<Result<Bytes, std::io::Error>> = body[..body.len() - 30]
        .chunks(50)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .chain([Err(std::io::Error::other("cut"))])
        .collect();
    let request = Request::post("/v1/sync")
        .body(Body::from_stream(futures_util::stream::iter(pieces)))
        .unwrap();
    let response = routes(&bench).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        bench
            .store
            .outcomes_from(phone.incarnation, 2)
            .unwrap()
            .judged
            .len(),
        2
    );
    phone.sync(&bench.core);
    assert!(phone.open_packs.is_empty());
    bench.assert_sound();
}

#[tokio::test]
async fn a_device_enrols_over_http() {
    let bench = Bench::new(3);
    let scope = bench.scope_of("053110107");
    let invitation = bench.invite("Nom", Role::TeamMember, &[scope]);
    let (request, key) = Phone::request(4, &invitation);
    let sealed = request.seal(&invitation.server, &key);
    let call = |body: Vec<u8>| {
        let request = Request::post("/v1/enrol").body(Body::from(body)).unwrap();
        routes(&bench).oneshot(request)
    };
    let response = call(sealed).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let enrolled = decode_answer(&whole(response).await).unwrap().unwrap();
    assert_eq!(enrolled.scopes.len(), 1);
    let response = call(b"<html>".to_vec()).await.unwrap();
    let answer = decode_answer(&whole(response).await).unwrap();
    assert_eq!(answer, Err(jawla_sync::enrol::EnrolRefusal::Malformed));
    let response = call(vec![1; 100_000]).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_cut_at_every_byte() {
    let bench = Bench::new(4);
    let router = routes(&bench);
    let photo: Vec<u8> = (0..120_u16).map(|n| (n * 7) as u8).collect();
    let hash = sha256(&photo);
    let total = photo.len();
    for cut in 1..total {
        let phone = phone_naming(&bench, u8::try_from(cut).unwrap(), &[hash]);
        let begun = Call::new(Method::PUT, hash)
            .with("upload-length", total)
            .by(&router, &phone.ticket)
            .await;
        assert_eq!(
            (begun.status(), offset_of(&begun)),
            (StatusCode::NO_CONTENT, 0)
        );
        let cut_body = Body::from_stream(futures_util::stream::iter([
            Ok(Bytes::copy_from_slice(&photo[..cut])),
            Err(std::io::Error::other("cut")),
        ]));
        let response = Call::new(Method::PATCH, hash)
            .with("upload-offset", 0)
            .with("upload-length", total)
            .body(cut_body)
            .by(&router, &phone.ticket)
            .await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let head = Call::new(Method::HEAD, hash)
            .by(&router, &phone.ticket)
            .await;
        assert_eq!(offset_of(&head), cut as u64, "every byte is kept");
        let rest = Call::new(Method::PATCH, hash)
            .with("upload-offset", cut)
            .with("upload-length", total)
            .body(photo[cut..].to_vec())
            .by(&router, &phone.ticket)
            .await;
        assert_eq!(
            (rest.status(), offset_of(&rest)),
            (StatusCode::NO_CONTENT, total as u64)
        );
        assert!(
            bench
                .store
                .file_standing(phone.incarnation, hash)
                .unwrap()
                .recorded
        );
    }
    assert_eq!(
        bench.store.list_files().unwrap().len(),
        2,
        "one photo and the bundle"
    );
    let report =
        jawla_server::verify::verify(bench.store.as_ref(), Some(bench.core.blobs())).unwrap();
    assert!(report.is_sound() && report.files_checked == 2);
}

#[tokio::test]
async fn wrong_offsets_hashes_and_tickets_are_told_apart() {
    let bench = Bench::new(5);
    let router = routes(&bench);
    let photo = vec![3_u8; 100];
    let hash = sha256(&photo);
    let phone = phone_naming(&bench, 1, &[hash]);
    let patch = |offset: u64, bytes: Vec<u8>| {
        Call::new(Method::PATCH, hash)
            .with("upload-offset", offset)
            .with("upload-length", 100)
            .body(bytes)
    };
    let response = patch(10, vec![3; 5]).by(&router, &phone.ticket).await;
    assert_eq!(
        (response.status(), offset_of(&response)),
        (StatusCode::CONFLICT, 0)
    );
    let response = patch(0, vec![4; 100]).by(&router, &phone.ticket).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(offset_of(&response), 0, "thrown away");
    assert!(bench.core.blobs().find(&hash).unwrap().is_none());

    let mut forged = phone.ticket.clone();
    *forged.last_mut().unwrap() ^= 1;
    for (ticket, status) in [
        (forged, StatusCode::UNAUTHORIZED),
        (Vec::new(), StatusCode::UNAUTHORIZED),
        (phone.ticket.clone(), StatusCode::NOT_FOUND),
    ] {
        let other = Call::new(Method::PUT, Hash32([1; 32])).with("upload-length", 5);
        assert_eq!(other.by(&router, &ticket).await.status(), status);
    }
    let too_large = Call::new(Method::PUT, hash).with("upload-length", 1_u64 << 40);
    let response = too_large.by(&router, &phone.ticket).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);

    bench.store.revoke(phone.incarnation, START).unwrap();
    let response = patch(0, photo).by(&router, &phone.ticket).await;
    assert_eq!(
        response.status(),
        StatusCode::UNAUTHORIZED,
        "revoked holds at once"
    );
}

#[tokio::test]
async fn a_file_is_read_by_range_by_members_only() {
    let bench = Bench::new(6);
    let router = routes(&bench);
    let photo: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    let hash = sha256(&photo);
    let owner = phone_naming(&bench, 1, &[hash]);
    let get = || Call::new(Method::GET, hash);
    assert_eq!(
        get().by(&router, &owner.ticket).await.status(),
        StatusCode::NOT_FOUND
    );
    Call::new(Method::PATCH, hash)
        .with("upload-offset", 0)
        .with("upload-length", photo.len())
        .body(photo.clone())
        .by(&router, &owner.ticket)
        .await;
    let colleague = phone_naming(&bench, 2, &[]);
    let response = get().by(&router, &colleague.ticket).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(whole(response).await, photo);
    for (range, expected, text) in [
        (
            "bytes=199990-",
            &photo[199_990..],
            "bytes 199990-199999/200000",
        ),
        ("bytes=0-9", &photo[..10], "bytes 0-9/200000"),
        (
            "bytes=65530-65545",
            &photo[65_530..65_546],
            "bytes 65530-65545/200000",
        ),
    ] {
        let response = get()
            .with("range", range)
            .by(&router, &colleague.ticket)
            .await;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(response.headers()["content-range"], text);
        assert_eq!(whole(response).await, expected);
    }
    for range in ["bytes=200000-", "bytes=9-2", "lines=1-2", "bytes=-5"] {
        let response = get()
            .with("range", range)
            .by(&router, &colleague.ticket)
            .await;
        assert_eq!(
            response.status(),
            StatusCode::RANGE_NOT_SATISFIABLE,
            "{range}"
        );
        assert_eq!(response.headers()["content-range"], "bytes */200000");
    }
    let elsewhere = bench.scope_of("053110109");
    let mut stranger = bench.phone(3, Role::TeamMember, &[elsewhere]);
    stranger.sync(&bench.core);
    assert_eq!(
        get().by(&router, &stranger.ticket).await.status(),
        StatusCode::NOT_FOUND
    );
    // Everybody reads the reference bundle.
    let reference = bench.store.reference_in_force().unwrap().unwrap();
    let response = Call::new(Method::GET, reference.hash)
        .by(&router, &stranger.ticket)
        .await;
    assert_eq!(sha256(&whole(response).await), reference.hash);
}
