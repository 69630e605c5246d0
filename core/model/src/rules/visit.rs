//! When a visit may be finished. It can always be left as a draft.

use crate::limits;
use crate::rules::Violation;
use crate::state::Nature;
use crate::visit::{SiteState, VisitKind};

/// What the rules look at: the visit as it stands, typing included.
#[derive(Debug, Clone, Default)]
pub struct VisitDraft {
    /// The project's nature, where the dossier says it.
    pub nature: Option<Nature>,
    /// Why somebody went there.
    pub kind: Option<VisitKind>,
    /// What the site looked like.
    pub site_state: Option<SiteState>,
    /// Observed progress, in basis points.
    pub progress_bp: Option<i64>,
    /// Progress planned for that day, in basis points.
    pub planned_bp: Option<i64>,
    /// Whether there is a position.
    pub has_position: bool,
    /// Why there is none.
    pub no_position_reason: String,
    /// How many photos there are.
    pub photos: usize,
    /// How many difficulties are named.
    pub difficulties: usize,
    /// Items of every sort together.
    pub items: usize,
}

/// Every rule the draft breaks, in the order of the form.
///
/// Source: the domain brief 3.4.
pub fn ready_to_finish(draft: &VisitDraft) -> Vec<Violation> {
    let mut rules = what_was_seen(draft);
    rules.extend(what_shows_it(draft));
    rules
        .into_iter()
        .filter(|(holds, _)| *holds == Some(false))
        .map(|(_, violation)| violation)
        .collect()
}

/// How many of the rules that apply to the draft it keeps, and how many apply: the ring of a
/// form. Limits and the rule about delay apply when the draft runs into them, so that an empty
/// form starts at nothing.
pub fn progress(draft: &VisitDraft) -> (u8, u8) {
    let mut rules = what_was_seen(draft);
    rules.extend(what_shows_it(draft));
    let count = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    let applying: Vec<bool> = rules.into_iter().filter_map(|(holds, _)| holds).collect();
    let kept = applying.iter().filter(|holds| **holds).count();
    (count(kept), count(applying.len()))
}

/// Whether a rule holds, `None` when it does not apply; and what to say when it does not hold.
type Checked = (Option<bool>, Violation);

fn rule(
    holds: Option<bool>,
    field: &'static str,
    rule: &'static str,
    sentence_fr: &str,
    sentence_ar: &str,
) -> Checked {
    let (sentence_fr, sentence_ar) = (sentence_fr.to_owned(), sentence_ar.to_owned());
    (
        holds,
        Violation {
            field,
            rule,
            sentence_fr,
            sentence_ar,
        },
    )
}

fn what_was_seen(draft: &VisitDraft) -> Vec<Checked> {
    let works = draft.nature == Some(Nature::Works);
    vec![
        rule(
            Some(draft.kind.is_some()),
            "kind",
            "kind_required",
            "Choisissez le type de visite.",
            "اختر نوع الزيارة.",
        ),
        rule(
            Some(draft.has_position || !draft.no_position_reason.trim().is_empty()),
            "position",
            "position_or_reason",
            "Prenez la position, ou dites pourquoi elle manque.",
            "حدد الموقع أو اذكر سبب غيابه.",
        ),
        rule(
            Some(draft.site_state.is_some()),
            "site_state",
            "site_state_required",
            "Dites l'état du chantier.",
            "حدد حالة الورش.",
        ),
        rule(
            works.then(|| draft.progress_bp.is_some()),
            "progress_bp",
            "progress_of_works",
            "Donnez l'avancement physique observé.",
            "أدخل نسبة الإنجاز الملاحظة.",
        ),
    ]
}

fn what_shows_it(draft: &VisitDraft) -> Vec<Checked> {
    let works = draft.nature == Some(Nature::Works);
    let gap_bp = draft
        .planned_bp
        .zip(draft.progress_bp)
        .map_or(0, |(plan, seen)| plan.saturating_sub(seen));
    let late = gap_bp > limits::GAP_WITHOUT_DIFFICULTY_BP_MAX;
    let too_many =
        draft.photos > limits::PHOTOS_PER_VISIT_MAX || draft.items > limits::ITEMS_PER_VISIT_MAX;
    vec![
        rule(
            works.then_some(draft.photos >= limits::PHOTOS_OF_WORKS_MIN),
            "photos",
            "photos_of_works",
            "Prenez au moins deux photos.",
            "التقط صورتين على الأقل.",
        ),
        rule(
            too_many.then_some(false),
            "photos",
            "too_many_items",
            "La visite contient trop d'éléments : ouvrez-en une seconde.",
            "الزيارة تحتوي على عناصر كثيرة: افتح زيارة ثانية.",
        ),
        rule(
            late.then_some(draft.difficulties > 0),
            "difficulties",
            "difficulty_when_late",
            "Le retard dépasse 15 points : nommez une difficulté.",
            "التأخر يفوق 15 نقطة: اذكر صعوبة.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> VisitDraft {
        VisitDraft {
            nature: Some(Nature::Works),
            kind: Some(VisitKind::FollowUp),
            site_state: Some(SiteState::Active),
            progress_bp: Some(4_000),
            planned_bp: Some(4_500),
            has_position: true,
            photos: 2,
            ..VisitDraft::default()
        }
    }

    #[test]
    fn each_rule_is_broken_alone_and_named() {
        let with = |change: fn(&mut VisitDraft)| {
            let mut draft = complete();
            change(&mut draft);
            ready_to_finish(&draft)
                .iter()
                .map(|v| v.rule)
                .collect::<Vec<_>>()
        };
        type Row = (fn(&mut VisitDraft), Vec<&'static str>);
        let table: Vec<Row> = vec![
            (|_| {}, vec![]),
            (|d| d.kind = None, vec!["kind_required"]),
            (|d| d.has_position = false, vec!["position_or_reason"]),
            (
                |d| {
                    d.has_position = false;
                    d.no_position_reason = "sous un toit de tôle".into();
                },
                vec![],
            ),
            (|d| d.site_state = None, vec!["site_state_required"]),
            (|d| d.progress_bp = None, vec!["progress_of_works"]),
            (|d| d.photos = 1, vec!["photos_of_works"]),
            (|d| d.photos = 61, vec!["too_many_items"]),
            (|d| d.planned_bp = Some(5_501), vec!["difficulty_when_late"]),
            (
                |d| {
                    d.planned_bp = Some(9_000);
                    d.difficulties = 1;
                },
                vec![],
            ),
            (
                |d| {
                    d.nature = Some(Nature::Individual);
                    d.progress_bp = None;
                    d.photos = 0;
                },
                vec![],
            ),
        ];
        for (index, (change, rules)) in table.into_iter().enumerate() {
            assert_eq!(with(change), rules, "row {index}");
        }
    }

    #[test]
    fn an_empty_draft_shows_everything_at_once() {
        let rules: Vec<_> = ready_to_finish(&VisitDraft {
            nature: Some(Nature::Works),
            ..VisitDraft::default()
        })
        .iter()
        .map(|v| v.rule)
        .collect();
        assert_eq!(
            rules,
            [
                "kind_required",
                "position_or_reason",
                "site_state_required",
                "progress_of_works",
                "photos_of_works"
            ]
        );
    }

    #[test]
    fn the_ring_counts_the_rules_that_apply() {
        type Row = (fn(&mut VisitDraft), (u8, u8));
        let table: Vec<Row> = vec![
            (|_| {}, (5, 5)),
            (|d| d.photos = 1, (4, 5)),
            (|d| d.planned_bp = Some(9_000), (5, 6)),
            (
                |d| {
                    d.planned_bp = Some(9_000);
                    d.difficulties = 1;
                },
                (6, 6),
            ),
            (|d| d.items = 101, (5, 6)),
            (|d| d.nature = None, (3, 3)),
            (|d| *d = VisitDraft::default(), (0, 3)),
        ];
        for (index, (change, expected)) in table.into_iter().enumerate() {
            let mut draft = complete();
            change(&mut draft);
            let (kept, all) = progress(&draft);
            assert_eq!((kept, all), expected, "row {index}");
            let broken = ready_to_finish(&draft).len();
            assert_eq!(usize::from(all - kept), broken, "row {index}");
        }
    }
}
