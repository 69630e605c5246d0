//! The course of a project: how far it should be on a day, and how far it lies behind.

use crate::state::ReportingState;
use crate::time::day_number;

/// Planned days and observed progress of a project, as its fields say them.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The state it is counted in.
    pub state: ReportingState,
    /// Planned beginning, written `2026-11-23`; empty when unknown.
    pub planned_start: &'a str,
    /// Planned end, in the same way.
    pub planned_end: &'a str,
    /// Observed progress, in basis points.
    pub progress_bp: Option<i64>,
}

impl Course<'_> {
    /// How far the project should be on a day (days since 1970-01-01) if it went on evenly from
    /// its planned beginning to its planned end, in basis points; `None` when a date is missing
    /// or the end does not follow the beginning.
    pub fn planned_bp(&self, today_days: i64) -> Option<i64> {
        let start = day_number(self.planned_start)?;
        let length = day_number(self.planned_end)?.checked_sub(start);
        let length = length.filter(|days| *days > 0)?;
        let passed = today_days.saturating_sub(start).clamp(0, length);
        Some(passed.saturating_mul(10_000) / length)
    }

    /// Whole points of a hundred that a project under way lies behind that course on a day; 0
    /// for one that does not, is not under way or has no dates.
    pub fn points_late(&self, today_days: i64) -> i64 {
        if self.state != ReportingState::UnderWay {
            return 0;
        }
        let planned = self.planned_bp(today_days).unwrap_or(0);
        planned.saturating_sub(self.progress_bp.unwrap_or(0)).max(0) / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_goes_on_evenly_and_a_project_under_way_can_lie_behind_it() {
        let day = |text| day_number(text).unwrap();
        let under_way = ReportingState::UnderWay;
        let table = [
            (
                under_way,
                "2026-01-01",
                "2026-01-11",
                "2026-01-06",
                Some(5_000),
                20,
            ),
            (
                under_way,
                "2026-01-01",
                "2026-01-11",
                "2025-01-06",
                Some(0),
                0,
            ),
            (
                under_way,
                "2026-01-01",
                "2026-01-11",
                "2027-01-06",
                Some(10_000),
                70,
            ),
            (under_way, "2026-01-01", "2026-01-01", "2026-01-01", None, 0),
            (under_way, "2026-01-11", "2026-01-01", "2026-01-06", None, 0),
            (under_way, "", "2026-01-11", "2026-01-06", None, 0),
            (under_way, "soon", "2026-01-11", "2026-01-06", None, 0),
            (
                ReportingState::Done,
                "2026-01-01",
                "2026-01-11",
                "2026-01-06",
                Some(5_000),
                0,
            ),
        ];
        for (state, planned_start, planned_end, today, planned, late) in table {
            let course = Course {
                state,
                planned_start,
                planned_end,
                progress_bp: Some(2_950),
            };
            assert_eq!(course.planned_bp(day(today)), planned, "{course:?} {today}");
            assert_eq!(course.points_late(day(today)), late, "{course:?} {today}");
        }
    }
}
