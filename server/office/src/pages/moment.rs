//! Moments and shares as pages say them.

use jawla_model::ReceivedAt;
use jawla_ui::Texts;
use jawla_views::limits::DAYS_WITHOUT_VISIT_MAX;

use crate::format;

/// A moment: an age for people, a day for machines and for those who ask.
pub(crate) struct Moment {
    pub(crate) ago: String,
    pub(crate) day: String,
    pub(crate) machine: String,
}

impl Moment {
    /// `None` beyond the calendar.
    pub(crate) fn of(t: Texts, utc_ms: i64, now_utc_ms: i64) -> Option<Self> {
        Some(Self {
            machine: format::day_for_machines(utc_ms)?,
            ago: t.ago(utc_ms, now_utc_ms),
            day: t.instant(utc_ms),
        })
    }
}

/// A receipt in milliseconds.
pub(crate) fn received_ms(received: ReceivedAt) -> Option<i64> {
    i64::try_from(received.0).ok()?.checked_mul(1_000)
}

/// Whether what is known is recent enough to be shown as current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Recent,
    Old,
}

impl Age {
    pub(crate) fn of(visit_utc_ms: Option<i64>, now_utc_ms: i64) -> Self {
        let days = visit_utc_ms.and_then(|at| format::days_ago(at, now_utc_ms));
        match days {
            Some(days) if days <= DAYS_WITHOUT_VISIT_MAX => Age::Recent,
            _ => Age::Old,
        }
    }

    pub(crate) fn is_old(self) -> bool {
        self == Age::Old
    }
}

/// Observed progress, in words and as the length of a bar.
pub(crate) struct Progress {
    pub(crate) text: String,
    pub(crate) tenths: u64,
}

impl Progress {
    pub(crate) fn of(t: Texts, basis_points: i64) -> Self {
        Self {
            text: t.percent(basis_points),
            tenths: u64::try_from(basis_points.clamp(0, 10_000) / 10).unwrap_or(0),
        }
    }
}
