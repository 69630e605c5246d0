//! How field workers work: how often they go out, what they note, how wrong their clocks are.

use crate::dice::Dice;
use crate::places::Commune;
use crate::texts::{self, Language, Topic};

/// How one person works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// The language of the person's notes.
    pub language: Language,
    /// Visits on a day in the field, 3 to 10.
    pub visits_per_day: u8,
    /// Photos of a visit: this many or one more, 2 or 3 in all.
    pub photos_per_visit: u8,
    /// Visits in a hundred that name a difficulty.
    pub difficulty_percent: u8,
    /// Length of a note, characters.
    pub note_chars: u16,
    /// How far the phone's clock is off, seconds. One phone in twenty is wrong by days.
    pub clock_error_s: i64,
}

impl Habits {
    /// Habits of chance for somebody who writes that language.
    pub fn draw(dice: &mut Dice, language: Language) -> Self {
        let clock_error_s = if dice.chance(5) {
            dice.between(-6, 6) * 86_400
        } else {
            dice.between(-90, 90)
        };
        Self {
            language,
            visits_per_day: dice.between(3, 10) as u8,
            photos_per_visit: 2,
            difficulty_percent: dice.between(10, 35) as u8,
            note_chars: dice.between(180, 420) as u16,
            clock_error_s,
        }
    }

    /// The habits of the budgets' workload: notes of 300 characters, two photos.
    pub const fn measured(language: Language) -> Self {
        Self {
            language,
            visits_per_day: 10,
            photos_per_visit: 2,
            difficulty_percent: 0,
            note_chars: 300,
            clock_error_s: 0,
        }
    }
}

/// What a visit is going to find and note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedVisit {
    /// Kind, a code of the model: `suivi`.
    pub kind: &'static str,
    /// State of the site, a code of the model: `actif`.
    pub site_state: &'static str,
    /// Where it is, ten-millionths of a degree and metres; `None` when there was no fix.
    pub position: Option<(i32, i32, u32)>,
    /// Workers seen.
    pub workers: i64,
    /// Machines seen.
    pub machines: i64,
    /// Physical progress seen, basis points.
    pub progress_bp: i64,
    /// Quality, 1 to 4.
    pub quality: i64,
    /// Safety, 1 to 4.
    pub safety: i64,
    /// The note.
    pub note: String,
    /// Difficulties by reason code, each with a sentence.
    pub difficulties: Vec<(&'static str, String)>,
    /// Actions to take, a sentence each.
    pub actions: Vec<String>,
    /// Seeds of the photos taken, for [`make_photo`](crate::make_photo).
    pub photo_seeds: Vec<u64>,
    /// Minutes on site.
    pub duration_min: i64,
}

impl PlannedVisit {
    /// A visit to a project of that commune by somebody with those habits, when works stand at
    /// `progress_bp`.
    pub fn draw(
        dice: &mut Dice,
        habits: &Habits,
        topic: Topic,
        commune: &Commune,
        progress_bp: i64,
    ) -> Self {
        let progress_bp = progress_bp.clamp(0, 10_000);
        let site_state = site_state(dice, topic, progress_bp);
        let difficult = dice.chance(u64::from(habits.difficulty_percent));
        let reasons: Vec<&'static str> = texts::reason_codes().collect();
        let reason = *dice.pick(&reasons);
        let photos = i64::from(habits.photos_per_visit) + dice.between(0, 1);
        let working = matches!(site_state, "actif" | "ralenti");
        Self {
            kind: kind(dice, topic, progress_bp),
            site_state,
            position: position(dice, commune),
            workers: if working {
                dice.between(3, 24)
            } else {
                dice.between(0, 2)
            },
            machines: if working { dice.between(0, 4) } else { 0 },
            progress_bp,
            quality: dice.between(2, 4),
            safety: dice.between(1, 4),
            note: texts::observation(dice, habits.language, topic, usize::from(habits.note_chars)),
            difficulties: difficult
                .then(|| {
                    (
                        reason,
                        texts::difficulty_note(dice, habits.language, reason),
                    )
                })
                .into_iter()
                .collect(),
            actions: difficult
                .then(|| texts::action_note(dice, habits.language))
                .into_iter()
                .collect(),
            photo_seeds: (0..photos.min(3)).map(|_| dice.bits()).collect(),
            duration_min: dice.between(15, 90),
        }
    }
}

fn site_state(dice: &mut Dice, topic: Topic, progress_bp: i64) -> &'static str {
    let states: &[&'static str] = match (topic, progress_bp) {
        (Topic::Activity, 0) => &["non_installe"],
        (Topic::Activity, _) => &["en_service", "en_service", "en_service", "hors_service"],
        (Topic::Works, 0) => &["non_installe", "installe"],
        (Topic::Works, 10_000) => &["acheve", "en_service"],
        (Topic::Works, _) => &["actif", "actif", "actif", "actif", "ralenti", "arrete"],
    };
    dice.pick_code(states)
}

fn kind(dice: &mut Dice, topic: Topic, progress_bp: i64) -> &'static str {
    let kinds: &[&'static str] = match (topic, progress_bp) {
        (Topic::Activity, _) => &["constat_agr", "suivi", "perennite"],
        (Topic::Works, 0) => &["diagnostic", "lancement"],
        (Topic::Works, 10_000) => &["pre_reception", "levee", "perennite"],
        (Topic::Works, _) => &["suivi", "suivi", "suivi", "reunion", "inopinee"],
    };
    dice.pick_code(kinds)
}

/// A point within three kilometres of the commune's middle. One visit in fifty has no fix, one in
/// a hundred claims the zero of both coordinates, as broken receivers do.
fn position(dice: &mut Dice, commune: &Commune) -> Option<(i32, i32, u32)> {
    match dice.below(100) {
        0 => Some((0, 0, 0)),
        1 | 2 => None,
        _ => Some((
            commune.latitude_e7 + dice.between(-270_000, 270_000) as i32,
            commune.longitude_e7 + dice.between(-320_000, 320_000) as i32,
            dice.between(4, 60) as u32,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    fn visits(topic: Topic, progress_bp: i64) -> Vec<PlannedVisit> {
        let mut dice = Dice::new(9, "visits");
        let commune = places::commune("053110513").unwrap();
        (0..500)
            .map(|_| {
                let habits = Habits::draw(&mut dice, Language::Arabic);
                PlannedVisit::draw(&mut dice, &habits, topic, commune, progress_bp)
            })
            .collect()
    }

    #[test]
    fn visits_use_codes_of_the_model_and_values_in_their_bounds() {
        use jawla_model::visit::{SiteState, VisitKind};
        for topic in [Topic::Works, Topic::Activity] {
            for progress_bp in [-5, 0, 4_000, 10_000, 20_000] {
                for visit in visits(topic, progress_bp) {
                    assert!(VisitKind::from_code(visit.kind).is_some(), "{}", visit.kind);
                    assert!(SiteState::from_code(visit.site_state).is_some());
                    assert!((0..=10_000).contains(&visit.progress_bp));
                    assert!((1..=4).contains(&visit.quality) && (1..=4).contains(&visit.safety));
                    assert!((2..=3).contains(&visit.photo_seeds.len()));
                    assert_eq!(visit.difficulties.is_empty(), visit.actions.is_empty());
                }
            }
        }
    }

    #[test]
    fn the_odd_cases_of_the_field_occur() {
        let all = visits(Topic::Works, 5_000);
        assert!(all.iter().any(|visit| visit.position.is_none()));
        assert!(all.iter().any(|visit| visit.position == Some((0, 0, 0))));
        let difficult = all
            .iter()
            .filter(|visit| !visit.difficulties.is_empty())
            .count();
        assert!((50..200).contains(&difficult), "{difficult}");
        let mut dice = Dice::new(1, "clocks");
        let wrong = (0..400)
            .filter(|_| {
                Habits::draw(&mut dice, Language::French)
                    .clock_error_s
                    .abs()
                    >= 86_400
            })
            .count();
        assert!((5..60).contains(&wrong), "{wrong}");
    }
}
