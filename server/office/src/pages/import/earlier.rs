//! The imports that were ordered before, as the first page of importing lists them.

use jawla_ui::Texts;

use crate::format::plain;
use crate::imports::{ImportListed, Progress};
use crate::pages::moment::Moment;

/// An import that was ordered before.
pub(super) struct EarlierShown {
    pub(super) name: String,
    pub(super) by: String,
    pub(super) moment: Option<Moment>,
    pub(super) state: String,
    pub(super) stopped: bool,
    pub(super) known: String,
    pub(super) refused: String,
    /// The file of its refused lines, while it is kept.
    pub(super) report: Option<String>,
    /// Its page, while its file is held.
    pub(super) href: Option<String>,
}

impl EarlierShown {
    pub(super) fn of(t: Texts, listed: &ImportListed, now_utc_ms: i64) -> Self {
        let at_ms = i64::try_from(listed.at_s)
            .unwrap_or(0)
            .saturating_mul(1_000);
        let (state, stopped) = match listed.progress {
            Progress::Tried => (String::new(), false),
            Progress::Running { imported } => (t.count("import-under-way", imported), false),
            Progress::Done { imported } => (t.count("import-new-of", imported), false),
            Progress::Stopped { imported } => (t.count("import-cut-off", imported), true),
        };
        let file = listed.file.as_ref();
        Self {
            name: plain(&listed.name),
            by: plain(&listed.by),
            moment: Moment::of(t, at_ms, now_utc_ms),
            state,
            stopped,
            known: t.count_of(listed.known),
            refused: t.count_of(listed.refused),
            report: file
                .filter(|_| listed.refused > 0)
                .map(|id| format!("/import/{id}/rapport.csv")),
            href: file.map(|id| format!("/import/{id}/essai")),
        }
    }
}
