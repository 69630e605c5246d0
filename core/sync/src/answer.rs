//! The answer: a status, then items in blocks that end at a signed mark.

use jawla_model::{DocumentId, Hash32, PersonId, ReceivedAt, Role, ScopeId};

use crate::chain::EntryKind;
use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::pack::OutcomeForm;
use crate::short::{FLAG_FULL, FLAG_HAS_DOCUMENT, FLAG_SKELETON, ShortChange};
use crate::sign::Signature64;

mod stream;

pub use stream::{AnswerReader, AnswerWriter};

/// The first two bytes of every answer: what a captive portal does not say.
pub const MAGIC: [u8; 2] = *b"J\xd8";

const STATUS_COMPRESSED: u8 = 0x40;
const STATUS_ITEMS: u8 = 0x80;

const TAG_END: u8 = 0;
const TAG_OUTCOME: u8 = 1;
const TAG_RULING: u8 = 2;
const TAG_SCOPE: u8 = 3;
const TAG_DIVERGED: u8 = 4;
const TAG_ROWS: u8 = 5;
const TAG_SEGMENT: u8 = 6;
const TAG_FILE: u8 = 7;
const TAG_OWN: u8 = 8;
const TAG_ENTRY: u8 = 9;
const TAG_MARK: u8 = 10;
const TAG_PERSON: u8 = 11;
const TAG_SELF: u8 = 12;

const ENTRY_HOLLOW: u8 = 8;

const NAME_BYTES_MAX: usize = 1_024;
const TICKET_BYTES_MAX: usize = 256;
const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

/// How the server takes the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCode {
    /// As asked.
    Ok,
    /// The request number is not above the highest seen; nothing was read or written.
    Old {
        /// The highest number seen.
        highest: u64,
    },
    /// Another device uses this identity. Signed.
    Cloned(Signature64),
    /// The rights of this device were withdrawn. Signed.
    Revoked(Signature64),
    /// The server does not know this device: it was enrolled after a restored backup. Signed.
    Unknown(Signature64),
    /// The server no longer speaks this version.
    TooOld,
    /// The logs differ: no pack was read; the second try brings the ladder.
    Diverged,
    /// Too much at once: come back.
    Busy,
}

impl StatusCode {
    /// Its number, as it travels and as a destructive status is signed.
    pub const fn number(self) -> u8 {
        match self {
            StatusCode::Ok => 0,
            StatusCode::Old { .. } => 1,
            StatusCode::Cloned(_) => 2,
            StatusCode::Revoked(_) => 3,
            StatusCode::Unknown(_) => 4,
            StatusCode::TooOld => 5,
            StatusCode::Diverged => 6,
            StatusCode::Busy => 7,
        }
    }
}

/// The head of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// How the request is taken.
    pub code: StatusCode,
    /// The request's number, echoed.
    pub request_no: u64,
    /// The server's clock, seconds since 1970 UTC: teaches the offset, decides nothing.
    pub server_time: u64,
    /// When to ask again if nothing happens, in minutes.
    pub poll_after_minutes: u8,
}

/// What happened to a scope of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeNews {
    /// It is there from now on.
    Added {
        /// Its id.
        scope: ScopeId,
        /// The person's role in it.
        role: Role,
    },
    /// It is gone; signed, since it takes rows away.
    Gone(Signature64),
    /// A verified copy off the machine covers it up to there.
    Backup {
        /// The position.
        seq: u64,
    },
}

/// One item of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerItem {
    /// What became of a pack.
    Outcome {
        /// The pack.
        pack_no: u64,
        /// What became of it.
        form: OutcomeForm,
    },
    /// A late ruling on a quarantined entry; read by a later version.
    Ruling(Vec<u8>),
    /// News of a scope.
    Scope {
        /// Its number for this device.
        scope_no: u64,
        /// The news.
        news: ScopeNews,
    },
    /// About the device itself.
    Own {
        /// The version of its set of scopes after this answer.
        scope_set_version: u64,
        /// A ticket for files.
        ticket: Vec<u8>,
        /// Until when it is good, seconds since 1970 UTC.
        ticket_expires: u64,
        /// The newest verified copy.
        backup_no: u64,
        /// A renewed certificate, when it was time.
        certificate: Option<Vec<u8>>,
    },
    /// Answer to the second try.
    Diverged {
        /// The scope.
        scope_no: u64,
        /// The highest position both have.
        common_seq: u64,
    },
    /// A file of rows for a first install; passed over by this version.
    Rows(Vec<u8>),
    /// A sealed segment of a log; passed over by this version.
    Segment(Vec<u8>),
    /// What the server holds of a file.
    File {
        /// The first 8 bytes of its hash.
        hash8: [u8; 8],
        /// How many bytes it holds.
        held_bytes: u64,
    },
    /// The next `count` positions are entries of the device's own packs.
    OwnEntries {
        /// How many.
        count: u64,
        /// Their receipt, against the entry before.
        received_delta: i64,
    },
    /// An entry of a log.
    Entry(EntryItem),
    /// The end of a block: the server's signature under the log's head there.
    Mark {
        /// The scope the block was of.
        scope_no: u64,
        /// The position of its last entry.
        seq: u64,
        /// The signature.
        signature: Signature64,
    },
    /// A person's name, outside the log since it can be erased.
    Person {
        /// Number of the change of the people list.
        change_no: u64,
        /// Who.
        person: PersonId,
        /// French name; empty when erased.
        name_fr: String,
        /// Arabic name.
        name_ar: String,
    },
    /// The end.
    End {
        /// Whether there is more: ask again at once.
        more: bool,
    },
    /// An item of a newer version, passed over.
    Unknown(u8),
}

/// An entry as it travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryItem {
    /// What it is.
    pub kind: EntryKind,
    /// Seconds against the entry before in this block; the first of a block against 0.
    pub received_delta: i64,
    /// The document it concerns.
    pub document: Option<DocumentId>,
    /// Its bytes, or only the hash for a hollow one.
    pub body: EntryBody,
}

/// The bytes of an entry, or what the chain needs in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryBody {
    /// All of it.
    Payload(Vec<u8>),
    /// Only its content hash: the document left the scope or was erased.
    Hollow(Hash32),
    /// A change in short form, counted from the entry's own position.
    Short(ShortChange),
}

impl EntryBody {
    /// At most how many bytes of memory it costs its receiver.
    pub fn cost_bytes(&self) -> usize {
        match self {
            EntryBody::Payload(payload) => payload.len(),
            EntryBody::Hollow(_) => 32,
            EntryBody::Short(short) => short.cost_bytes(),
        }
    }
}

impl EntryItem {
    /// The receipt it stands for, given the one before.
    pub fn received_at(&self, before: ReceivedAt) -> ReceivedAt {
        ReceivedAt(before.0.saturating_add_signed(self.received_delta))
    }
}

impl AnswerItem {
    fn write(&self, out: &mut Writer) {
        let mut body = Writer::new();
        let tag = match self {
            AnswerItem::Outcome { pack_no, form } => {
                body.varint(*pack_no);
                form.write(&mut body);
                TAG_OUTCOME
            }
            AnswerItem::Scope { scope_no, news } => {
                body.varint(*scope_no);
                news.write(&mut body);
                TAG_SCOPE
            }
            AnswerItem::Own { .. } => {
                self.write_own(&mut body);
                TAG_SELF
            }
            AnswerItem::Diverged {
                scope_no,
                common_seq,
            } => {
                body.varint(*scope_no).varint(*common_seq);
                TAG_DIVERGED
            }
            AnswerItem::Ruling(bytes) => Self::write_raw(&mut body, bytes, TAG_RULING),
            AnswerItem::Rows(bytes) => Self::write_raw(&mut body, bytes, TAG_ROWS),
            AnswerItem::Segment(bytes) => Self::write_raw(&mut body, bytes, TAG_SEGMENT),
            AnswerItem::Unknown(tag) => *tag,
            AnswerItem::File { hash8, held_bytes } => {
                body.raw(hash8).varint(*held_bytes);
                TAG_FILE
            }
            AnswerItem::OwnEntries {
                count,
                received_delta,
            } => {
                body.varint(*count).signed(*received_delta);
                TAG_OWN
            }
            AnswerItem::Entry(entry) => {
                entry.write(&mut body);
                TAG_ENTRY
            }
            AnswerItem::Mark {
                scope_no,
                seq,
                signature,
            } => {
                body.varint(*scope_no).varint(*seq).raw(&signature.0);
                TAG_MARK
            }
            AnswerItem::Person {
                change_no,
                person,
                name_fr,
                name_ar,
            } => {
                body.varint(*change_no)
                    .raw(person.as_bytes())
                    .block(name_fr.as_bytes())
                    .block(name_ar.as_bytes());
                TAG_PERSON
            }
            AnswerItem::End { more } => {
                body.u8(u8::from(*more));
                TAG_END
            }
        };
        out.u8(tag).block(body.bytes());
    }

    fn write_own(&self, body: &mut Writer) {
        if let AnswerItem::Own {
            scope_set_version,
            ticket,
            ticket_expires,
            backup_no,
            certificate,
        } = self
        {
            body.varint(*scope_set_version)
                .block(ticket)
                .varint(*ticket_expires)
                .varint(*backup_no)
                .block(certificate.as_deref().unwrap_or_default());
        }
    }

    fn write_raw(body: &mut Writer, bytes: &[u8], tag: u8) -> u8 {
        body.raw(bytes);
        tag
    }

    fn read(tag: u8, body: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(body);
        let item = match tag {
            TAG_OUTCOME => AnswerItem::Outcome {
                pack_no: reader.varint()?,
                form: OutcomeForm::read(&mut reader)?,
            },
            TAG_SCOPE => Self::read_scope(&mut reader)?,
            TAG_SELF => Self::read_own(&mut reader)?,
            TAG_DIVERGED => AnswerItem::Diverged {
                scope_no: reader.varint()?,
                common_seq: reader.varint()?,
            },
            TAG_RULING => return Ok(AnswerItem::Ruling(body.to_vec())),
            TAG_ROWS => return Ok(AnswerItem::Rows(body.to_vec())),
            TAG_SEGMENT => return Ok(AnswerItem::Segment(body.to_vec())),
            TAG_FILE => AnswerItem::File {
                hash8: reader.array()?,
                held_bytes: reader.varint()?,
            },
            TAG_OWN => AnswerItem::OwnEntries {
                count: reader.varint()?,
                received_delta: reader.signed()?,
            },
            TAG_ENTRY => return Ok(AnswerItem::Entry(EntryItem::read(&mut reader)?)),
            TAG_MARK => AnswerItem::Mark {
                scope_no: reader.varint()?,
                seq: reader.varint()?,
                signature: Signature64(reader.array()?),
            },
            TAG_PERSON => AnswerItem::Person {
                change_no: reader.varint()?,
                person: reader.person()?,
                name_fr: reader.text(NAME_BYTES_MAX, "name")?,
                name_ar: reader.text(NAME_BYTES_MAX, "name")?,
            },
            TAG_END => AnswerItem::End {
                more: reader.u8()? != 0,
            },
            other => return Ok(AnswerItem::Unknown(other)),
        };
        reader.end()?;
        Ok(item)
    }

    fn read_scope(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let scope_no = reader.varint()?;
        let news = match reader.u8()? {
            1 => ScopeNews::Added {
                scope: reader.scope()?,
                role: Role::from_number(reader.u8()?).ok_or(WireError::Meaning { what: "role" })?,
            },
            2 => ScopeNews::Gone(Signature64(reader.array()?)),
            3 => ScopeNews::Backup {
                seq: reader.varint()?,
            },
            _ => return Err(WireError::Meaning { what: "scope news" }),
        };
        Ok(AnswerItem::Scope { scope_no, news })
    }

    fn read_own(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let scope_set_version = reader.varint()?;
        let ticket = reader.block(TICKET_BYTES_MAX, "ticket")?.to_vec();
        let ticket_expires = reader.varint()?;
        let backup_no = reader.varint()?;
        let certificate = reader.block(CERTIFICATE_BYTES_MAX, "certificate")?;
        let certificate = (!certificate.is_empty()).then(|| certificate.to_vec());
        Ok(AnswerItem::Own {
            scope_set_version,
            ticket,
            ticket_expires,
            backup_no,
            certificate,
        })
    }
}

impl ScopeNews {
    fn write(&self, out: &mut Writer) {
        match self {
            ScopeNews::Added { scope, role } => out.u8(1).raw(scope.as_bytes()).u8(role.number()),
            ScopeNews::Gone(signature) => out.u8(2).raw(&signature.0),
            ScopeNews::Backup { seq } => out.u8(3).varint(*seq),
        };
    }
}

impl EntryItem {
    fn write(&self, out: &mut Writer) {
        let document = if self.document.is_some() {
            FLAG_HAS_DOCUMENT
        } else {
            0
        };
        let form = match &self.body {
            EntryBody::Payload(_) => FLAG_FULL,
            EntryBody::Hollow(_) => FLAG_FULL | ENTRY_HOLLOW,
            EntryBody::Short(short) if short.is_skeleton() => FLAG_SKELETON,
            EntryBody::Short(_) => 0,
        };
        out.u8(self.kind.number())
            .u8(document | form)
            .signed(self.received_delta);
        if let Some(document) = self.document {
            out.raw(document.as_bytes());
        }
        match &self.body {
            EntryBody::Payload(payload) => {
                out.raw(payload);
            }
            EntryBody::Hollow(hash) => {
                out.raw(hash.as_bytes());
            }
            EntryBody::Short(short) => short.write(out),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let kind = EntryKind::from_number(reader.u8()?);
        let flags = reader.u8()?;
        let received_delta = reader.signed()?;
        let document = match flags & FLAG_HAS_DOCUMENT {
            0 => None,
            _ => Some(reader.document()?),
        };
        let is_change = kind == EntryKind::Change;
        let body = match flags & !FLAG_HAS_DOCUMENT {
            FLAG_FULL => {
                let payload = reader.rest();
                if payload.len() > limits::PAYLOAD_BYTES_MAX {
                    return Err(WireError::Limit { what: "payload" });
                }
                EntryBody::Payload(payload.to_vec())
            }
            form if form == FLAG_FULL | ENTRY_HOLLOW => EntryBody::Hollow(reader.hash()?),
            form @ (0 | FLAG_SKELETON) if is_change => {
                EntryBody::Short(ShortChange::read(reader, form == FLAG_SKELETON)?)
            }
            _ => {
                return Err(WireError::Meaning {
                    what: "entry flags",
                });
            }
        };
        Ok(Self {
            kind,
            received_delta,
            document,
            body,
        })
    }
}

impl Status {
    fn write(&self, out: &mut Writer, items: u8) {
        out.raw(&MAGIC)
            .u8(self.code.number() | items)
            .varint(self.request_no)
            .u40(self.server_time)
            .u8(self.poll_after_minutes);
        match self.code {
            StatusCode::Old { highest } => {
                out.varint(highest);
            }
            StatusCode::Cloned(signature)
            | StatusCode::Revoked(signature)
            | StatusCode::Unknown(signature) => {
                out.raw(&signature.0);
            }
            StatusCode::Ok | StatusCode::TooOld | StatusCode::Diverged | StatusCode::Busy => {}
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<(Self, u8), WireError> {
        for expected in MAGIC {
            if reader.u8()? != expected {
                return Err(WireError::NotOurs);
            }
        }
        let byte = reader.u8()?;
        let request_no = reader.varint()?;
        let server_time = reader.u40()?;
        let poll_after_minutes = reader.u8()?;
        let code = match byte & 0x3f {
            0 => StatusCode::Ok,
            1 => StatusCode::Old {
                highest: reader.varint()?,
            },
            2 => StatusCode::Cloned(Signature64(reader.array()?)),
            3 => StatusCode::Revoked(Signature64(reader.array()?)),
            4 => StatusCode::Unknown(Signature64(reader.array()?)),
            5 => StatusCode::TooOld,
            6 => StatusCode::Diverged,
            7 => StatusCode::Busy,
            _ => return Err(WireError::Meaning { what: "status" }),
        };
        let items = byte & (STATUS_ITEMS | STATUS_COMPRESSED);
        Ok((
            Self {
                code,
                request_no,
                server_time,
                poll_after_minutes,
            },
            items,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::short::{ActorName, Dependency};
    use jawla_model::ActorId;

    fn status() -> Status {
        Status {
            code: StatusCode::Ok,
            request_no: 41,
            server_time: 1_763_938_800,
            poll_after_minutes: 15,
        }
    }

    fn items() -> Vec<AnswerItem> {
        let news = vec![
            AnswerItem::Outcome {
                pack_no: 7,
                form: OutcomeForm::Later,
            },
            AnswerItem::Ruling(vec![1, 2]),
            AnswerItem::Scope {
                scope_no: 3,
                news: ScopeNews::Added {
                    scope: ScopeId([1; 16]),
                    role: Role::TeamLead,
                },
            },
            AnswerItem::Scope {
                scope_no: 2,
                news: ScopeNews::Gone(Signature64([2; 64])),
            },
            AnswerItem::Scope {
                scope_no: 1,
                news: ScopeNews::Backup { seq: 9 },
            },
            AnswerItem::Own {
                scope_set_version: 4,
                ticket: vec![9; 40],
                ticket_expires: 1_763_980_000,
                backup_no: 2,
                certificate: None,
            },
            AnswerItem::Diverged {
                scope_no: 1,
                common_seq: 100,
            },
            AnswerItem::Rows(vec![3; 90]),
            AnswerItem::Segment(vec![4; 90]),
            AnswerItem::File {
                hash8: [5; 8],
                held_bytes: 70_000,
            },
            AnswerItem::OwnEntries {
                count: 3,
                received_delta: 4,
            },
            AnswerItem::Mark {
                scope_no: 1,
                seq: 160,
                signature: Signature64([9; 64]),
            },
            AnswerItem::Person {
                change_no: 12,
                person: PersonId([1; 16]),
                name_fr: "Démonstration".into(),
                name_ar: "تجربة".into(),
            },
            AnswerItem::Unknown(200),
        ];
        [news, entries()].concat()
    }

    /// Entries in every form.
    fn entries() -> Vec<AnswerItem> {
        vec![
            AnswerItem::Entry(EntryItem {
                kind: EntryKind::Change,
                received_delta: -1,
                document: Some(DocumentId([6; 16])),
                body: EntryBody::Payload(vec![7; 500]),
            }),
            AnswerItem::Entry(EntryItem {
                kind: EntryKind::Change,
                received_delta: 0,
                document: None,
                body: EntryBody::Short(ShortChange::Written {
                    deps: vec![Dependency::Back(1), Dependency::Named(Hash32([4; 32]))],
                    actor: ActorName::ShownAt(7),
                    others: vec![ActorName::Skeleton, ActorName::Named(ActorId([5; 16]))],
                    body: vec![6; 40],
                }),
            }),
            AnswerItem::Entry(EntryItem {
                kind: EntryKind::Change,
                received_delta: 0,
                document: Some(DocumentId([6; 16])),
                body: EntryBody::Short(ShortChange::Skeleton { step: 1 }),
            }),
            AnswerItem::Entry(EntryItem {
                kind: EntryKind::Unknown(77),
                received_delta: 0,
                document: None,
                body: EntryBody::Hollow(Hash32([8; 32])),
            }),
        ]
    }

    #[test]
    fn every_item_survives_byte_by_byte() {
        let mut writer = AnswerWriter::new(&status()).unwrap();
        for item in items() {
            writer.item(&item);
            writer.flush().unwrap();
        }
        let parts = writer.finish(true).unwrap();
        let mut reader = AnswerReader::new();
        let mut read = Vec::new();
        for byte in parts.concat() {
            read.extend(reader.feed(&[byte]).unwrap());
        }
        let mut expected = items();
        expected.push(AnswerItem::End { more: true });
        assert_eq!(read, expected);
        assert_eq!(reader.status(), Some(&status()));
        assert!(reader.has_ended());
        assert_eq!(reader.feed(b"x"), Err(WireError::Trailing));
    }

    #[test]
    fn what_lies_before_a_flush_is_read_although_the_rest_is_cut() {
        let mut writer = AnswerWriter::new(&status()).unwrap();
        writer.item(&items()[0]);
        writer.flush().unwrap();
        writer.item(&items()[1]);
        let parts = writer.finish(false).unwrap();
        let mut reader = AnswerReader::new();
        let mut read = reader.feed(&parts[0]).unwrap();
        read.extend(reader.feed(&parts[1]).unwrap());
        assert_eq!(read, items()[..1]);
        assert!(!reader.has_ended());
    }

    #[test]
    fn nothing_changed_is_ten_bytes_and_a_portal_is_no_answer() {
        let bare = AnswerWriter::bare(&status());
        assert_eq!(bare.len(), 10);
        let mut reader = AnswerReader::new();
        assert_eq!(reader.feed(&bare), Ok(Vec::new()));
        assert!(reader.has_ended());
        assert_eq!(AnswerReader::new().feed(b"<html>"), Err(WireError::NotOurs));
        for code in [
            StatusCode::Old { highest: 57 },
            StatusCode::Revoked(Signature64([1; 64])),
            StatusCode::Diverged,
            StatusCode::Busy,
        ] {
            let mut reader = AnswerReader::new();
            reader
                .feed(&AnswerWriter::bare(&Status { code, ..status() }))
                .unwrap();
            assert_eq!(reader.status().unwrap().code, code);
        }
    }
}
