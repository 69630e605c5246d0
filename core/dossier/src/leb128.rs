//! Numbers of variable length, read strictly (shortest form only) and never past the end.

/// A place in a slice. Every read answers `None` at the end instead of panicking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) const fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(size)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return (self.at - start == unsigned_size(value)).then_some(value);
            }
        }
        None
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let start = self.at;
        let mut value = 0_i128;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= i128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 {
                    value -= 1 << (shift + 7);
                }
                let value = i64::try_from(value).ok()?;
                return (self.at - start == signed_size(value)).then_some(value);
            }
        }
        None
    }

    /// A length, refused when more than what is left: nothing is ever allocated for a claim.
    pub(crate) fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        (length <= self.bytes.len().saturating_sub(self.at)).then_some(length)
    }
}

const fn unsigned_size(value: u64) -> usize {
    let bits = 64 - value.leading_zeros() as usize;
    if bits == 0 { 1 } else { bits.div_ceil(7) }
}

const fn signed_size(value: i64) -> usize {
    let magnitude = if value < 0 { !value } else { value };
    (65 - magnitude.leading_zeros() as usize).div_ceil(7)
}

pub(crate) fn write_unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let bits = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            out.push(bits);
            return;
        }
        out.push(bits | 0x80);
    }
}

#[cfg(feature = "hostile")]
pub(crate) fn write_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let bits = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        let done = (value == 0 && bits & 0x40 == 0) || (value == -1 && bits & 0x40 != 0);
        if done {
            out.push(bits);
            return;
        }
        out.push(bits | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_their_shortest_form_only() {
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::MAX] {
            let mut bytes = Vec::new();
            write_unsigned(&mut bytes, value);
            assert_eq!(Reader::new(&bytes).unsigned(), Some(value));
        }
        let signed: [(&[u8], Option<i64>); 8] = [
            (&[0], Some(0)),
            (&[0x7f], Some(-1)),
            (&[0x3f], Some(63)),
            (&[0xc0, 0], Some(64)),
            (&[0x40], Some(-64)),
            (&[0xff, 0x7f], None),
            (&[0x80, 0], None),
            (&[0x80], None),
        ];
        for (bytes, value) in signed {
            assert_eq!(Reader::new(bytes).signed(), value, "{bytes:?}");
        }
        for overlong in [&[0x80_u8, 0][..], &[0x81, 0x80, 0], &[0xff; 11]] {
            assert_eq!(Reader::new(overlong).unsigned(), None);
        }
        let min: &[u8] = &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f];
        assert_eq!(Reader::new(min).signed(), Some(i64::MIN));
        assert_eq!(Reader::new(&[5, 1]).length(), None);
    }
}
