//! Bytes in and out: fixed fields, varints in their shortest form, lengths checked before
//! anything is allocated.

use jawla_model::{ActorId, DocumentId, Hash32, IncarnationId, PersonId, ScopeId, ServerId};

/// Why bytes are not the message they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The message ends before it is complete.
    #[error("the message is cut short")]
    Short,
    /// A number that is not in its shortest form or does not fit.
    #[error("a number is malformed")]
    Number,
    /// More of something than the protocol allows.
    #[error("{what} is beyond its limit")]
    Limit {
        /// What there is too much of.
        what: &'static str,
    },
    /// A version, kind or dictionary this build does not speak.
    #[error("the message has a version this build does not speak")]
    Version,
    /// A byte that stands for nothing.
    #[error("{what} has no meaning")]
    Meaning {
        /// What has none.
        what: &'static str,
    },
    /// The compressed stream is broken.
    #[error("the compressed stream is broken")]
    Stream,
    /// Not one of our answers at all: a captive portal or a stale proxy.
    #[error("this is not an answer of a Jawla server")]
    NotOurs,
    /// Bytes after the end.
    #[error("bytes follow the end of the message")]
    Trailing,
}

/// Appends fields to a message.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty message.
    pub fn new() -> Self {
        Self::default()
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes.push(value);
        self
    }

    /// A number in seven-bit groups, least first.
    pub fn varint(&mut self, mut value: u64) -> &mut Self {
        while value >= 0x80 {
            self.bytes.push((value as u8) | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
        self
    }

    /// A signed number, zigzag.
    pub fn signed(&mut self, value: i64) -> &mut Self {
        self.varint(((value << 1) ^ (value >> 63)) as u64)
    }

    /// Seconds in five bytes, most significant first.
    pub fn u40(&mut self, value: u64) -> &mut Self {
        let bytes = value.min(0xff_ffff_ffff).to_be_bytes();
        self.bytes.extend_from_slice(&bytes[3..]);
        self
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Bytes behind their length.
    pub fn block(&mut self, bytes: &[u8]) -> &mut Self {
        self.varint(bytes.len() as u64).raw(bytes)
    }

    /// The message.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// How long it is by now.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What was written by now.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Takes fields from a message.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

macro_rules! read_id {
    ($($method:ident $name:ident;)*) => {
        $(
            /// Reads that identity.
            ///
            /// # Errors
            /// [`WireError::Short`].
            pub fn $method(&mut self) -> Result<$name, WireError> {
                Ok($name(self.array()?))
            }
        )*
    };
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads `count` bytes.
    ///
    /// # Errors
    /// [`WireError::Short`].
    pub fn raw(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads a fixed number of bytes.
    ///
    /// # Errors
    /// [`WireError::Short`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let taken = self.raw(N)?;
        taken.try_into().map_err(|_| WireError::Short)
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`WireError::Short`].
    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// Reads a number in its shortest form.
    ///
    /// # Errors
    /// [`WireError::Short`], [`WireError::Number`] for a longer form or more than 64 bits.
    pub fn varint(&mut self) -> Result<u64, WireError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let group = u64::from(byte & 0x7f);
            if shift == 63 && byte > 1 {
                return Err(WireError::Number);
            }
            value |= group << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return if shortest {
                    Ok(value)
                } else {
                    Err(WireError::Number)
                };
            }
        }
        Err(WireError::Number)
    }

    /// Reads a signed number.
    ///
    /// # Errors
    /// As [`varint`](Self::varint).
    pub fn signed(&mut self) -> Result<i64, WireError> {
        let coded = self.varint()?;
        Ok(((coded >> 1) as i64) ^ -((coded & 1) as i64))
    }

    /// Reads seconds of five bytes.
    ///
    /// # Errors
    /// [`WireError::Short`].
    pub fn u40(&mut self) -> Result<u64, WireError> {
        let taken: [u8; 5] = self.array()?;
        let mut bytes = [0; 8];
        bytes[3..].copy_from_slice(&taken);
        Ok(u64::from_be_bytes(bytes))
    }

    /// Reads a count of at most `max` things.
    ///
    /// # Errors
    /// [`WireError::Limit`] beyond it.
    pub fn count(&mut self, max: usize, what: &'static str) -> Result<usize, WireError> {
        let count = usize::try_from(self.varint()?).map_err(|_| WireError::Limit { what })?;
        if count > max {
            Err(WireError::Limit { what })
        } else {
            Ok(count)
        }
    }

    /// Reads bytes behind their length, at most `max` of them.
    ///
    /// # Errors
    /// [`WireError::Limit`] beyond it, [`WireError::Short`].
    pub fn block(&mut self, max: usize, what: &'static str) -> Result<&'a [u8], WireError> {
        let count = self.count(max, what)?;
        self.raw(count)
    }

    /// Reads text behind its length.
    ///
    /// # Errors
    /// As [`block`](Self::block); [`WireError::Meaning`] when it is not UTF-8.
    pub fn text(&mut self, max: usize, what: &'static str) -> Result<String, WireError> {
        let bytes = self.block(max, what)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| WireError::Meaning { what })
    }

    /// Says that the message ends here.
    ///
    /// # Errors
    /// [`WireError::Trailing`] when it does not.
    pub fn end(&self) -> Result<(), WireError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(WireError::Trailing)
        }
    }

    read_id! {
        document DocumentId;
        scope ScopeId;
        incarnation IncarnationId;
        person PersonId;
        server ServerId;
        actor ActorId;
        hash Hash32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form_only() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let bytes = Writer::new().varint(value).finish();
            assert_eq!(Reader::new(&bytes).varint(), Ok(value));
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            let bytes = Writer::new().signed(value).finish();
            assert_eq!(Reader::new(&bytes).signed(), Ok(value));
        }
        assert_eq!(Reader::new(&[0x80, 0x00]).varint(), Err(WireError::Number));
        assert_eq!(Reader::new(&[0xff; 11]).varint(), Err(WireError::Number));
        assert_eq!(Reader::new(&[0x80]).varint(), Err(WireError::Short));
        let five = Writer::new().u40(1_763_938_800).finish();
        assert_eq!(five.len(), 5);
        assert_eq!(Reader::new(&five).u40(), Ok(1_763_938_800));
    }

    #[test]
    fn a_length_beyond_its_limit_allocates_nothing() {
        let bytes = Writer::new().varint(u64::MAX).finish();
        assert_eq!(
            Reader::new(&bytes).block(10, "thing"),
            Err(WireError::Limit { what: "thing" })
        );
    }
}
