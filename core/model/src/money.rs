//! Amounts and shares, always as whole numbers.

use serde::{Deserialize, Serialize};

/// An amount in centimes of dirham. Never a float: a sum of cents must be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Centimes(pub i64);

/// A share in hundredths of a percent: 10 000 is 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct BasisPoints(pub i64);

impl Centimes {
    /// Reads `1234567`, `1 234 567,89` or `1234567.8` as dirhams; `None` for anything else.
    ///
    /// Grouping by spaces (plain, no-break, narrow) is allowed, signs are kept, more than two
    /// decimals are refused rather than rounded.
    pub fn parse_dirhams(text: &str) -> Option<Self> {
        let compact: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
            .collect();
        let (negative, digits) = match compact.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, compact.as_str()),
        };
        let (whole, cents) = digits.split_once([',', '.']).unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || cents.len() > 2 || !is_number(whole) || !is_number(cents) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let cents: i64 = format!("{cents:0<2}").parse().ok()?;
        let total = whole.checked_mul(100)?.checked_add(cents)?;
        Some(Self(if negative { -total } else { total }))
    }
}

#[cfg(test)]
mod tests {
    use super::Centimes;

    #[test]
    fn dirhams_are_read_as_people_write_them() {
        let table = [
            ("1234567,89", Some(123_456_789)),
            ("1 234 567,8", Some(123_456_780)),
            ("1\u{202f}234.05", Some(123_405)),
            ("0", Some(0)),
            ("-12,5", Some(-1_250)),
            ("12,345", None),
            ("douze", None),
            ("", None),
            (",5", None),
            ("99999999999999999999", None),
        ];
        for (text, centimes) in table {
            assert_eq!(
                Centimes::parse_dirhams(text),
                centimes.map(Centimes),
                "{text}"
            );
        }
    }
}
