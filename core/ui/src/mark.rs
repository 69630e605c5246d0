//! How the words of a record look: symbol, tone and text, the same on the phone and in the office.
//! A word is never said by its colour alone.

use jawla_model::visit::RecordWord;

/// The symbol of a word, in `icons.svg`.
pub fn icon(word: impl Worded) -> &'static str {
    match word.word() {
        RecordWord::Draft => "pencil",
        RecordWord::OnThisPhone => "smartphone",
        RecordWord::Received => "check",
        RecordWord::Approved => "check-check",
        RecordWord::Returned => "undo-2",
    }
}

/// The class that colours a word, in `jawla.css`.
pub fn class(word: impl Worded) -> &'static str {
    match word.word() {
        RecordWord::Draft => "w-draft",
        RecordWord::OnThisPhone => "w-phone",
        RecordWord::Received => "w-received",
        RecordWord::Approved => "w-approved",
        RecordWord::Returned => "w-returned",
    }
}

/// The key of a word's text.
pub fn key(word: impl Worded) -> &'static str {
    match word.word() {
        RecordWord::Draft => "word-draft",
        RecordWord::OnThisPhone => "word-phone",
        RecordWord::Received => "word-received",
        RecordWord::Approved => "word-approved",
        RecordWord::Returned => "word-returned",
    }
}

/// What has one of the five words, behind as many references as a template makes.
pub trait Worded {
    /// The word.
    fn word(&self) -> RecordWord;
}

impl Worded for RecordWord {
    fn word(&self) -> RecordWord {
        *self
    }
}

impl<T: Worded + ?Sized> Worded for &T {
    fn word(&self) -> RecordWord {
        (**self).word()
    }
}

/// A share in basis points, behind as many references as a template makes.
pub trait Share {
    /// As it is.
    fn basis_points(&self) -> i64;
}

impl Share for i64 {
    fn basis_points(&self) -> i64 {
        *self
    }
}

impl<T: Share + ?Sized> Share for &T {
    fn basis_points(&self) -> i64 {
        (**self).basis_points()
    }
}

/// A share as a text says it.
pub fn said(share: impl Share) -> i64 {
    share.basis_points()
}

/// A share as a bar shows it: within 0 to 10 000 basis points.
pub fn shown(share: impl Share) -> i64 {
    share.basis_points().clamp(0, 10_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jawla_model::Language;

    use super::*;
    use crate::Texts;

    #[test]
    fn words_differ_by_more_than_colour_and_are_those_of_the_model() {
        let all = RecordWord::ALL;
        let icons: BTreeSet<_> = all.iter().map(icon).collect();
        let classes: BTreeSet<_> = all.iter().map(class).collect();
        assert_eq!((icons.len(), classes.len()), (all.len(), all.len()));
        for word in all {
            assert_eq!(Texts::of(Language::Fr).get(key(word)), word.label_fr());
            assert_eq!(Texts::of(Language::Ar).get(key(word)), word.label_ar());
        }
        let sprite = include_str!("../static/icons.svg");
        for name in icons {
            assert!(sprite.contains(&format!("<symbol id=\"{name}\"")), "{name}");
        }
    }

    #[test]
    fn a_bar_never_leaves_its_frame() {
        let behind = &12_000;
        assert_eq!((shown(-5), shown(behind), shown(4_700)), (0, 10_000, 4_700));
        assert_eq!(said(behind), 12_000);
    }
}
