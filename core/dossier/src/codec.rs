//! Stripping: a change without what its receiver already knows. Magic, checksum and length can be
//! computed again; actors and dependencies travel as numbers and positions.
//! What is rebuilt is equal byte for byte, or refused.

use jawla_model::{ActorId, DocumentId, Reason, Stripped};

use crate::change::{enclose, read_header};
use crate::document::Document;
use crate::leb128::{Reader, write_unsigned};

/// Takes a change apart.
///
/// # Errors
/// Those of [`read_header`].
pub fn strip(bytes: &[u8]) -> Result<Stripped, Reason> {
    let header = read_header(bytes)?;
    let before = bytes.get(header.body_at..header.others.start);
    let after = bytes.get(header.others.end..);
    let (Some(before), Some(after)) = (before, after) else {
        return Err(Reason::NotAChange);
    };
    Ok(Stripped {
        deps: header.deps,
        actor: header.actor,
        other_actors: header.other_actors,
        body: [before, after].concat(),
    })
}

/// Puts a change together again.
///
/// # Errors
/// [`Reason::BadHeader`] when the body does not begin like one; those of [`read_header`] for the
/// result, so that nothing malformed leaves here.
pub fn rebuild(stripped: &Stripped) -> Result<Vec<u8>, Reason> {
    let mut reader = Reader::new(&stripped.body);
    let fields = (|| {
        reader.unsigned()?;
        reader.unsigned()?;
        reader.signed()?;
        reader.unsigned()
    })();
    // The last of them is the length of the message: always empty.
    if fields != Some(0) {
        return Err(Reason::BadHeader);
    }
    let (before, after) = stripped
        .body
        .split_at_checked(reader.at())
        .ok_or(Reason::BadHeader)?;
    let mut content = Vec::with_capacity(stripped.body.len() + 64);
    write_length(&mut content, stripped.deps.len());
    for dep in &stripped.deps {
        content.extend_from_slice(dep.as_bytes());
    }
    write_actor(&mut content, &stripped.actor);
    content.extend_from_slice(before);
    write_length(&mut content, stripped.other_actors.len());
    for actor in &stripped.other_actors {
        write_actor(&mut content, actor);
    }
    content.extend_from_slice(after);
    let bytes = enclose(&content);
    read_header(&bytes)?;
    Ok(bytes)
}

/// The bytes of a step of a document's skeleton, which travels without any; `None` for a step that
/// this build does not know.
pub fn skeleton(document: DocumentId, step: u32) -> Option<Vec<u8>> {
    Document::skeleton(document, step).map(|change| change.bytes)
}

fn write_length(out: &mut Vec<u8>, length: usize) {
    write_unsigned(out, u64::try_from(length).unwrap_or(u64::MAX));
}

fn write_actor(out: &mut Vec<u8>, actor: &ActorId) {
    write_length(out, actor.as_bytes().len());
    out.extend_from_slice(actor.as_bytes());
}
