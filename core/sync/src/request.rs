//! The request: a head, packs that stand on their own signatures, and one signature over all.

use jawla_model::{IncarnationId, ScopeId, ServerId};

use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::pack::{FORM_SHORT, SealedPack, ShortPack};
use crate::room::Room;
use crate::sign::{self, Label, Signature64, SigningKey, VerifyingKey};
use crate::stream::{Deflate, Inflate};

/// Version of the wire.
pub const VERSION: u8 = 1;
/// Kind of message: a sync request.
pub const KIND_SYNC: u8 = 1;
/// No dictionary; the byte is there.
pub const DICTIONARY_NONE: u8 = 0;

const SIGNATURE_BYTES: usize = 64;
const TAG_END: u8 = 0;
const TAG_CERTIFICATE: u8 = 1;
const TAG_TAIL: u8 = 2;
const TAG_PACK: u8 = 3;

/// What a head says about the device and the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// The link is paid by the byte.
    pub metered: bool,
    /// A person is looking.
    pub foreground: bool,
    /// The items are one zstd stream.
    pub compressed: bool,
    /// Send the bytes of own entries too.
    pub full: bool,
    /// The ladder follows, after a `diverged`.
    pub second_try: bool,
    /// A certificate is among the items.
    pub certificate: bool,
    /// The device has no fresh ticket for files.
    pub wants_ticket: bool,
    /// The device speaks the short form: packs may come in it, and entries may be answered in it.
    /// A server that does not know the flag refuses the request, and the device goes without.
    pub short: bool,
}

impl Flags {
    fn bits(self) -> u8 {
        [
            self.metered,
            self.foreground,
            self.compressed,
            self.full,
            self.second_try,
            self.certificate,
            self.wants_ticket,
            self.short,
        ]
        .iter()
        .enumerate()
        .fold(0, |bits, (at, set)| bits | (u8::from(*set) << at))
    }

    fn from_bits(bits: u8) -> Self {
        let bit = |at: u8| bits & (1 << at) != 0;
        Self {
            metered: bit(0),
            foreground: bit(1),
            compressed: bit(2),
            full: bit(3),
            second_try: bit(4),
            certificate: bit(5),
            wants_ticket: bit(6),
            short: bit(7),
        }
    }
}

/// One scope's remembered positions, newest first, down to 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Number of the scope.
    pub scope_no: u64,
    /// Its id, since a restored server may not know the number.
    pub scope: ScopeId,
    /// Positions and the first 8 bytes of the chain there.
    pub rungs: Vec<(u64, [u8; 8])>,
}

/// The head of a request. Nothing of it acts before the signature over the body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What it says about itself.
    pub flags: Flags,
    /// Who asks.
    pub incarnation: IncarnationId,
    /// Rises with each request; one that does not is answered `old`.
    pub request_no: u64,
    /// The newest skeleton step the device can compute.
    pub schema: u64,
    /// The set of scopes that the cursors are for.
    pub scope_set_version: u64,
    /// The first pack without an outcome.
    pub first_open_pack: u64,
    /// The newest ruling seen.
    pub ruling_seen: u64,
    /// The newest change of the people list seen.
    pub people_seen: u64,
    /// The newest verified copy heard of.
    pub backup_no: u64,
    /// The cursors, in the order of the scopes' numbers.
    pub cursors: Vec<u64>,
    /// Over the chains at the cursors.
    pub digest: [u8; 8],
    /// What the device says of itself; nothing from an older one.
    pub room: Option<Room>,
    /// On a second try.
    pub ladders: Vec<Ladder>,
}

impl Head {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .u8(KIND_SYNC)
            .u8(self.flags.bits())
            .u8(DICTIONARY_NONE)
            .raw(self.incarnation.as_bytes())
            .varint(self.request_no)
            .varint(self.schema)
            .varint(self.scope_set_version)
            .varint(self.first_open_pack)
            .varint(self.ruling_seen)
            .varint(self.people_seen)
            .varint(self.backup_no)
            .varint(self.cursors.len() as u64);
        for seq in &self.cursors {
            writer.varint(*seq);
        }
        let room = self.room.map_or_else(Vec::new, |room| room.encode());
        writer.raw(&self.digest).block(&room);
        if self.flags.second_try {
            writer.varint(self.ladders.len() as u64);
            for ladder in &self.ladders {
                writer
                    .varint(ladder.scope_no)
                    .raw(ladder.scope.as_bytes())
                    .varint(ladder.rungs.len() as u64);
                for (seq, chain8) in &ladder.rungs {
                    writer.varint(*seq).raw(chain8);
                }
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        if reader.u8()? != VERSION || reader.u8()? != KIND_SYNC {
            return Err(WireError::Version);
        }
        let flags = Flags::from_bits(reader.u8()?);
        if reader.u8()? != DICTIONARY_NONE {
            return Err(WireError::Version);
        }
        let mut head = Self {
            flags,
            incarnation: reader.incarnation()?,
            request_no: reader.varint()?,
            schema: reader.varint()?,
            scope_set_version: reader.varint()?,
            first_open_pack: reader.varint()?,
            ruling_seen: reader.varint()?,
            people_seen: reader.varint()?,
            backup_no: reader.varint()?,
            cursors: Vec::new(),
            digest: [0; 8],
            room: None,
            ladders: Vec::new(),
        };
        for _ in 0..reader.count(limits::SCOPES_MAX, "scopes")? {
            head.cursors.push(reader.varint()?);
        }
        head.digest = reader.array()?;
        head.room = Room::decode(reader.block(limits::ROOM_BYTES_MAX, "room")?);
        if flags.second_try {
            for _ in 0..reader.count(limits::SCOPES_MAX, "ladders")? {
                head.ladders.push(Self::read_ladder(reader)?);
            }
        }
        Ok(head)
    }

    fn read_ladder(reader: &mut Reader<'_>) -> Result<Ladder, WireError> {
        let mut ladder = Ladder {
            scope_no: reader.varint()?,
            scope: reader.scope()?,
            rungs: Vec::new(),
        };
        for _ in 0..reader.count(limits::RUNGS_MAX, "rungs")? {
            ladder.rungs.push((reader.varint()?, reader.array()?));
        }
        Ok(ladder)
    }

    /// Builds and signs the whole body. Packs travel in the order given, each in the form given.
    ///
    /// # Errors
    /// [`WireError::Stream`] on a failure of the compressor.
    pub fn seal(
        mut self,
        packs: &[&[u8]],
        server: &ServerId,
        key: &SigningKey,
    ) -> Result<Vec<u8>, WireError> {
        let items: Vec<Vec<u8>> = packs
            .iter()
            .map(|pack| Writer::new().u8(TAG_PACK).block(pack).finish())
            .collect();
        let mut sent = [items.concat(), vec![TAG_END]].concat();
        self.flags.compressed = false;
        if !packs.is_empty() {
            let mut stream = Vec::new();
            let mut deflate = Deflate::new()?;
            for item in &items {
                stream.extend(deflate.flush(item)?);
            }
            stream.extend(deflate.finish(&[TAG_END])?);
            // A first version of the other side expects packs in a stream.
            let small = self.flags.short && sent.len() <= limits::PLAIN_BYTES_MAX;
            self.flags.compressed = !small || stream.len() < sent.len();
            if self.flags.compressed {
                sent = stream;
            }
        }
        let mut body = Writer::new();
        self.write(&mut body);
        body.raw(&sent);
        let covered =
            sign::request_covered(server, &self.incarnation, self.request_no, body.bytes());
        let signature = sign::sign(key, Label::Request, &covered);
        Ok(body.raw(&signature.0).finish())
    }
}

/// One item of a request, as it became whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestItem {
    /// The device shows who it is; bytes of a certificate.
    Certificate(Vec<u8>),
    /// Other people's entries offered to a restored server; read by a later version.
    Tail(Vec<u8>),
    /// A pack.
    Pack(Box<SealedPack>),
    /// A pack in short form: to be put together against the log.
    ShortPack(Box<ShortPack>),
    /// Bytes where a pack should be; its neighbours go on.
    BrokenPack(WireError),
}

impl RequestItem {
    fn changes_count(&self) -> usize {
        match self {
            RequestItem::Pack(pack) => pack.pack.entries.len(),
            RequestItem::ShortPack(pack) => pack.entries_count(),
            RequestItem::Certificate(_) | RequestItem::Tail(_) | RequestItem::BrokenPack(_) => 0,
        }
    }
}

/// Reads a request as it arrives: every item is handed out when it is whole, so that a cut
/// costs at most one pack.
#[derive(Debug)]
pub struct RequestReader {
    body: Vec<u8>,
    head: Option<Head>,
    read_bytes: usize,
    inflate: Option<Inflate>,
    items: Vec<u8>,
    ended: bool,
    changes: usize,
}

impl RequestReader {
    /// Waits for the first byte.
    pub fn new() -> Self {
        Self {
            body: Vec::new(),
            head: None,
            read_bytes: 0,
            inflate: None,
            items: Vec::new(),
            ended: false,
            changes: 0,
        }
    }

    /// The head, once it has arrived whole.
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Takes bytes in and hands out the items that became whole.
    ///
    /// # Errors
    /// [`WireError`] when this is no request or beyond a limit; items handed out before stand.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<RequestItem>, WireError> {
        if self.body.len() + bytes.len() > limits::REQUEST_BYTES_MAX {
            return Err(WireError::Limit {
                what: "request size",
            });
        }
        self.body.extend_from_slice(bytes);
        if self.head.is_none() && !self.read_head()? {
            return Ok(Vec::new());
        }
        self.inflate_items()?;
        self.take_items()
    }

    fn read_head(&mut self) -> Result<bool, WireError> {
        let mut reader = Reader::new(&self.body);
        let head = match Head::read(&mut reader) {
            Ok(head) => head,
            Err(WireError::Short) => return Ok(false),
            Err(error) => return Err(error),
        };
        self.read_bytes = self.body.len() - reader.rest().len();
        if head.flags.compressed {
            self.inflate = Some(Inflate::new(limits::REQUEST_INFLATED_BYTES_MAX)?);
        }
        self.head = Some(head);
        Ok(true)
    }

    fn inflate_items(&mut self) -> Result<(), WireError> {
        let fresh = self.body.get(self.read_bytes..).unwrap_or_default();
        match &mut self.inflate {
            Some(inflate) if !inflate.has_ended() => {
                self.read_bytes += inflate.feed(fresh, &mut self.items)?;
            }
            Some(_) => {}
            None => {
                // Uncompressed items end at their end tag; what follows is the signature.
                self.items.extend_from_slice(fresh);
                self.read_bytes = self.body.len();
            }
        }
        Ok(())
    }

    fn take_items(&mut self) -> Result<Vec<RequestItem>, WireError> {
        let mut found = Vec::new();
        while !self.ended {
            let mut reader = Reader::new(&self.items);
            let item = match Self::read_item(&mut reader) {
                Ok(item) => item,
                Err(WireError::Short) => break,
                Err(error) => return Err(error),
            };
            let rest = reader.rest().to_vec();
            self.items = rest;
            match item {
                None => self.ended = true,
                Some(item) => {
                    self.changes += item.changes_count();
                    if self.changes > limits::REQUEST_CHANGES_MAX {
                        return Err(WireError::Limit {
                            what: "changes of a request",
                        });
                    }
                    found.push(item);
                }
            }
        }
        Ok(found)
    }

    fn read_item(reader: &mut Reader<'_>) -> Result<Option<RequestItem>, WireError> {
        let tag = reader.u8()?;
        if tag == TAG_END {
            return Ok(None);
        }
        let bytes = reader.block(limits::PACK_BYTES_MAX, "item")?;
        Ok(Some(match tag {
            TAG_CERTIFICATE => RequestItem::Certificate(bytes.to_vec()),
            TAG_TAIL => RequestItem::Tail(bytes.to_vec()),
            TAG_PACK if bytes.first() == Some(&FORM_SHORT) => match ShortPack::decode(bytes) {
                Ok(pack) => RequestItem::ShortPack(Box::new(pack)),
                Err(error) => RequestItem::BrokenPack(error),
            },
            TAG_PACK => match SealedPack::decode(bytes) {
                Ok(pack) => RequestItem::Pack(Box::new(pack)),
                Err(error) => RequestItem::BrokenPack(error),
            },
            _ => return Err(WireError::Meaning { what: "item" }),
        }))
    }

    /// At the end of the body: whether the signature over all of it holds. Only then does
    /// anything of the head act.
    ///
    /// # Errors
    /// [`WireError::Short`] when the body was cut, [`WireError::Trailing`] when it goes on.
    pub fn finish(&self, server: &ServerId, key: &VerifyingKey) -> Result<bool, WireError> {
        let head = self.head.as_ref().ok_or(WireError::Short)?;
        if !self.ended {
            return Err(WireError::Short);
        }
        let signed_bytes = match &self.inflate {
            Some(_) => self.read_bytes,
            None => self
                .body
                .len()
                .checked_sub(self.items.len())
                .ok_or(WireError::Short)?,
        };
        let (signed, signature) = self
            .body
            .split_at_checked(signed_bytes)
            .ok_or(WireError::Short)?;
        if signature.len() > SIGNATURE_BYTES {
            return Err(WireError::Trailing);
        }
        let signature = Signature64(signature.try_into().map_err(|_| WireError::Short)?);
        let covered = sign::request_covered(server, &head.incarnation, head.request_no, signed);
        Ok(sign::holds(key, Label::Request, &covered, &signature))
    }
}

impl Default for RequestReader {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::tests::sample;
    use crate::room::AppVersion;

    fn head() -> Head {
        Head {
            flags: Flags {
                foreground: true,
                ..Flags::default()
            },
            incarnation: IncarnationId([1; 16]),
            request_no: 40,
            schema: 1,
            scope_set_version: 2,
            first_open_pack: 7,
            ruling_seen: 0,
            people_seen: 3,
            backup_no: 0,
            cursors: vec![150, 12],
            digest: [9; 8],
            room: None,
            ladders: Vec::new(),
        }
    }

    #[test]
    fn a_request_is_read_byte_by_byte_and_packs_come_out_whole() {
        let (pack, key, server) = sample();
        let first = pack.clone().seal(&server, &key);
        let second = Pack2(pack).next(&server, &key);
        let body = head()
            .seal(&[&first.bytes, &second.bytes], &server, &key)
            .unwrap();
        let mut reader = RequestReader::new();
        let mut packs = Vec::new();
        let mut first_at = 0;
        for (at, byte) in body.iter().enumerate() {
            for item in reader.feed(&[*byte]).unwrap() {
                packs.push(item);
                if packs.len() == 1 {
                    first_at = at;
                }
            }
        }
        assert_eq!(
            packs,
            [
                RequestItem::Pack(Box::new(first)),
                RequestItem::Pack(Box::new(second))
            ]
        );
        assert!(
            first_at + 64 < body.len(),
            "the first pack waits for nothing behind it"
        );
        assert_eq!(reader.finish(&server, &key.verifying_key()), Ok(true));
        let expected = Head {
            flags: Flags {
                compressed: true,
                ..head().flags
            },
            ..head()
        };
        assert_eq!(reader.head(), Some(&expected));
    }

    struct Pack2(crate::pack::Pack);
    impl Pack2 {
        fn next(mut self, server: &ServerId, key: &SigningKey) -> SealedPack {
            self.0.no += 1;
            self.0.seal(server, key)
        }
    }

    #[test]
    fn nothing_changed_costs_about_a_hundred_bytes() {
        let (_, key, server) = sample();
        let body = head().seal(&[], &server, &key).unwrap();
        assert!(body.len() <= 112, "{} bytes", body.len());
        let mut reader = RequestReader::new();
        assert!(reader.feed(&body).unwrap().is_empty());
        assert_eq!(reader.finish(&server, &key.verifying_key()), Ok(true));
    }

    #[test]
    fn the_room_is_read_costs_six_bytes_and_may_hold_what_nobody_knows() {
        let (_, key, server) = sample();
        let said = Room {
            app: AppVersion {
                major: 0,
                minor: 1,
                patch: 0,
            },
            changes_waiting: 2,
            files_waiting: 5,
        };
        let with_room = Head {
            room: Some(said),
            ..head()
        };
        let empty = head().seal(&[], &server, &key).unwrap();
        let body = with_room.seal(&[], &server, &key).unwrap();
        assert_eq!(body.len(), empty.len() + 6);
        let mut reader = RequestReader::new();
        reader.feed(&body).unwrap();
        assert_eq!(reader.head().unwrap().room, Some(said));
        assert_eq!(reader.finish(&server, &key.verifying_key()), Ok(true));

        // The form of a later version: passed over, the request stands.
        let at = empty.len() - SIGNATURE_BYTES - 2;
        let mut later = empty[..at].to_vec();
        later.extend([3, 77, 1, 1, TAG_END]);
        let covered = sign::request_covered(&server, &head().incarnation, 40, &later);
        later.extend(sign::sign(&key, Label::Request, &covered).0);
        let mut reader = RequestReader::new();
        reader.feed(&later).unwrap();
        assert_eq!(reader.head().unwrap().room, None);
        assert_eq!(reader.finish(&server, &key.verifying_key()), Ok(true));
    }

    #[test]
    fn a_second_try_carries_ladders() {
        let (_, key, server) = sample();
        let ladders = vec![Ladder {
            scope_no: 1,
            scope: ScopeId([5; 16]),
            rungs: vec![(150, [1; 8]), (149, [2; 8]), (0, [3; 8])],
        }];
        let second = Head {
            flags: Flags {
                second_try: true,
                ..Flags::default()
            },
            ladders: ladders.clone(),
            ..head()
        };
        let body = second.seal(&[], &server, &key).unwrap();
        let mut reader = RequestReader::new();
        reader.feed(&body).unwrap();
        assert_eq!(reader.head().unwrap().ladders, ladders);
    }

    #[test]
    fn cut_forged_and_foreign_requests_do_not_pass() {
        let (pack, key, server) = sample();
        let sealed = pack.seal(&server, &key);
        let body = head().seal(&[&sealed.bytes], &server, &key).unwrap();
        for cut in 0..body.len() {
            let mut reader = RequestReader::new();
            if reader.feed(&body[..cut]).is_ok() {
                assert_ne!(
                    reader.finish(&server, &key.verifying_key()),
                    Ok(true),
                    "cut {cut}"
                );
            }
        }
        for at in 0..body.len() {
            let mut flipped = body.clone();
            flipped[at] ^= 0x10;
            let mut reader = RequestReader::new();
            if reader.feed(&flipped).is_ok() {
                assert_ne!(
                    reader.finish(&server, &key.verifying_key()),
                    Ok(true),
                    "byte {at}"
                );
            }
        }
        let other = SigningKey::from_bytes(&[1; 32]).verifying_key();
        let mut reader = RequestReader::new();
        reader.feed(&body).unwrap();
        assert_eq!(reader.finish(&server, &other), Ok(false));
        reader.feed(b"x").ok();
        assert_ne!(reader.finish(&server, &key.verifying_key()), Ok(true));
    }
}
