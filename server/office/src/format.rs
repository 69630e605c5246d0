//! Texts of people cut to a width, and days for machines; everything that is said in words stands
//! in [`jawla_ui::format`].

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use jawla_model::Claimed;
pub use jawla_ui::plain;

const OFFSET_MS: i64 = 3_600 * 1_000;

/// A day for machines: `2026-11-23`; `None` beyond the calendar.
pub fn day_for_machines(utc_ms: i64) -> Option<String> {
    jawla_model::time::civil_day(Claimed(utc_ms))
}

/// Days of the calendar from one instant to another; negative for one to come.
pub fn days_ago(then_utc_ms: i64, now_utc_ms: i64) -> Option<i64> {
    let (then, now) = (local(then_utc_ms)?.date(), local(now_utc_ms)?.date());
    Some(i64::from(then.until(now).ok()?.get_days()))
}

fn local(utc_ms: i64) -> Option<DateTime> {
    let at = jiff::Timestamp::from_millisecond(utc_ms.checked_add(OFFSET_MS)?).ok()?;
    Some(TimeZone::UTC.to_datetime(at))
}

/// A text cut to `chars_max` characters, with an ellipsis where something is missing.
pub fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            format!("{}…", kept.trim_end())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 23 November 2026, 13:05 UTC: 14:05 in Morocco.
    const NOW_MS: i64 = 1_795_439_100_000;

    #[test]
    fn days_are_those_of_morocco() {
        assert_eq!(day_for_machines(NOW_MS).as_deref(), Some("2026-11-23"));
        assert_eq!(days_ago(NOW_MS - 15 * 3_600_000, NOW_MS), Some(1));
        assert_eq!(days_ago(i64::MIN, NOW_MS), None);
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("école", 5), "école");
        assert_eq!(cut("école rurale", 6), "école…");
    }
}
