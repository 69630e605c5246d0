//! What field workers write: notes in French and in Arabic, put together from sentences of ours.

mod arabic;
mod french;

use crate::dice::Dice;
use crate::limits;

/// The language that somebody writes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// French.
    French,
    /// Arabic, written right to left, with Latin digits and file numbers inside.
    Arabic,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A building site or a delivery.
    Works,
    /// A grant, an action or a young person's own project.
    Activity,
}

/// The sentences of one language. `{n}` stands for a small number, `{p}` for a percentage, `{a}`
/// for a year.
struct Stock {
    works: &'static [&'static str],
    activity: &'static [&'static str],
    quality: &'static [&'static str],
    action: &'static [&'static str],
    difficulty: &'static [(&'static str, &'static str)],
    other_difficulty: &'static str,
}

const fn stock(language: Language) -> &'static Stock {
    match language {
        Language::French => &french::STOCK,
        Language::Arabic => &arabic::STOCK,
    }
}

/// A note of a visit of about `chars` characters (within a sentence of it), no sentence twice.
pub fn observation(dice: &mut Dice, language: Language, topic: Topic, chars: usize) -> String {
    let stock = stock(language);
    let mut sentences: Vec<&str> = match topic {
        Topic::Works => stock.works.to_vec(),
        Topic::Activity => stock.activity.to_vec(),
    };
    dice.shuffle(&mut sentences);
    let target = chars.min(limits::NOTE_CHARS_MAX);
    let mut note = String::new();
    let mut length = 0;
    for sentence in sentences {
        let sentence = filled(dice, sentence);
        let with_it = length + sentence.chars().count() + usize::from(length > 0);
        // Stop at the end that is nearer to the target.
        if length > 0 && with_it.abs_diff(target) > length.abs_diff(target) {
            break;
        }
        if length > 0 {
            note.push(' ');
        }
        note.push_str(&sentence);
        length = with_it;
    }
    note
}

/// A sentence on the quality of works or of an activity's accounts.
pub fn quality_note(dice: &mut Dice, language: Language) -> String {
    let sentence = dice.pick(stock(language).quality);
    filled(dice, sentence)
}

/// A sentence on a difficulty with that reason code; a general one for a code that is not known.
pub fn difficulty_note(dice: &mut Dice, language: Language, reason_code: &str) -> String {
    let stock = stock(language);
    let known: Vec<&str> = stock
        .difficulty
        .iter()
        .filter(|(code, _)| *code == reason_code)
        .map(|(_, sentence)| *sentence)
        .collect();
    if known.is_empty() {
        return stock.other_difficulty.to_owned();
    }
    let sentence = dice.pick(&known);
    filled(dice, sentence)
}

/// What is to be done, by whom and by when, in a sentence.
pub fn action_note(dice: &mut Dice, language: Language) -> String {
    let sentence = dice.pick(stock(language).action);
    filled(dice, sentence)
}

/// Every reason code that has sentences of its own.
pub fn reason_codes() -> impl Iterator<Item = &'static str> {
    stock(Language::French)
        .difficulty
        .iter()
        .map(|(code, _)| *code)
}

fn filled(dice: &mut Dice, sentence: &str) -> String {
    sentence
        .replace("{n}", &dice.between(2, 24).to_string())
        .replace("{p}", &(dice.between(2, 19) * 5).to_string())
        .replace("{a}", &dice.between(2021, 2026).to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LANGUAGES: [Language; 2] = [Language::French, Language::Arabic];

    #[test]
    fn notes_have_about_the_length_asked_for_and_repeat_nothing() {
        for language in LANGUAGES {
            for topic in [Topic::Works, Topic::Activity] {
                let mut dice = Dice::new(5, "notes");
                let notes: Vec<String> = (0..200)
                    .map(|_| observation(&mut dice, language, topic, 300))
                    .collect();
                for note in &notes {
                    let chars = note.chars().count();
                    assert!((240..=360).contains(&chars), "{chars}: {note}");
                    assert!(!note.contains(['{', '}', '\n']), "{note}");
                }
                let mean = notes.iter().map(|n| n.chars().count()).sum::<usize>() / notes.len();
                assert!((285..=315).contains(&mean), "{mean}");
                assert_eq!(notes.iter().collect::<BTreeSet<_>>().len(), notes.len());
            }
        }
    }

    #[test]
    fn each_language_has_forty_different_sentences_and_its_own_script() {
        for language in LANGUAGES {
            let stock = stock(language);
            let all: BTreeSet<_> = stock.works.iter().chain(stock.activity).collect();
            assert_eq!(all.len(), stock.works.len() + stock.activity.len());
            assert!(stock.works.len() >= 40, "{}", stock.works.len());
            assert!(stock.activity.len() >= 20, "{}", stock.activity.len());
            for sentence in all {
                let arabic = sentence
                    .chars()
                    .filter(|c| ('\u{600}'..'\u{780}').contains(c))
                    .count();
                assert_eq!(
                    arabic > sentence.chars().count() / 2,
                    language == Language::Arabic
                );
            }
        }
        let arabic: String = stock(Language::Arabic).works.concat();
        assert!(
            arabic.contains('ڭ') && arabic.contains('ݣ'),
            "Moroccan letters"
        );
        assert!(arabic.contains("PV n° "), "two directions in one line");
        assert!(
            !arabic.contains(|c: char| ('٠'..='٩').contains(&c)),
            "Latin digits"
        );
    }

    #[test]
    fn every_reason_has_a_sentence_in_both_languages() {
        let reference = include_str!("../../../data/reference.json");
        let reference: serde_json::Value = serde_json::from_str(reference).unwrap();
        let mut dice = Dice::new(1, "reasons");
        for reason in reference["reasons"].as_array().unwrap() {
            let code = reason["code"].as_str().unwrap();
            assert!(reason_codes().any(|known| known == code), "{code}");
            for language in LANGUAGES {
                let note = difficulty_note(&mut dice, language, code);
                assert_ne!(note, stock(language).other_difficulty, "{code}");
            }
        }
        assert!(!quality_note(&mut dice, Language::Arabic).is_empty());
        assert!(!action_note(&mut dice, Language::French).contains('{'));
    }
}
