//! Figures, dates and sizes as people in Morocco write them, in both languages: Western digits,
//! Moroccan month names, dirhams. Days are those of Morocco's standard offset (UTC+1).
//!
//! In Arabic, a figure whose signs would change sides (`−`, `%`) stands between left-to-right
//! marks, so that it reads the same alone, in a sentence and in a table.

use jawla_model::Language;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::Texts;

/// Narrow no-break space: groups digits, stands before a unit.
const NARROW: char = '\u{202f}';
/// No-break space: inside a date.
const WIDE: char = '\u{a0}';
/// Left-to-right mark.
const LTR: char = '\u{200e}';
/// Typographic minus.
const MINUS: char = '−';

const OFFSET_MS: i64 = 3_600 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// How far ahead of now an instant may be and still be now: two clocks differ.
const AHEAD_MS: i64 = -MINUTE_MS;

const MONTHS_FR: [&str; 12] = [
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

/// As written in Morocco, which differs from the Middle East's two sets.
const MONTHS_AR: [&str; 12] = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "ماي",
    "يونيو",
    "يوليوز",
    "غشت",
    "شتنبر",
    "أكتوبر",
    "نونبر",
    "دجنبر",
];

/// The units of one language.
struct Units {
    dirham: &'static str,
    bytes: [&'static str; 4],
    metre: &'static str,
    kilometre: &'static str,
}

const UNITS_FR: Units = Units {
    dirham: "DH",
    bytes: ["o", "ko", "Mo", "Go"],
    metre: "m",
    kilometre: "km",
};

const UNITS_AR: Units = Units {
    dirham: "درهم",
    bytes: ["بايت", "ك.ب", "م.ب", "ج.ب"],
    metre: "م",
    kilometre: "كم",
};

impl Texts {
    /// An amount given in centimes: `1 234 567,89 DH`.
    pub fn amount(&self, centimes: i64) -> String {
        let size = centimes.unsigned_abs();
        let figure = format!("{},{:02}", grouped(size / 100), size % 100);
        self.with_unit(centimes < 0, &figure, self.units().dirham)
    }

    /// The same without centimes, cut and not rounded: `1 234 567 DH`.
    pub fn amount_short(&self, centimes: i64) -> String {
        let dirhams = centimes / 100;
        let figure = grouped(dirhams.unsigned_abs());
        self.with_unit(dirhams < 0, &figure, self.units().dirham)
    }

    /// A whole number: `12 345`.
    pub fn count_of(&self, number: u64) -> String {
        grouped(number)
    }

    /// A share given in basis points: `47 %`, `47,5 %`. Cut, not rounded: 99,99 % is not 100 %.
    pub fn percent(&self, basis_points: i64) -> String {
        let sign = if basis_points <= -10 { "−" } else { "" };
        let tenths = basis_points.unsigned_abs() / 10;
        let figure = in_tenths(tenths);
        match self.language {
            Language::Fr => format!("{sign}{figure}{NARROW}%"),
            Language::Ar => format!("{LTR}{sign}{figure}{NARROW}%{LTR}"),
        }
    }

    /// A day in words, given by an instant: `23 novembre 2026`, `1er décembre 2026`.
    pub fn day(&self, utc_ms: i64) -> String {
        local(utc_ms).map_or_else(|| self.no_date(), |at| self.date(at.date()))
    }

    /// A day and its time: `23 novembre 2026 à 14 h 05`.
    pub fn instant(&self, utc_ms: i64) -> String {
        let Some(at) = local(utc_ms) else {
            return self.no_date();
        };
        let between = match self.language {
            Language::Fr => format!(" à{WIDE}"),
            Language::Ar => format!(" على الساعة{WIDE}"),
        };
        format!("{}{between}{}", self.date(at.date()), self.clock(at))
    }

    /// A time of day: `14 h 05`.
    pub fn time(&self, utc_ms: i64) -> String {
        local(utc_ms).map_or_else(|| self.no_date(), |at| self.clock(at))
    }

    /// A day of the calendar written `2026-11-23`, in words; a text that is none stands as it is.
    pub fn day_of(&self, civil: &str) -> String {
        match civil.parse::<Date>() {
            Ok(date) => self.date(date),
            Err(_) => plain(civil),
        }
    }

    /// How long ago something was: `à l’instant`, `il y a 5 minutes`, `il y a 3 heures`; from
    /// yesterday on counted in days of the calendar: `hier`, `il y a 3 jours`, `il y a 2 mois`.
    /// What is to come is said as a date, but for a minute that two clocks may differ by.
    pub fn ago(&self, then_utc_ms: i64, now_utc_ms: i64) -> String {
        let age_ms = now_utc_ms.saturating_sub(then_utc_ms);
        let Some(days) = days_ago(then_utc_ms, now_utc_ms) else {
            return self.no_date();
        };
        match age_ms {
            i64::MIN..AHEAD_MS => self.with("ago-date", "day", self.day(then_utc_ms)),
            AHEAD_MS..MINUTE_MS => self.get("ago-now"),
            MINUTE_MS..HOUR_MS => self.count("ago-minutes", age_ms / MINUTE_MS),
            _ => match days {
                i64::MIN..=0 => self.count("ago-hours", age_ms / HOUR_MS),
                1 => self.get("ago-yesterday"),
                2..=59 => self.count("ago-days", days),
                60..=364 => self.count("ago-months", days / 30),
                _ => self.count("ago-years", days / 365),
            },
        }
    }

    /// A size: `512 o`, `18 ko`, `3,4 Mo`, `12 Mo`. Rounded up to what is shown, so that nothing
    /// is promised smaller than it is.
    pub fn size(&self, bytes: u64) -> String {
        let [byte, kilo, mega, giga] = self.units().bytes;
        match bytes {
            0..1_000 => self.with_unit(false, &grouped(bytes), byte),
            1_000..=999_000 => self.with_unit(false, &grouped(bytes.div_ceil(1_000)), kilo),
            999_001..=999_000_000 => self.with_unit(false, &scaled(bytes, 1_000_000), mega),
            _ => self.with_unit(false, &scaled(bytes, 1_000_000_000), giga),
        }
    }

    /// A distance: `350 m`, `1,2 km`, `14 km`.
    pub fn distance(&self, metres: u64) -> String {
        match metres {
            0..1_000 => self.with_unit(false, &grouped(metres), self.units().metre),
            _ => self.with_unit(false, &scaled(metres, 1_000), self.units().kilometre),
        }
    }

    fn units(&self) -> &'static Units {
        match self.language {
            Language::Fr => &UNITS_FR,
            Language::Ar => &UNITS_AR,
        }
    }

    fn with_unit(&self, negative: bool, figure: &str, unit: &str) -> String {
        match (negative, self.language) {
            (false, _) => format!("{figure}{NARROW}{unit}"),
            (true, Language::Fr) => format!("{MINUS}{figure}{NARROW}{unit}"),
            (true, Language::Ar) => format!("{LTR}{MINUS}{figure}{NARROW}{unit}"),
        }
    }

    fn date(&self, date: Date) -> String {
        let months = match self.language {
            Language::Fr => &MONTHS_FR,
            Language::Ar => &MONTHS_AR,
        };
        let month = usize::try_from(date.month())
            .ok()
            .and_then(|month| months.get(month.checked_sub(1)?))
            .copied()
            .unwrap_or_default();
        let first = match self.language {
            Language::Fr if date.day() == 1 => "er",
            _ => "",
        };
        format!("{}{first}{WIDE}{month}{WIDE}{}", date.day(), date.year())
    }

    fn clock(&self, at: DateTime) -> String {
        match self.language {
            Language::Fr => format!("{}{WIDE}h{WIDE}{:02}", at.hour(), at.minute()),
            Language::Ar => format!("{:02}:{:02}", at.hour(), at.minute()),
        }
    }

    fn no_date(&self) -> String {
        self.get("date-unknown")
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * NARROW.len_utf8());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    out
}

fn in_tenths(tenths: u64) -> String {
    match tenths % 10 {
        0 => grouped(tenths / 10),
        tenth => format!("{},{tenth}", grouped(tenths / 10)),
    }
}

/// `number` in a larger unit: with one decimal under ten, whole above, rounded up.
fn scaled(number: u64, unit: u64) -> String {
    let tenths = number.div_ceil(unit / 10);
    match tenths {
        0..100 => in_tenths(tenths),
        _ => grouped(number.div_ceil(unit)),
    }
}

/// Days of the calendar from one instant to another; negative for one to come.
fn days_ago(then_utc_ms: i64, now_utc_ms: i64) -> Option<i64> {
    let (then, now) = (local(then_utc_ms)?.date(), local(now_utc_ms)?.date());
    Some(i64::from(then.until(now).ok()?.get_days()))
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

#[cfg(test)]
mod tests;
