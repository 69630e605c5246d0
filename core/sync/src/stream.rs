//! Compression of a body as it comes and goes, with points at which everything before is whole.

use zstd::stream::raw::{Decoder, Encoder, InBuffer, Operation, OutBuffer};
use zstd::zstd_safe::{CParameter, DParameter};

use crate::code::WireError;
use crate::limits::{LEVEL, RATIO_MAX, WINDOW_LOG_MAX};

const STEP_BYTES: usize = 16 * 1024;
const RATIO_GRACE_BYTES: usize = 64 * 1024;

/// Deflates a stream with flush points.
pub struct Deflate {
    encoder: Encoder<'static>,
}

impl std::fmt::Debug for Deflate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Deflate")
    }
}

impl Deflate {
    /// A new stream.
    ///
    /// # Errors
    /// [`WireError::Stream`] when the library has no memory for one.
    pub fn new() -> Result<Self, WireError> {
        let mut encoder = Encoder::new(LEVEL).map_err(|_| WireError::Stream)?;
        for parameter in [
            CParameter::WindowLog(WINDOW_LOG_MAX),
            CParameter::ContentSizeFlag(false),
            CParameter::ChecksumFlag(false),
            CParameter::DictIdFlag(false),
        ] {
            encoder
                .set_parameter(parameter)
                .map_err(|_| WireError::Stream)?;
        }
        Ok(Self { encoder })
    }

    /// Compresses `raw` and flushes, so that the receiver can read all of it at once.
    ///
    /// # Errors
    /// [`WireError::Stream`] on a failure of the library.
    pub fn flush(&mut self, raw: &[u8]) -> Result<Vec<u8>, WireError> {
        let mut out = self.run(raw)?;
        self.drain(&mut out, |encoder, buffer| encoder.flush(buffer))?;
        Ok(out)
    }

    /// Compresses the last bytes and ends the stream.
    ///
    /// # Errors
    /// [`WireError::Stream`] on a failure of the library.
    pub fn finish(mut self, raw: &[u8]) -> Result<Vec<u8>, WireError> {
        let mut out = self.run(raw)?;
        self.drain(&mut out, |encoder, buffer| encoder.finish(buffer, true))?;
        Ok(out)
    }

    fn run(&mut self, raw: &[u8]) -> Result<Vec<u8>, WireError> {
        let mut out = Vec::new();
        let mut input = InBuffer::around(raw);
        let mut chunk = vec![0; STEP_BYTES];
        while input.pos() < raw.len() {
            let mut buffer = OutBuffer::around(&mut chunk);
            self.encoder
                .run(&mut input, &mut buffer)
                .map_err(|_| WireError::Stream)?;
            out.extend_from_slice(buffer.as_slice());
        }
        Ok(out)
    }

    fn drain(
        &mut self,
        out: &mut Vec<u8>,
        step: impl Fn(&mut Encoder<'static>, &mut OutBuffer<'_, Vec<u8>>) -> std::io::Result<usize>,
    ) -> Result<(), WireError> {
        let mut chunk = vec![0; STEP_BYTES];
        loop {
            let mut buffer = OutBuffer::around(&mut chunk);
            let left = step(&mut self.encoder, &mut buffer).map_err(|_| WireError::Stream)?;
            out.extend_from_slice(buffer.as_slice());
            if left == 0 {
                return Ok(());
            }
        }
    }
}

/// Inflates a stream from a peer: bounded window, bounded growth, bounded total.
pub struct Inflate {
    decoder: Decoder<'static>,
    total_in_bytes: usize,
    total_out_bytes: usize,
    out_bytes_max: usize,
    ended: bool,
}

impl std::fmt::Debug for Inflate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflate")
            .field("out_bytes", &self.total_out_bytes)
            .finish()
    }
}

impl Inflate {
    /// A stream that may grow to `out_bytes_max`.
    ///
    /// # Errors
    /// [`WireError::Stream`] when the library has no memory for one.
    pub fn new(out_bytes_max: usize) -> Result<Self, WireError> {
        let mut decoder = Decoder::new().map_err(|_| WireError::Stream)?;
        decoder
            .set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))
            .map_err(|_| WireError::Stream)?;
        Ok(Self {
            decoder,
            total_in_bytes: 0,
            total_out_bytes: 0,
            out_bytes_max,
            ended: false,
        })
    }

    /// Whether the stream came to its end.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Inflates what there is, appends it to `out` and says how much of `input` was used: all of
    /// it, unless the stream ended before.
    ///
    /// # Errors
    /// [`WireError::Stream`] when it is broken, [`WireError::Limit`] when it grows beyond its
    /// bounds.
    pub fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, WireError> {
        let mut source = InBuffer::around(input);
        let mut chunk = vec![0; STEP_BYTES];
        while !self.ended {
            let used_before = source.pos();
            let mut buffer = OutBuffer::around(&mut chunk);
            let hint = self
                .decoder
                .run(&mut source, &mut buffer)
                .map_err(|_| WireError::Stream)?;
            let produced = buffer.as_slice();
            self.total_in_bytes += source.pos() - used_before;
            self.total_out_bytes += produced.len();
            self.check_growth()?;
            out.extend_from_slice(produced);
            self.ended = hint == 0;
            let idle = produced.is_empty() && source.pos() == used_before;
            if idle || (source.pos() == input.len() && produced.len() < STEP_BYTES) {
                break;
            }
        }
        Ok(source.pos())
    }

    fn check_growth(&self) -> Result<(), WireError> {
        let grown = self.total_out_bytes > RATIO_GRACE_BYTES
            && self.total_out_bytes / RATIO_MAX > self.total_in_bytes;
        if grown || self.total_out_bytes > self.out_bytes_max {
            return Err(WireError::Limit {
                what: "inflated size",
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_before_a_flush_can_be_read_at_once() {
        let mut deflate = Deflate::new().unwrap();
        let first = deflate.flush(b"first block ").unwrap();
        let second = deflate.flush(&b"second block ".repeat(5_000)).unwrap();
        let last = deflate.finish(b"end").unwrap();
        let mut inflate = Inflate::new(1 << 20).unwrap();
        let mut out = Vec::new();
        inflate.feed(&first, &mut out).unwrap();
        assert_eq!(out, b"first block ");
        for byte in &second {
            inflate.feed(&[*byte], &mut out).unwrap();
        }
        assert_eq!(out.len(), 12 + 13 * 5_000);
        let mut tail = last.clone();
        tail.extend_from_slice(b"signature");
        let used = inflate.feed(&tail, &mut out).unwrap();
        assert!(inflate.has_ended());
        assert_eq!(&tail[used..], b"signature");
        assert!(out.ends_with(b"end"));
    }

    #[test]
    fn bombs_end_early() {
        let mut deflate = Deflate::new().unwrap();
        let bomb = deflate.flush(&vec![0; 64 << 20]).unwrap();
        let mut out = Vec::new();
        let result = Inflate::new(1 << 30).unwrap().feed(&bomb, &mut out);
        assert_eq!(
            result,
            Err(WireError::Limit {
                what: "inflated size"
            })
        );
        assert!(out.len() < 2 << 20, "{}", out.len());
        let wide = zstd::bulk::Compressor::new(3).and_then(|mut c| {
            c.set_parameter(CParameter::WindowLog(25))?;
            c.set_parameter(CParameter::ContentSizeFlag(false))?;
            c.compress(&vec![7; 1 << 26])
        });
        let mut out = Vec::new();
        assert!(
            Inflate::new(1 << 30)
                .unwrap()
                .feed(&wide.unwrap(), &mut out)
                .is_err()
        );
        assert!(
            Inflate::new(1 << 20)
                .unwrap()
                .feed(b"not a stream at all", &mut out)
                .is_err()
        );
    }
}
