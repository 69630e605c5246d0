//! The two kinds of time: what a device claims, and when the province received it.

use serde::{Deserialize, Serialize};

/// What a device's clock said, in milliseconds since 1970 UTC. Shown, never trusted: no order,
/// right or deadline follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Claimed(pub i64);

/// When the server accepted an entry, in seconds since 1970 UTC; covered by the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct ReceivedAt(pub u64);

impl Claimed {
    /// Whether this claim could be true of an observation received at `received`.
    ///
    /// Not after its receipt (with a day of grace for a clock set by hand), and not before INDH
    /// began (18 May 2005). An implausible claim is shown as doubtful and sorted by receipt.
    pub fn is_plausible(self, received: Option<ReceivedAt>) -> bool {
        const INDH_BEGAN_MS: i64 = 1_116_374_400_000;
        const GRACE_MS: i64 = 24 * 3_600 * 1_000;
        let before_receipt = match received {
            Some(ReceivedAt(seconds)) => {
                let received_ms = i64::try_from(seconds)
                    .unwrap_or(i64::MAX)
                    .saturating_mul(1_000);
                self.0 <= received_ms.saturating_add(GRACE_MS)
            }
            None => true,
        };
        self.0 >= INDH_BEGAN_MS && before_receipt
    }
}

/// Whether `text` is a calendar day written `2026-11-23`.
pub fn is_civil_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Days between two calendar days written `2026-11-23`, `None` if one is none.
pub fn days_between(from: &str, to: &str) -> Option<i64> {
    let from: jiff::civil::Date = from.parse().ok()?;
    let to: jiff::civil::Date = to.parse().ok()?;
    Some(i64::from(from.until(to).ok()?.get_days()))
}

/// Days from 1970-01-01 to a calendar day written `2026-11-23`, `None` if it is none.
pub fn day_number(day: &str) -> Option<i64> {
    days_between("1970-01-01", day)
}

/// The calendar day of a claim in Morocco's standard offset (UTC+1), written `2026-11-23`;
/// `None` beyond the years a calendar has.
pub fn civil_day(claimed: Claimed) -> Option<String> {
    const OFFSET_SECONDS: i64 = 3_600;
    let seconds = claimed.0.div_euclid(1_000).checked_add(OFFSET_SECONDS)?;
    let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
    Some(
        timestamp
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_doubtful_after_its_receipt_or_before_the_programme() {
        let received = Some(ReceivedAt(1_700_000_000));
        assert!(Claimed(1_700_000_000_000).is_plausible(received));
        assert!(!Claimed(1_763_000_000_000).is_plausible(received));
        assert!(!Claimed(0).is_plausible(received));
        assert!(Claimed(1_763_000_000_000).is_plausible(None));
    }

    #[test]
    fn days_are_read_and_counted() {
        assert!(is_civil_day("2026-02-28"));
        assert!(!is_civil_day("2026-02-30"));
        assert!(!is_civil_day("28/02/2026"));
        assert_eq!(days_between("2026-01-31", "2026-03-01"), Some(29));
        assert_eq!(
            civil_day(Claimed(1_763_938_800_000)).as_deref(),
            Some("2025-11-24")
        );
        assert_eq!(civil_day(Claimed(i64::MAX)), None);
    }
}
