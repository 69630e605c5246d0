//! Names of projects, communes and programmes as pages show them.

use jawla_model::reference::ReferenceBundle;

use crate::format::plain;
use crate::{limits, texts};

/// The title of a project in the language it has.
pub(super) struct Title {
    pub(super) text: String,
    /// Attributes of the element around it: an Arabic title says that it is one.
    pub(super) language: Language,
}

/// The language of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    French,
    Arabic,
}

impl Title {
    /// The French title; the Arabic one where there is none.
    pub(super) fn of(title_fr: &str, title_ar: &str) -> Self {
        let (french, arabic) = (plain(title_fr), plain(title_ar));
        match (french.is_empty(), arabic.is_empty()) {
            (true, false) => Self {
                text: arabic,
                language: Language::Arabic,
            },
            (true, true) => Self {
                text: texts::projects::NO_TITLE.to_owned(),
                language: Language::French,
            },
            (false, _) => Self {
                text: french,
                language: Language::French,
            },
        }
    }

    pub(super) fn is_arabic(&self) -> bool {
        self.language == Language::Arabic
    }
}

/// Something to choose in a filter.
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) chosen: Chosen,
}

/// Whether a choice is the one made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    Yes,
    No,
}

impl Choice {
    pub(super) fn new(code: &str, name: String, chosen: Option<&str>) -> Self {
        let chosen = if chosen == Some(code) {
            Chosen::Yes
        } else {
            Chosen::No
        };
        Self {
            code: code.to_owned(),
            name,
            chosen,
        }
    }

    pub(super) fn is_chosen(&self) -> bool {
        self.chosen == Chosen::Yes
    }
}

/// Names by code, from the reference bundle; a code without a name stands for itself.
pub(super) struct Names<'a> {
    reference: &'a ReferenceBundle,
}

impl<'a> Names<'a> {
    pub(super) fn of(reference: &'a ReferenceBundle) -> Self {
        Self { reference }
    }

    /// The programme's name; empty where only the code is known.
    pub(super) fn programme(&self, code: &str) -> String {
        self.reference
            .programme(code)
            .map(|programme| plain(&programme.name_fr))
            .unwrap_or_default()
    }

    /// The communes of a project in one line.
    pub(super) fn communes(&self, joined: &str) -> String {
        let codes: Vec<&str> = joined.split('+').filter(|code| !code.is_empty()).collect();
        if codes.is_empty() {
            return texts::projects::NO_COMMUNE.to_owned();
        }
        let named: Vec<String> = codes
            .iter()
            .take(limits::COMMUNES_NAMED_MAX)
            .map(|code| self.commune(code))
            .collect();
        let line = named.join(", ");
        match codes.len().saturating_sub(named.len()) {
            0 => line,
            others => format!("{line} {}", texts::projects::others(others)),
        }
    }

    fn commune(&self, code: &str) -> String {
        self.reference
            .commune(code)
            .map_or_else(|| plain(code), |commune| plain(&commune.name_fr))
    }

    /// Communes to choose from, by name; a chosen one that nobody knows is kept.
    pub(super) fn commune_choices(&self, chosen: Option<&str>) -> Vec<Choice> {
        let mut choices: Vec<Choice> = self
            .reference
            .communes
            .iter()
            .map(|commune| Choice::new(&commune.code, plain(&commune.name_fr), chosen))
            .collect();
        choices.sort_by_cached_key(|choice| jawla_model::fold::fold(&choice.name));
        keep_unknown(&mut choices, chosen);
        choices
    }

    /// Programmes to choose from: those that have projects and a code that an address can say;
    /// a chosen one without any is kept.
    pub(super) fn programme_choices<'c>(
        &self,
        codes: impl IntoIterator<Item = &'c str>,
        chosen: Option<&str>,
    ) -> Vec<Choice> {
        let named = |code: &str| match self.programme(code) {
            name if name.is_empty() => plain(code),
            name => format!("{} – {name}", plain(code)),
        };
        let mut choices: Vec<Choice> = codes
            .into_iter()
            .filter(|code| !code.is_empty() && plain(code) == *code)
            .map(|code| Choice::new(code, named(code), chosen))
            .collect();
        keep_unknown(&mut choices, chosen);
        choices
    }
}

fn keep_unknown(choices: &mut Vec<Choice>, chosen: Option<&str>) {
    if let Some(code) = chosen
        && !choices.iter().any(Choice::is_chosen)
    {
        choices.push(Choice::new(code, plain(code), chosen));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_shown_in_the_language_it_has() {
        let arabic = Title::of(" ", "دار الطالبة");
        assert_eq!(
            (arabic.text.as_str(), arabic.is_arabic()),
            ("دار الطالبة", true)
        );
        assert!(!Title::of("Piste", "مسلك").is_arabic());
        assert_eq!(Title::of("", "\u{202e}").text, "Sans intitulé");
    }

    #[test]
    fn communes_stand_in_one_line() {
        let reference = ReferenceBundle::default();
        let names = Names::of(&reference);
        assert_eq!(names.communes("1+2"), "1, 2");
        assert_eq!(names.communes("1+2+3+4+5"), "1, 2, 3 et 2 autres");
        assert_eq!(names.communes(""), "commune non renseignée");
    }
}
