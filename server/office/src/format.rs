//! Figures, dates and texts as French readers in Morocco write them.
//!
//! Days are those of Morocco's standard offset (UTC+1), as in [`jawla_model::time`].

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use jawla_model::Claimed;

/// Narrow no-break space: groups digits, stands before a unit.
const NARROW: char = '\u{202f}';
/// No-break space: inside a date.
const WIDE: char = '\u{a0}';

const OFFSET_MS: i64 = 3_600 * 1_000;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// A whole number: `12 345`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * NARROW.len_utf8());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    out
}

/// An amount in dirhams, in the two parts that a big figure shows in two sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Sign and whole dirhams: `1 234 567`.
    pub whole: String,
    /// Centimes and currency: `,89 DH`.
    pub rest: String,
}

impl Amount {
    /// Splits an amount given in centimes.
    pub fn of(centimes: i64) -> Self {
        let sign = if centimes < 0 { "−" } else { "" };
        let size = centimes.unsigned_abs();
        Self {
            whole: format!("{sign}{}", count(size / 100)),
            rest: format!(",{:02}{NARROW}DH", size % 100),
        }
    }
}

/// An amount given in centimes: `1 234 567,89 DH`.
pub fn amount(centimes: i64) -> String {
    let Amount { whole, rest } = Amount::of(centimes);
    whole + &rest
}

/// A share given in basis points: `47 %`, `47,5 %`. Cut, not rounded: 99,99 % is not 100 %.
pub fn percent(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "−" } else { "" };
    let tenths = basis_points.unsigned_abs() / 10;
    match tenths % 10 {
        0 => format!("{sign}{}{NARROW}%", count(tenths / 10)),
        tenth => format!("{sign}{},{tenth}{NARROW}%", count(tenths / 10)),
    }
}

/// A day in words: `23 novembre 2026`, `1er décembre 2026`; `None` beyond the calendar.
pub fn day_in_words(utc_ms: i64) -> Option<String> {
    let at = local(utc_ms)?;
    let month = MONTHS.get(usize::try_from(at.month()).ok()?.checked_sub(1)?)?;
    let first = if at.day() == 1 { "er" } else { "" };
    Some(format!(
        "{}{first}{WIDE}{month}{WIDE}{}",
        at.day(),
        at.year()
    ))
}

/// A day and its time: `23 novembre 2026 à 14 h 05`.
pub fn instant_in_words(utc_ms: i64) -> Option<String> {
    Some(format!(
        "{} à{WIDE}{}",
        day_in_words(utc_ms)?,
        time_of_day(utc_ms)?
    ))
}

/// A time of day: `14 h 05`.
pub fn time_of_day(utc_ms: i64) -> Option<String> {
    let at = local(utc_ms)?;
    Some(format!("{}{WIDE}h{WIDE}{:02}", at.hour(), at.minute()))
}

/// A day for machines: `2026-11-23`.
pub fn day_for_machines(utc_ms: i64) -> Option<String> {
    jawla_model::time::civil_day(Claimed(utc_ms))
}

/// How long ago a day is, counted in days of the calendar: `aujourd'hui`, `hier`,
/// `il y a 3 jours`, `il y a 2 mois`, `il y a 1 an`. A day to come is said as a date.
pub fn ago(then_utc_ms: i64, now_utc_ms: i64) -> Option<String> {
    Some(match days_ago(then_utc_ms, now_utc_ms)? {
        i64::MIN..=-1 => format!("le {}", day_in_words(then_utc_ms)?),
        0 => "aujourd’hui".to_owned(),
        1 => "hier".to_owned(),
        days @ 2..=59 => format!("il y a {days}{WIDE}jours"),
        days @ 60..=364 => format!("il y a {}{WIDE}mois", days / 30),
        days @ 365..=729 => format!("il y a {}{WIDE}an", days / 365),
        days => format!("il y a {}{WIDE}ans", days / 365),
    })
}

/// The same in the width of a small column: `il y a 3 j`.
pub fn ago_short(then_utc_ms: i64, now_utc_ms: i64) -> Option<String> {
    match days_ago(then_utc_ms, now_utc_ms)? {
        days @ 2..=59 => Some(format!("il y a {days}{WIDE}j")),
        _ => ago(then_utc_ms, now_utc_ms),
    }
}

/// Days of the calendar from one instant to another; negative for one to come.
pub fn days_ago(then_utc_ms: i64, now_utc_ms: i64) -> Option<i64> {
    let (then, now) = (local(then_utc_ms)?.date(), local(now_utc_ms)?.date());
    Some(i64::from(then.until(now).ok()?.get_days()))
}

/// How long to wait, rounded up: `30 secondes`, `5 minutes`, `2 heures`.
pub fn wait_in_words(seconds: u64) -> String {
    let (number, one, many) = match seconds {
        0..=59 => (seconds.max(1), "seconde", "secondes"),
        60..=5_400 => (seconds.div_ceil(60), "minute", "minutes"),
        _ => (seconds.div_ceil(3_600), "heure", "heures"),
    };
    format!("{number}{WIDE}{}", if number == 1 { one } else { many })
}

fn local(utc_ms: i64) -> Option<DateTime> {
    let timestamp = jiff::Timestamp::from_millisecond(utc_ms.checked_add(OFFSET_MS)?).ok()?;
    Some(timestamp.to_zoned(TimeZone::UTC).datetime())
}

/// A text of a person, as a page may show it: without control characters and without the signs
/// that turn the direction of what follows (a template escapes it besides).
pub fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|c| !turns(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
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
    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn amounts_are_grouped_with_narrow_spaces() {
        let table = [
            (0, "0,00\u{202f}DH"),
            (5, "0,05\u{202f}DH"),
            (123_456_789, "1\u{202f}234\u{202f}567,89\u{202f}DH"),
            (99_999, "999,99\u{202f}DH"),
            (100_000, "1\u{202f}000,00\u{202f}DH"),
            (-150, "−1,50\u{202f}DH"),
            (
                i64::MIN,
                "−92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{202f}DH",
            ),
        ];
        for (centimes, text) in table {
            assert_eq!(amount(centimes), text);
        }
    }

    #[test]
    fn shares_are_cut_to_a_tenth() {
        let table = [
            (0, "0\u{202f}%"),
            (4_700, "47\u{202f}%"),
            (4_759, "47,5\u{202f}%"),
            (9_999, "99,9\u{202f}%"),
            (10_000, "100\u{202f}%"),
            (-250, "−2,5\u{202f}%"),
        ];
        for (basis_points, text) in table {
            assert_eq!(percent(basis_points), text);
        }
    }

    #[test]
    fn days_are_said_in_words_of_morocco() {
        let table = [
            (NOW_MS, "23\u{a0}novembre\u{a0}2026"),
            (NOW_MS + 8 * DAY_MS, "1er\u{a0}décembre\u{a0}2026"),
            // 23:30 UTC is the next day in Morocco.
            (1_795_476_600_000, "24\u{a0}novembre\u{a0}2026"),
            (0, "1er\u{a0}janvier\u{a0}1970"),
        ];
        for (ms, text) in table {
            assert_eq!(day_in_words(ms).as_deref(), Some(text));
        }
        assert_eq!(day_in_words(i64::MAX), None);
        assert_eq!(
            instant_in_words(NOW_MS).as_deref(),
            Some("23\u{a0}novembre\u{a0}2026 à\u{a0}14\u{a0}h\u{a0}05")
        );
        assert_eq!(day_for_machines(NOW_MS).as_deref(), Some("2026-11-23"));
    }

    #[test]
    fn ages_are_said_as_people_say_them() {
        let table = [
            (0, "aujourd’hui"),
            (1, "hier"),
            (3, "il y a 3\u{a0}jours"),
            (59, "il y a 59\u{a0}jours"),
            (60, "il y a 2\u{a0}mois"),
            (364, "il y a 12\u{a0}mois"),
            (365, "il y a 1\u{a0}an"),
            (800, "il y a 2\u{a0}ans"),
            (-1, "le 24\u{a0}novembre\u{a0}2026"),
        ];
        for (days, text) in table {
            assert_eq!(ago(NOW_MS - days * DAY_MS, NOW_MS).as_deref(), Some(text));
        }
        assert_eq!(
            ago_short(NOW_MS - 3 * DAY_MS, NOW_MS).as_deref(),
            Some("il y a 3\u{a0}j")
        );
        assert_eq!(ago_short(NOW_MS - DAY_MS, NOW_MS).as_deref(), Some("hier"));
        // Yesterday evening is yesterday, not today, however few hours ago.
        assert_eq!(
            ago(NOW_MS - 15 * 3_600_000, NOW_MS).as_deref(),
            Some("hier")
        );
        assert_eq!(ago(i64::MIN, NOW_MS), None);
    }

    #[test]
    fn waits_are_rounded_up() {
        let table = [
            (0, "1\u{a0}seconde"),
            (30, "30\u{a0}secondes"),
            (60, "1\u{a0}minute"),
            (61, "2\u{a0}minutes"),
            (7_200, "2\u{a0}heures"),
        ];
        for (seconds, text) in table {
            assert_eq!(wait_in_words(seconds), text);
        }
    }

    #[test]
    fn texts_lose_what_turns_or_breaks_a_line_and_nothing_else() {
        let table = [
            ("  piste\nrurale\u{0} ", "piste rurale"),
            ("\u{202e}gnp.egami\u{202c}", "gnp.egami"),
            ("دار الطالبة\u{200f}", "دار الطالبة\u{200f}"),
            ("<b>\"=1+1", "<b>\"=1+1"),
        ];
        for (text, shown) in table {
            assert_eq!(plain(text), shown);
        }
        assert_eq!(cut("école", 5), "école");
        assert_eq!(cut("école rurale", 6), "école…");
    }
}
