//! An answer as it leaves and as it arrives: parts that are whole at every flush.

use super::{AnswerItem, STATUS_COMPRESSED, STATUS_ITEMS, Status};
use crate::code::{Reader, WireError, Writer};
use crate::limits;
use crate::stream::{Deflate, Inflate};

/// Writes an answer as parts, each whole when it is flushed.
#[derive(Debug)]
pub struct AnswerWriter {
    deflate: Deflate,
    raw: Writer,
    written_bytes: usize,
    parts: Vec<Vec<u8>>,
    /// The same answer without a stream, while it is small enough to be the shorter one.
    plain: Option<Vec<Vec<u8>>>,
}

impl AnswerWriter {
    /// An answer without items: the status alone.
    pub fn bare(status: &Status) -> Vec<u8> {
        let mut head = Writer::new();
        status.write(&mut head, 0);
        head.finish()
    }

    /// An answer with items.
    ///
    /// # Errors
    /// [`WireError::Stream`] when the compressor has no memory.
    pub fn new(status: &Status) -> Result<Self, WireError> {
        let mut head = Writer::new();
        status.write(&mut head, STATUS_ITEMS | STATUS_COMPRESSED);
        let parts = vec![head.finish()];
        status.write(&mut head, STATUS_ITEMS);
        Ok(Self {
            deflate: Deflate::new()?,
            raw: Writer::new(),
            written_bytes: 0,
            parts,
            plain: Some(vec![head.finish()]),
        })
    }

    /// Appends an item.
    pub fn item(&mut self, item: &AnswerItem) {
        item.write(&mut self.raw);
    }

    /// Raw bytes since the last flush.
    pub fn unflushed_bytes(&self) -> usize {
        self.raw.len()
    }

    /// Raw bytes of the whole answer by now.
    pub fn written_bytes(&self) -> usize {
        self.written_bytes + self.raw.len()
    }

    /// Makes everything up to here readable for the receiver.
    ///
    /// # Errors
    /// [`WireError::Stream`].
    pub fn flush(&mut self) -> Result<(), WireError> {
        let raw = self.raw.finish();
        self.written_bytes += raw.len();
        let part = self.deflate.flush(&raw)?;
        self.parts.push(part);
        self.keep_plain(raw);
        Ok(())
    }

    fn keep_plain(&mut self, raw: Vec<u8>) {
        if self.written_bytes > limits::PLAIN_BYTES_MAX {
            self.plain = None;
        }
        if let Some(plain) = &mut self.plain {
            plain.push(raw);
        }
    }

    /// Ends the answer and hands out its parts.
    ///
    /// # Errors
    /// [`WireError::Stream`].
    pub fn finish(mut self, more: bool) -> Result<Vec<Vec<u8>>, WireError> {
        self.item(&AnswerItem::End { more });
        let raw = self.raw.finish();
        self.written_bytes += raw.len();
        self.keep_plain(raw.clone());
        let part = self.deflate.finish(&raw)?;
        self.parts.push(part);
        let bytes = |parts: &[Vec<u8>]| parts.iter().map(Vec::len).sum::<usize>();
        match self.plain {
            Some(plain) if bytes(&plain) <= bytes(&self.parts) => Ok(plain),
            _ => Ok(self.parts),
        }
    }
}

/// Reads an answer as it arrives.
#[derive(Debug)]
pub struct AnswerReader {
    head: Vec<u8>,
    status: Option<Status>,
    inflate: Option<Inflate>,
    raw: Vec<u8>,
    ended: bool,
}

impl AnswerReader {
    /// Waits for the first byte.
    pub fn new() -> Self {
        Self {
            head: Vec::new(),
            status: None,
            inflate: None,
            raw: Vec::new(),
            ended: false,
        }
    }

    /// The status, once it has arrived.
    pub fn status(&self) -> Option<&Status> {
        self.status.as_ref()
    }

    /// Whether the answer came to its end, rather than to a cut.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Takes bytes in and hands out the items that became whole.
    ///
    /// # Errors
    /// [`WireError::NotOurs`] from the first byte of a foreign answer; others when it is broken.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<AnswerItem>, WireError> {
        let mut rest = bytes;
        let head_part;
        if self.status.is_none() {
            self.head.extend_from_slice(bytes);
            let mut reader = Reader::new(&self.head);
            let (status, items) = match Status::read(&mut reader) {
                Ok(read) => read,
                Err(WireError::Short) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            head_part = reader.rest().to_vec();
            rest = &head_part;
            self.status = Some(status);
            if items == 0 {
                self.ended = true;
            } else if items & STATUS_COMPRESSED != 0 {
                self.inflate = Some(Inflate::new(limits::ANSWER_BYTES_MAX)?);
            }
        }
        if self.ended {
            return if rest.is_empty() {
                Ok(Vec::new())
            } else {
                Err(WireError::Trailing)
            };
        }
        match &mut self.inflate {
            Some(inflate) => {
                let used = inflate.feed(rest, &mut self.raw)?;
                if used < rest.len() {
                    return Err(WireError::Trailing);
                }
            }
            None => self.raw.extend_from_slice(rest),
        }
        self.take_items()
    }

    fn take_items(&mut self) -> Result<Vec<AnswerItem>, WireError> {
        let mut items = Vec::new();
        let mut reader = Reader::new(&self.raw);
        let mut whole_bytes = 0;
        loop {
            let read = reader.u8().and_then(|tag| {
                let body = reader.block(limits::BLOCK_BYTES_MAX, "item")?;
                Ok((tag, body))
            });
            let (tag, body) = match read {
                Ok(read) => read,
                Err(WireError::Short) => break,
                Err(error) => return Err(error),
            };
            let item = AnswerItem::read(tag, body)?;
            whole_bytes = self.raw.len() - reader.rest().len();
            let last = matches!(item, AnswerItem::End { .. });
            items.push(item);
            if last {
                self.ended = true;
                break;
            }
        }
        self.raw.drain(..whole_bytes);
        Ok(items)
    }
}

impl Default for AnswerReader {
    fn default() -> Self {
        Self::new()
    }
}
