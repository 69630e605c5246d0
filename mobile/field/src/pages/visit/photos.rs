//! Photos of a visit: one file a request, as raw bytes from the script or as a plain form.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use jawla_model::Hash32;
use jawla_model::visit::PhotoRole;
use jawla_views::commands::PhotoFault;
use jawla_views::{Command, CommandError};
use serde::Deserialize;

use super::{Ids, Place, Refused, Told, person, show, writable};
use crate::fault::command_sentence;
use crate::{Answer, Fault, Field, done, texts, wants_fetch};

#[derive(Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    role: String,
}

pub(crate) async fn add(
    State(field): State<Field>,
    Path((document, visit)): Ids,
    Query(shown): Query<Shown>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    writable(&field, place).await?;
    let role = PhotoRole::from_code(&shown.role).ok_or(Fault::BadForm)?;
    let taken = match file(&headers, body) {
        Ok(bytes) => {
            let added = field
                .phone
                .add_photo(place.document, place.visit, role, bytes);
            added.await.map(|_| ())
        }
        Err(fault) => Err(CommandError::BadPhoto(fault)),
    };
    match taken {
        Ok(()) => done(&headers, &format!("{}#photos", place.href())),
        Err(error) => refuse(&field, place, &headers, error).await,
    }
}

/// The sentence stands at the photos: as a line for a script, on the page without one.
async fn refuse(field: &Field, place: Place, headers: &HeaderMap, error: CommandError) -> Answer {
    let code = match &error {
        CommandError::BadPhoto(PhotoFault::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        CommandError::BadPhoto(_) | CommandError::TooMuch => StatusCode::UNPROCESSABLE_ENTITY,
        CommandError::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        _ => return Err(error.into()),
    };
    let t = texts(&field.status().await?);
    let sentence = command_sentence(t, &error);
    if wants_fetch(headers) {
        // A page's type, so that no page of a fault is put in its place.
        let mut response = axum::http::Response::new(axum::body::Body::from(sentence));
        *response.status_mut() = code;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            header::HeaderValue::from_static("text/html; charset=utf-8"),
        );
        return Ok(response);
    }
    let mut refused = Refused::default();
    refused.sentences.insert("photos".into(), sentence);
    show(field, place, code, &Told::default(), &refused).await
}

fn file(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, PhotoFault> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PhotoFault::TooLarge,
        _ => PhotoFault::Damaged,
    })?;
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let bytes = match boundary(kind) {
        Some(boundary) => first_part(&body, boundary).ok_or(PhotoFault::Damaged)?,
        None => body.to_vec(),
    };
    if bytes.is_empty() {
        return Err(PhotoFault::NotAPhoto);
    }
    Ok(bytes)
}

/// The boundary of `multipart/form-data`; none for raw bytes.
fn boundary(kind: &str) -> Option<&str> {
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let (_, value) = parameters.split_once("boundary=")?;
    let value = value.split(';').next()?.trim().trim_matches('"');
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The content of the first part of a plain form with one file: the role stands in the address,
/// so there is only that one.
fn first_part(body: &[u8], boundary: &str) -> Option<Vec<u8>> {
    let opening = format!("--{boundary}\r\n");
    let rest = body.strip_prefix(opening.as_bytes())?;
    let content = find(rest, b"\r\n\r\n")?.checked_add(4)?;
    let rest = rest.get(content..)?;
    let end = find(rest, format!("\r\n--{boundary}").as_bytes())?;
    rest.get(..end).map(<[u8]>::to_vec)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

/// Takes a photo out; for a moment the page offers to take that back.
pub(crate) async fn remove(
    State(field): State<Field>,
    Path((document, visit, hash)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer {
    let place = Place::read(&document, &visit)?;
    let photo: Hash32 = hash.parse().map_err(|_| Fault::NotFound)?;
    writable(&field, place).await?;
    let by = person(&field.status().await?)?;
    let order = Command::DetachPhoto {
        document: place.document,
        visit: place.visit,
        photo,
    };
    let receipt = field.phone.carry_out(by, order).await?;
    let to = match receipt.change {
        Some(change) => format!("{}?retire={change}#photos", place.href()),
        None => format!("{}#photos", place.href()),
    };
    done(&headers, &to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_form_gives_its_file_and_nothing_else() {
        let kind = "multipart/form-data; boundary=----x";
        let boundary = boundary(kind).unwrap();
        let body = b"------x\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\n\xff\xd8\r\n--\xff\r\n------x--\r\n";
        assert_eq!(first_part(body, boundary).unwrap(), b"\xff\xd8\r\n--\xff");
        for cut in 0..body.len() - 6 {
            let part = body.get(..cut).and_then(|body| first_part(body, boundary));
            assert_eq!(part, None, "cut at {cut}");
        }
        assert_eq!(super::boundary("image/jpeg"), None);
        assert_eq!(super::boundary("multipart/form-data; boundary="), None);
    }
}
